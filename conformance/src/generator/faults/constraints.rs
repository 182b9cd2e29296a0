//! Name constraints of every kind, kept, violated and unreadable.

use super::super::der::{context, implicit, oid, tlv};
use super::super::dice::Dice;
use super::super::extension::{ALTERNATIVE_NAMES, Body, Extensions as _, Subtree};
use super::super::fault::{Fault, Subject, about};
use super::super::names::{
    Attribute, BMP, COMMON_NAME, COUNTRY, EMAIL, General, IA5, PRINTABLE, UTF8, base, name,
};
use super::super::plan::Plan;

pub(super) const FAULTS: &[Fault] = &[
    about(Subject::NameConstraints, "constraints", 30, |plan, dice, _| {
        constrain(plan, dice);
        if dice.percent(60) {
            rename(plan, dice);
        }
        if dice.percent(20) {
            constrain(plan, dice);
        }
    }),
    about(Subject::NameConstraints, "constraint_limits", 8, |plan, dice, _| {
        let base = base_of(dice);
        let pick = |dice: &mut Dice| dice.one(&[None, Some(0), Some(1), Some(-1), Some(5)]);
        let tree = Subtree { base, minimum: pick(dice), maximum: pick(dice) };
        put(plan, vec![tree], dice);
    }),
    about(Subject::NameConstraints, "constraints_kept", 4, |plan, dice, _| {
        super::super::base::constraints(plan, dice)
    }),
    about(Subject::NameConstraints, "names_of_all_kinds", 10, |plan, dice, _| rename(plan, dice)),
    about(Subject::NameConstraints, "constraints_on_self_issued", 4, |plan, dice, _| {
        constrain(plan, dice);
        let at = plan.any(dice);
        plan.certificates[at].subject = plan.issuer_name(at).clone();
    }),
    about(Subject::NameConstraints, "constraints_of_many", 1, |plan, dice, _| {
        let many = |count: usize, kind: fn(&str) -> General| -> Vec<General> {
            (0..count).map(|at| kind(&format!("n{at}.test"))).collect()
        };
        let (names, trees) = dice.one(&[(1_100, 1_000), (1_024, 1_024), (1_030, 1_025), (3, 400)]);
        let trees = many(trees, General::dns).into_iter().map(Subtree::from).collect();
        let at = plan.any_ca(dice);
        plan.certificates[at]
            .extensions
            .put(true, Body::NameConstraints { permitted: Vec::new(), excluded: trees });
        let leaf = plan.leaf;
        let kind = dice.one(&[General::dns as fn(&str) -> General, General::uri]);
        plan.certificates[leaf].extensions.put(false, Body::AlternativeNames(many(names, kind)));
    }),
    about(Subject::NameConstraints, "constraints_of_odd_kinds", 6, |plan, dice, _| {
        let (names, base) = (unsupported(dice), unsupported(dice));
        let base = if dice.percent(70) { names.clone() } else { base };
        let leaf = plan.leaf;
        plan.certificates[leaf].extensions.put(false, Body::AlternativeNames(vec![names]));
        put(plan, vec![Subtree::from(base)], dice);
    }),
    about(Subject::NameConstraints, "empty_constraints", 3, |plan, dice, _| {
        let at = plan.any(dice);
        let body = Body::NameConstraints { permitted: Vec::new(), excluded: Vec::new() };
        plan.certificates[at].extensions.put(dice.percent(50), body);
    }),
];

fn constrain(plan: &mut Plan, dice: &mut Dice) {
    let count = 1 + dice.below(3);
    let trees = (0..count).map(|_| Subtree::from(base_of(dice))).collect();
    put(plan, trees, dice);
}

fn put(plan: &mut Plan, trees: Vec<Subtree>, dice: &mut Dice) {
    let (mut permitted, mut excluded) = (Vec::new(), Vec::new());
    for tree in trees {
        if dice.percent(60) { permitted.push(tree) } else { excluded.push(tree) }
    }
    let at = if dice.percent(10) { plan.leaf } else { plan.any_ca(dice) };
    plan.certificates[at].extensions.put(dice.percent(80), Body::NameConstraints { permitted, excluded });
}

/// The base of a subtree; for most kinds of names it may or may not fit those of the leaf.
fn base_of(dice: &mut Dice) -> General {
    let dns = &[
        "example.test",
        ".example.test",
        "",
        "EXAMPLE.Test",
        "www.example.test",
        "ample.test",
        "test",
        ".test",
        "other.test",
        "*.example.test",
        "a.b.example.test",
        ".www.example.test",
        "example.test.",
        "ex\u{e4}mple.test",
    ];
    let mail = &[
        "example.test",
        ".example.test",
        "user@example.test",
        "USER@example.test",
        "user@EXAMPLE.test",
        "@example.test",
        "other@example.test",
        "other.test",
        "",
        ".test",
        "user@",
        "test",
        "a@b@example.test",
    ];
    let uri = &[
        "example.test",
        ".example.test",
        "www.example.test",
        "",
        ".",
        "WWW.example.TEST",
        "other.test",
        "192.0.2.7",
    ];
    match dice.below(16) {
        0..=3 => General::dns(dice.one(dns)),
        4..=5 => General::email(dice.one(mail)),
        6..=7 => General::uri(dice.one(uri)),
        8..=9 => {
            let ranges: &[&[u8]] = &[
                &[192, 0, 2, 0, 255, 255, 255, 0],
                &[192, 0, 2, 7, 255, 255, 255, 255],
                &[0; 8],
                &[10, 0, 0, 0, 255, 0, 0, 0],
                &[192, 0, 2, 1, 255, 0, 255, 0],
                &[192, 0, 2, 0, 24],
                &[192, 0, 2, 7],
                &[0; 32],
                &[
                    0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0,
                    0, 0, 0, 0, 0, 0, 0, 0,
                ],
                &[],
            ];
            General::ip(dice.one(ranges))
        }
        10..=12 => directory(dice),
        _ => unsupported(dice),
    }
}

fn directory(dice: &mut Dice) -> General {
    let mut wide = base();
    match dice.below(8) {
        0 => wide = Vec::new(),
        1 => wide.truncate(1),
        2 => wide.reverse(),
        3 => wide = name("www.example.test"),
        4 => wide[1][0].value = b"  EXAMPLE   test ".to_vec(),
        5 => wide[1][0].value = b"Somebody else".to_vec(),
        6 => wide[0][0] = Attribute::new(COUNTRY, UTF8, "xx"),
        _ => {}
    }
    General::directory(&wide)
}

/// Kinds that OpenSSL has no rules for, and some that are not names.
fn unsupported(dice: &mut Dice) -> General {
    match dice.below(7) {
        0 => General::registered("1.2.3.4"),
        1 => General::other("1.2.3.4", &tlv(UTF8, b"a")),
        2 => General::edi("party"),
        3 => General::utf8_mailbox("user@example.test"),
        4 => General(context(3, &[])),
        5 => General::other("1.3.6.1.5.5.7.8.9", &tlv(IA5, b"user@example.test")),
        _ => General::other("1.3.6.1.4.1.311.20.2.3", &tlv(UTF8, b"user@example.test")),
    }
}

/// Other names for the leaf, or a CA.
fn rename(plan: &mut Plan, dice: &mut Dice) {
    let at = if dice.percent(80) { plan.leaf } else { plan.any(dice) };
    let mut names = Vec::new();
    for _ in 0..dice.below(5) {
        names.push(one(dice));
    }
    let certificate = &mut plan.certificates[at];
    if names.is_empty() && dice.percent(70) {
        certificate.extensions.drop_kind(ALTERNATIVE_NAMES);
    } else {
        certificate.extensions.put(dice.percent(10), Body::AlternativeNames(names));
    }
    if dice.percent(40) {
        certificate.subject.push(vec![subject_part(dice)]);
    }
}

fn one(dice: &mut Dice) -> General {
    match dice.below(14) {
        0..=3 => General::dns(dice.one(&[
            "www.example.test",
            "example.test",
            "WWW.EXAMPLE.TEST",
            "bad.test",
            "*.example.test",
            "notexample.test",
            "",
            ".example.test",
            "a.b.example.test",
            "example.test.",
            "xn--exmple-cua.test",
        ])),
        4..=5 => General::email(dice.one(&[
            "user@example.test",
            "USER@example.test",
            "user@www.example.test",
            "user@EXAMPLE.TEST",
            "nobody",
            "user@",
            "@example.test",
            "a@b@example.test",
            "user@other.test",
            "",
            "\"a b\"@example.test",
        ])),
        6..=7 => General::uri(dice.one(&[
            "http://www.example.test/a",
            "http://example.test",
            "https://user:pw@www.example.test:8443/x?y#z",
            "http://",
            "www.example.test",
            "mailto:user@example.test",
            "http://WWW.EXAMPLE.test:80/",
            "urn:a:b",
            "http:///path",
            "http://192.0.2.7/",
            "http://[2001:db8::1]/",
            "://x",
            "http://@/",
            "http://www.example.test@bad.test/",
            "ldap://example.test?a@b",
        ])),
        8 => General::ip(dice.one(&[
            &[192, 0, 2, 7][..],
            &[10, 0, 0, 1],
            &[0; 16],
            &[1, 2, 3],
            &[],
            &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        ])),
        9..=10 => directory(dice),
        11 => General(implicit(2, b"www.example.test\0.bad.test")),
        _ => unsupported(dice),
    }
}

fn subject_part(dice: &mut Dice) -> Attribute {
    match dice.below(9) {
        0 => Attribute::new(EMAIL, IA5, "user@example.test"),
        1 => Attribute::new(EMAIL, IA5, "user@bad.test"),
        2 => Attribute::new(EMAIL, UTF8, "user@example.test"),
        3 => Attribute::new(COMMON_NAME, UTF8, "www.bad.test"),
        4 => Attribute::new(COMMON_NAME, PRINTABLE, "not a name"),
        5 => Attribute::new(COMMON_NAME, UTF8, "www.example.test"),
        6 => Attribute {
            kind: COMMON_NAME,
            tag: BMP,
            value: "bad.test".bytes().flat_map(|byte| [0, byte]).collect(),
        },
        7 => Attribute { kind: COMMON_NAME, tag: UTF8, value: b"www.example.test\0.bad.test".to_vec() },
        _ => Attribute { kind: COMMON_NAME, tag: 6, value: oid("1.2.3").split_off(2) },
    }
}
