//! Number resources (RFC 3779): lists that nest, and lists that do not.

use super::super::der::{context, integer, null, octets, sequence, tlv};
use super::super::dice::Dice;
use super::super::extension::{Body, Extensions as _};
use super::super::fault::{Fault, fault};
use super::super::plan::Plan;

const ADDRESSES: &str = "1.3.6.1.5.5.7.1.7";
const AS_NUMBERS: &str = "1.3.6.1.5.5.7.1.8";

pub(super) const FAULTS: &[Fault] = &[
    fault("addresses", 10, |plan, dice, _| every(plan, dice, ADDRESSES, addresses)),
    fault("as_numbers", 10, |plan, dice, _| every(plan, dice, AS_NUMBERS, as_numbers)),
];

/// Gives the certificates of the chain lists that grow towards the root; some leave theirs out or have another one.
fn every(
    plan: &mut Plan,
    dice: &mut Dice,
    oid: &'static str,
    list: fn(level: usize, dice: &mut Dice, odd: bool) -> Vec<u8>,
) {
    let odd = if dice.percent(50) { Some(dice.below(plan.chain.len())) } else { None };
    for (level, at) in plan.chain.clone().into_iter().enumerate() {
        if level > 0 && dice.percent(6) {
            continue;
        }
        let value = list(level, dice, odd == Some(level));
        plan.certificates[at].extensions.put(dice.percent(70), Body::Raw { oid, value });
    }
}

/// A bit string of which some bits are not meant.
fn prefix(bytes: &[u8], unused: u8) -> Vec<u8> {
    tlv(3, &[&[unused], bytes].concat())
}

fn range(from: &[u8], to: &[u8]) -> Vec<u8> {
    sequence(&[prefix(from, 0), prefix(to, 0)])
}

fn family(name: &[u8], choice: Vec<u8>) -> Vec<u8> {
    sequence(&[octets(name), choice])
}

fn addresses(level: usize, dice: &mut Dice, odd: bool) -> Vec<u8> {
    let length = 24_u8.saturating_sub(u8::try_from(level * 3).unwrap_or_default());
    let bytes = usize::from(length.div_ceil(8));
    let unused = u8::try_from(bytes * 8).unwrap_or_default() - length;
    let inner = prefix(&[10, 0, 0, 0][..bytes], unused);
    let second = prefix(&[172, 16], 4);
    let four = |choice| family(&[0, 1], choice);
    let six = family(&[0, 2], sequence(&[prefix(&[0x20, 1, 0xd, 0xb8], 0)]));
    if !odd {
        let choice = if level > 0 && dice.percent(8) { null() } else { sequence(&[inner, second]) };
        return if dice.percent(70) { sequence(&[four(choice), six]) } else { sequence(&[four(choice)]) };
    }
    let choice = match dice.below(14) {
        0 => null(),
        1 => sequence(&[]),
        2 => sequence(&[second, inner]),
        3 => sequence(&[inner.clone(), inner]),
        4 => sequence(&[prefix(&[9], 0), prefix(&[10], 0)]),
        5 => sequence(&[range(&[10, 0, 0, 0], &[10, 0, 0, 255])]),
        6 => sequence(&[range(&[10, 0, 0, 1], &[10, 0, 0, 6])]),
        7 => sequence(&[range(&[10, 0, 0, 6], &[10, 0, 0, 1])]),
        8 => sequence(&[prefix(&[10, 0, 0, 0, 0], 0)]),
        9 => sequence(&[prefix(&[], 0)]),
        10 => sequence(&[prefix(&[11], 0)]),
        11 => return sequence(&[six, four(sequence(&[second]))]),
        12 => {
            let name = dice.one(&[&[0][..], &[0, 1, 1, 1], &[0, 9], &[0, 1, 2]]);
            return sequence(&[family(name, sequence(&[prefix(&[10], 0)]))]);
        }
        _ => return sequence(&[]),
    };
    sequence(&[four(choice)])
}

fn as_numbers(level: usize, dice: &mut Dice, odd: bool) -> Vec<u8> {
    let width = i64::try_from(level).unwrap_or_default() * 10;
    let span = |from: i64, to: i64| sequence(&[integer(from), integer(to)]);
    let list = sequence(&[span(64_500 - width, 64_505 + width), integer(65_000)]);
    let domains = |choice: Vec<u8>| context(1, &choice);
    if !odd {
        let choice = if level > 0 && dice.percent(8) { null() } else { list.clone() };
        let systems = context(0, &choice);
        return if dice.percent(30) { sequence(&[systems, domains(list)]) } else { sequence(&[systems]) };
    }
    let choice = match dice.below(12) {
        0 => null(),
        1 => sequence(&[]),
        2 => sequence(&[integer(65_000), integer(64_500)]),
        3 => sequence(&[integer(64_500), integer(64_501)]),
        4 => sequence(&[integer(64_500), span(64_502, 64_501)]),
        5 => sequence(&[span(64_505, 64_500)]),
        6 => sequence(&[integer(-5), integer(64_500)]),
        7 => sequence(&[tlv(2, &[1; 20])]),
        8 => sequence(&[span(1, 70_000)]),
        9 => return sequence(&[domains(list)]),
        10 => return sequence(&[context(0, &list), domains(null())]),
        _ => return sequence(&[]),
    };
    sequence(&[context(0, &choice)])
}
