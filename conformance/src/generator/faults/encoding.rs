//! Extensions that do not decode, come twice, or that nobody knows.

use super::super::der::{boolean, integer, named_bits, null, octets, oid, sequence, tlv};
use super::super::dice::Dice;
use super::super::extension::{Body, Extension, Extensions as _};
use super::super::fault::{Fault, Subject, about, fault};
use super::super::plan::explicit_false;

pub(super) const FAULTS: &[Fault] = &[
    fault("critical_unknown", 12, |plan, dice, _| {
        let at = plan.any(dice);
        let new = Extension::new(true, Body::Raw { oid: "1.2.3.4.5", value: null() });
        let place = dice.below(plan.certificates[at].extensions.len() + 1);
        plan.certificates[at].extensions.insert(place, new);
    }),
    fault("critical_known", 8, |plan, dice, _| {
        let at = plan.any(dice);
        let all: &[(&str, Vec<u8>)] = &[
            (
                "1.3.6.1.5.5.7.1.1",
                sequence(&[sequence(&[oid("1.3.6.1.5.5.7.48.1"), tlv(0x86, b"http://a.test/")])]),
            ),
            ("2.5.29.18", sequence(&[tlv(0x82, b"a.test")])),
            ("1.3.6.1.5.5.7.48.1.5", null()),
            ("1.3.6.1.5.5.7.1.24", sequence(&[integer(5)])),
            ("2.5.29.16", sequence(&[])),
            ("2.5.29.9", sequence(&[])),
            ("2.16.840.1.113730.1.13", tlv(22, b"a comment")),
            ("2.5.29.46", sequence(&[sequence(&[tlv(0xa0, &tlv(0xa0, &tlv(0x86, b"http://a.test/")))])])),
            ("2.5.29.20", integer(5)),
        ];
        let (oid, value) = dice.pick(all).clone();
        let critical = dice.percent(75);
        let new = Extension::new(critical, Body::Raw { oid, value });
        let place = dice.below(plan.certificates[at].extensions.len() + 1);
        plan.certificates[at].extensions.insert(place, new);
    }),
    fault("all_critical", 2, |plan, dice, _| {
        let at = plan.any(dice);
        for extension in &mut plan.certificates[at].extensions {
            extension.critical = true;
        }
    }),
    fault("extension_twice", 8, |plan, dice, _| {
        let at = plan.any(dice);
        let extensions = &mut plan.certificates[at].extensions;
        if !extensions.is_empty() {
            let copy = dice.pick(extensions).clone();
            let place = dice.below(extensions.len() + 1);
            extensions.insert(place, copy);
        }
    }),
    fault("extension_unreadable", 20, |plan, dice, _| {
        let at = plan.any(dice);
        let oid = dice.one(KNOWN);
        let value = unreadable(dice);
        let critical = dice.percent(30);
        let extensions = &mut plan.certificates[at].extensions;
        match extensions.find(oid) {
            Some(extension) => extension.body = Body::Raw { oid, value },
            None => extensions.push(Extension::new(critical, Body::Raw { oid, value })),
        }
    }),
    fault("extension_odd", 14, |plan, dice, _| {
        let at = plan.any(dice);
        let (oid, value) = odd(dice);
        plan.certificates[at].extensions.put(dice.percent(50), Body::Raw { oid, value });
    }),
    fault("bytes", 16, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].signed.noise = noise(dice);
    }),
    about(Subject::Crls, "crl_bytes", 8, |plan, dice, _| {
        if !plan.crls.is_empty() {
            let at = dice.below(plan.crls.len());
            plan.crls[at].signed.noise = noise(dice);
        }
    }),
    fault("shuffled_extensions", 3, |plan, dice, _| {
        let at = plan.any(dice);
        dice.shuffle(&mut plan.certificates[at].extensions);
    }),
];

/// A few bytes that change.
fn noise(dice: &mut Dice) -> Vec<(usize, u8)> {
    let count = dice.one(&[1, 1, 1, 2, 4]);
    (0..count)
        .map(|_| {
            let bit = 1 << dice.below(8);
            (dice.below(4_096), if dice.percent(60) { bit } else { dice.bytes(1)[0] })
        })
        .collect()
}

/// What OpenSSL decodes of every certificate, and policies.
const KNOWN: &[&str] = &[
    "2.5.29.19",
    "2.5.29.15",
    "2.5.29.37",
    "2.5.29.14",
    "2.5.29.35",
    "2.5.29.17",
    "2.5.29.30",
    "2.5.29.31",
    "2.16.840.1.113730.1.1",
    "1.3.6.1.5.5.7.1.14",
    "2.5.29.32",
    "2.5.29.36",
    "2.5.29.33",
    "2.5.29.54",
    "2.5.29.46",
    "2.5.29.18",
    "1.3.6.1.5.5.7.1.7",
    "1.3.6.1.5.5.7.1.8",
];

fn unreadable(dice: &mut Dice) -> Vec<u8> {
    let any = dice.bytes(12);
    match dice.below(8) {
        0 => Vec::new(),
        1 => any,
        2 => null(),
        3 => sequence(&[null()]),
        4 => tlv(0x30, &[1]),
        5 => vec![0x30, 0x80],
        6 => vec![0x30, 0x05, 0x01],
        _ => sequence(&[sequence(&[octets(&[0])])]),
    }
}

/// Values that are nearly right.
fn odd(dice: &mut Dice) -> (&'static str, Vec<u8>) {
    let yes = || boolean(true);
    let all: &[(&str, Vec<u8>)] = &[
        // basicConstraints: FALSE written out, TRUE that is not 0xff, trailing bytes, a path length that is huge.
        ("2.5.29.19", sequence(&[explicit_false()])),
        ("2.5.29.19", sequence(&[vec![1, 1, 1]])),
        ("2.5.29.19", [sequence(&[yes()]), null()].concat()),
        ("2.5.29.19", sequence(&[yes(), tlv(2, &[1; 9])])),
        ("2.5.29.19", sequence(&[yes(), tlv(2, &[0x80, 0, 0, 0, 0, 0, 0, 0])])),
        ("2.5.29.19", sequence(&[yes(), tlv(2, &[0, 1])])),
        ("2.5.29.19", sequence(&[yes(), integer(0), null()])),
        ("2.5.29.19", sequence(&[integer(1)])),
        ("2.5.29.19", vec![0x30, 0x80, 1, 1, 0xff, 0, 0]),
        ("2.5.29.19", vec![0x30, 0x81, 3, 1, 1, 0xff]),
        // keyUsage: padded, empty, in an octet string, too many unused bits, long.
        ("2.5.29.15", tlv(3, &[0, 0x86])),
        ("2.5.29.15", tlv(3, &[])),
        ("2.5.29.15", tlv(3, &[0])),
        ("2.5.29.15", tlv(3, &[9, 0x80])),
        ("2.5.29.15", tlv(3, &[0, 0x04, 0x80, 0xff])),
        ("2.5.29.15", tlv(3, &[3, 0xff])),
        ("2.5.29.15", octets(&named_bits(5))),
        ("2.5.29.37", sequence(&[])),
        ("2.5.29.37", sequence(&[oid("1.3.6.1.5.5.7.3.1"), null()])),
        ("2.5.29.37", sequence(&[vec![6, 0]])),
        ("2.5.29.37", sequence(&[vec![6, 2, 0x80, 1]])),
        ("2.5.29.37", sequence(&[vec![6, 2, 0x2a, 0x80]])),
        ("2.5.29.14", octets(&[])),
        ("2.5.29.14", [octets(&[1]), vec![0]].concat()),
        ("2.5.29.35", sequence(&[tlv(0x80, &[]), tlv(0x82, &[])])),
        ("2.5.29.35", sequence(&[tlv(0x82, &[1]), tlv(0x80, &[1])])),
        ("2.5.29.17", sequence(&[])),
        ("2.5.29.17", sequence(&[tlv(0x89, b"a")])),
        ("2.5.29.17", sequence(&[tlv(0xa4, &sequence(&[null()]))])),
        ("2.5.29.17", sequence(&[tlv(0x87, &[1, 2, 3])])),
        ("2.5.29.17", sequence(&[tlv(0x82, "ex\u{e4}mple.test".as_bytes())])),
        ("2.5.29.17", sequence(&[tlv(0xa2, &tlv(22, b"a.test"))])),
        // ediPartyName: whole, without its name, with a bare name, with another kind of string.
        ("2.5.29.17", sequence(&[tlv(0xa5, &tlv(0xa1, &tlv(12, b"x")))])),
        ("2.5.29.17", sequence(&[tlv(0xa5, &tlv(0xa0, &tlv(12, b"x")))])),
        ("2.5.29.17", sequence(&[tlv(0xa5, &sequence(&[]))])),
        ("2.5.29.17", sequence(&[tlv(0xa5, &tlv(0x81, b"x"))])),
        ("2.5.29.30", sequence(&[tlv(0xa0, &sequence(&[tlv(0xa5, &tlv(0xa1, &tlv(22, b"x")))]))])),
        ("2.16.840.1.113730.1.1", tlv(3, &[])),
        ("2.16.840.1.113730.1.1", tlv(3, &[0])),
        ("2.5.29.31", sequence(&[sequence(&[])])),
        ("2.5.29.31", sequence(&[])),
        ("2.5.29.31", sequence(&[sequence(&[tlv(0x81, &[0, 0x40])])])),
        ("2.5.29.30", sequence(&[])),
        ("2.5.29.30", sequence(&[tlv(0xa0, &[])])),
        ("2.5.29.30", sequence(&[tlv(0xa0, &sequence(&[tlv(0x82, b"a"), tlv(0x80, &[])]))])),
        ("2.5.29.54", integer(-1)),
        ("2.5.29.54", tlv(2, &[])),
        ("2.5.29.36", sequence(&[])),
        ("2.5.29.36", sequence(&[tlv(0x80, &[0xff])])),
        ("2.5.29.32", sequence(&[])),
        ("2.5.29.33", sequence(&[])),
    ];
    dice.pick(all).clone()
}
