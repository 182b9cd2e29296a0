//! Keys that are weak or odd.

use super::super::der::{bits, implicit, integer, null, oid, sequence, tlv, unsigned};
use super::super::dice::Dice;
use super::super::fault::{Fault, fault};
use super::super::keys::{CURVES, Keys, Kind};
use super::super::plan::Plan;

/// A fault that gives a certificate a key of SLH-DSA. Each has its own name, so that none is missing in a collection.
macro_rules! slh_dsa {
    ($name:literal) => {
        fault($name, 1, |plan, dice, keys| {
            // An issuer if there is one: its signatures are what counts.
            let at = plan.any_ca(dice);
            plan.certificates[at].key = keys.one(Kind::Named($name), &plan.used_keys(), dice);
        })
    };
}

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
    fault("rare_curve", 12, |plan, dice, keys| {
        let (nid, _) = dice.one(CURVES);
        change(plan, Kind::Curve { nid, explicit: false }, keys, dice);
    }),
    fault("explicit_rare_curve", 4, |plan, dice, keys| {
        let (nid, explicit) = dice.one(CURVES);
        change(plan, Kind::Curve { nid, explicit }, keys, dice);
    }),
    fault("sm2", 4, |plan, dice, keys| change(plan, Kind::Named("SM2"), keys, dice)),
    fault("ml_dsa", 2, |plan, dice, keys| {
        let kind = dice.one(&["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"]);
        change(plan, Kind::Named(kind), keys, dice);
    }),
    slh_dsa!("SLH-DSA-SHA2-128s"),
    slh_dsa!("SLH-DSA-SHA2-128f"),
    slh_dsa!("SLH-DSA-SHA2-192s"),
    slh_dsa!("SLH-DSA-SHA2-192f"),
    slh_dsa!("SLH-DSA-SHA2-256s"),
    slh_dsa!("SLH-DSA-SHA2-256f"),
    slh_dsa!("SLH-DSA-SHAKE-128s"),
    slh_dsa!("SLH-DSA-SHAKE-128f"),
    slh_dsa!("SLH-DSA-SHAKE-192s"),
    slh_dsa!("SLH-DSA-SHAKE-192f"),
    slh_dsa!("SLH-DSA-SHAKE-256s"),
    slh_dsa!("SLH-DSA-SHAKE-256f"),
    fault("ml_kem", 4, |plan, dice, keys| {
        let at = plan.any(dice);
        let kind = dice.one(&["ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"]);
        let mut spki = keys.get(keys.one(Kind::Named(kind), &[], dice)).spki.clone();
        if dice.percent(30) {
            // A number that is too large for its field, or a key that is too short.
            let place = spki.len() / 2;
            spki[place..place + 3].fill(0xff);
        }
        plan.certificates[at].spki = Some(spki);
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
    match dice.below(26) {
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
        16 => spki(&rsa, &sequence(&[unsigned(&modulus), tlv(0x22, &integer(3))])),
        17 => spki(&rsa, &sequence(&[unsigned(&modulus), tlv(2, &[])])),
        18 => spki(&rsa, &sequence(&[unsigned(&modulus), tlv(2, &[0, 0, 3])])),
        19 => spki(&[ec, oid("1.3.36.3.3.2.8.1.1.7")], &point(4, 64, dice)),
        20 => spki(&[ec, oid("1.3.132.0.26")], &point(2, 30, dice)),
        21 => {
            // Diffie-Hellman, of X9.42 and of PKCS #3: whole, without the order, with a number in pieces.
            let kind = dice.one(&["1.2.840.10046.2.1", "1.2.840.113549.1.3.1"]);
            let mut numbers = vec![unsigned(&modulus), integer(2), unsigned(&modulus[..32])];
            match dice.below(4) {
                0 => drop(numbers.pop()),
                1 => numbers.push(implicit(0, &[])),
                2 => numbers[1] = tlv(0x22, &integer(2)),
                _ => {}
            }
            spki(&[oid(kind), sequence(&numbers)], &unsigned(&modulus[1..]))
        }
        22 => spki(
            &[ec, sequence(&[integer(1), sequence(&[oid("1.2.840.10045.1.1"), integer(23)])])],
            &[4, 1, 1],
        ),
        23 => {
            // y² = x³ + x + 1 over 23 elements, its point (0, 1), of order 28.
            let field = sequence(&[oid("1.2.840.10045.1.1"), integer(23)]);
            let curve = sequence(&[tlv(4, &[1]), tlv(4, &[1])]);
            let order = dice.one(&[28, 28, 0, 200]);
            let numbers = sequence(&[integer(1), field, curve, tlv(4, &[4, 0, 1]), integer(order)]);
            spki(&[ec, numbers], &dice.one(&[[4, 0, 1], [4, 3, 10], [4, 3, 11]]))
        }
        24 => spki(&[ec, oid("1.2.156.10197.1.301")], &point(4, 64, dice)),
        _ => {
            let mut own = own.to_vec();
            if let Some(last) = own.last_mut() {
                *last ^= 1;
            }
            own
        }
    }
}
