//! Keys that are weak or odd.

use super::super::der::{bits, integer, null, oid, sequence, tlv, unsigned};
use super::super::dice::Dice;
use super::super::fault::{Fault, fault};
use super::super::keys::{Keys, Kind};
use super::super::plan::Plan;

pub(super) const FAULTS: &[Fault] = &[
    fault("weak_key", 20, |plan, dice, keys| {
        let kind =
            dice.one(&[Kind::Rsa512, Kind::Rsa1024, Kind::Rsa1536, Kind::P192, Kind::P224, Kind::Dsa1024]);
        change(plan, kind, keys, dice);
        plan.case.auth_level = Some(dice.one(&[0, 1, 1, 2, 2, 3]));
    }),
    fault("level", 8, |plan, dice, _| plan.case.auth_level = Some(dice.one(&[1, 1, 2, 2, 3, 4, 5]))),
    fault("explicit_curve", 6, |plan, dice, keys| change(plan, Kind::P256Explicit, keys, dice)),
    fault("rare_key", 6, |plan, dice, keys| {
        let kind =
            dice.one(&[Kind::Pss2048, Kind::Ed448, Kind::Secp256k1, Kind::Dsa1024, Kind::P521, Kind::P192]);
        change(plan, kind, keys, dice);
    }),
    fault("odd_key", 12, |plan, dice, keys| {
        let at = plan.any(dice);
        let spki = odd(&keys.get(plan.certificates[at].key).spki, dice);
        plan.certificates[at].spki = Some(spki);
    }),
];

/// Gives a certificate of the chain another kind of key.
fn change(plan: &mut Plan, kind: Kind, keys: &Keys, dice: &mut Dice) {
    let at = plan.any(dice);
    if kind == Kind::P256Explicit {
        plan.certificates[at].signed.noise.clear();
    }
    plan.certificates[at].key = keys.one(kind, &plan.used_keys(), dice);
}

fn spki(algorithm: &[Vec<u8>], key: &[u8]) -> Vec<u8> {
    sequence(&[sequence(algorithm), bits(key)])
}

/// A public key that means something else than its signatures.
fn odd(own: &[u8], dice: &mut Dice) -> Vec<u8> {
    let (ec, prime) = (oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"));
    let rsa = [oid("1.2.840.113549.1.1.1"), null()];
    let mut modulus = dice.bytes(256);
    modulus[0] |= 0x80;
    modulus[255] |= 1;
    let point = |first: u8, length: usize, dice: &mut Dice| [vec![first], dice.bytes(length)].concat();
    match dice.below(17) {
        0 => spki(&[oid("1.3.101.110")], &dice.bytes(32)),
        1 => spki(&[oid("1.3.101.112")], &dice.bytes(31)),
        2 => spki(&[oid("1.2.3.4.5")], &dice.bytes(32)),
        3 => spki(&[ec, prime], &point(4, 64, dice)),
        4 => spki(&[ec, prime], &point(2, 32, dice)),
        5 => spki(&[ec, prime], &[0]),
        6 => spki(&[ec, oid("1.2.3.4")], &point(4, 64, dice)),
        7 => spki(&[ec], &point(4, 64, dice)),
        8 => spki(&[ec, null()], &point(4, 64, dice)),
        9 => spki(&rsa, &dice.bytes(20)),
        10 => spki(&rsa, &sequence(&[unsigned(&modulus), integer(3)])),
        11 => spki(&rsa, &sequence(&[unsigned(&modulus), integer(4)])),
        12 => spki(&rsa, &sequence(&[tlv(2, &modulus), integer(65_537)])),
        13 => spki(&rsa, &sequence(&[integer(15), integer(3)])),
        14 => spki(&[oid("1.2.840.113549.1.1.1")], &sequence(&[unsigned(&modulus), integer(65_537)])),
        15 => spki(
            &[oid("1.2.840.113549.1.1.10"), sequence(&[])],
            &sequence(&[unsigned(&modulus), integer(65_537)]),
        ),
        _ => {
            let mut own = own.to_vec();
            if let Some(last) = own.last_mut() {
                *last ^= 1;
            }
            own
        }
    }
}
