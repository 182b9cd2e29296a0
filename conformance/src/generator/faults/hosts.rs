//! Names of the leaf against the names that are expected.

use super::super::dice::Dice;
use super::super::extension::{ALTERNATIVE_NAMES, Body, Extensions as _};
use super::super::fault::{Fault, fault};
use super::super::names::{
    Attribute, BMP, COMMON_NAME, EMAIL, General, IA5, PRINTABLE, TELETEX, UTF8, base, name,
};
use super::super::plan::Plan;
use crate::record::Hosts;

pub(super) const FAULTS: &[Fault] = &[
    fault("other_host", 10, |plan, dice, _| {
        let host = dice.one(&[
            "bad.test",
            "www.example.test.",
            "WWW.EXAMPLE.TEST",
            "xample.test",
            ".",
            "",
            "*.example.test",
        ]);
        plan.case.host = Some(Hosts::One(host.to_owned()));
    }),
    fault("hosts", 24, |plan, dice, _| {
        let presented = (0..dice.below(4)).map(|_| General::dns(dice.one(PRESENTED))).collect();
        names(plan, presented, dice);
        expect(plan, dice);
    }),
    fault("host_flags", 12, |plan, dice, _| {
        for flag in FLAGS {
            if dice.percent(25) {
                plan.case.hostflags.push((*flag).to_owned());
            }
        }
        if plan.case.host.is_none() {
            expect(plan, dice);
        }
    }),
    fault("common_name_only", 12, |plan, dice, _| {
        let leaf = plan.leaf;
        if dice.percent(80) {
            plan.certificates[leaf].extensions.drop_kind(ALTERNATIVE_NAMES);
        }
        let host = dice.one(PRESENTED);
        plan.certificates[leaf].subject = name(host);
        if dice.percent(30) {
            let second = common_name(dice);
            plan.certificates[leaf].subject.push(vec![second]);
        }
        expect(plan, dice);
    }),
    fault("ip", 8, |plan, dice, _| {
        plan.case.ip = Some(
            (dice.one(&["192.0.2.7", "192.0.2.8", "2001:db8::1", "::ffff:192.0.2.7", "::", "0.0.0.0"]))
                .to_owned(),
        );
        let addresses: &[&[u8]] = &[
            &[192, 0, 2, 7],
            &[192, 0, 2, 8],
            &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            &[0; 16],
            &[1, 2, 3],
            &[],
            &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 7],
        ];
        let mut presented: Vec<General> =
            (0..dice.below(3)).map(|_| General::ip(dice.one(addresses))).collect();
        if dice.percent(30) {
            presented.push(General::dns("192.0.2.7"));
        }
        names(plan, presented, dice);
        if dice.percent(20) {
            let leaf = plan.leaf;
            plan.certificates[leaf].subject = name("192.0.2.7");
            plan.case.host = Some(Hosts::One("192.0.2.7".to_owned()));
        }
    }),
    fault("mailbox", 10, |plan, dice, _| {
        let boxes = &[
            "user@example.test",
            "USER@example.test",
            "user@EXAMPLE.test",
            "other@example.test",
            "us\u{e9}r@example.test",
            "@example.test",
            "user",
            "user@",
            "a@b@example.test",
            "",
        ];
        plan.case.email = Some((dice.one(boxes)).to_owned());
        let mut presented: Vec<General> = Vec::new();
        for _ in 0..dice.below(3) {
            let mailbox = dice.one(boxes);
            presented.push(if dice.percent(70) {
                General::email(mailbox)
            } else {
                General::utf8_mailbox(mailbox)
            });
        }
        names(plan, presented, dice);
        if dice.percent(50) {
            let tag = dice.one(&[IA5, UTF8, PRINTABLE]);
            let attribute = Attribute::new(EMAIL, tag, dice.one(boxes));
            let leaf = plan.leaf;
            plan.certificates[leaf].subject.push(vec![attribute]);
        }
    }),
];

const FLAGS: &[&str] = &[
    "always_check_subject",
    "no_wildcards",
    "no_partial_wildcards",
    "multi_label_wildcards",
    "single_label_subdomains",
    "never_check_subject",
];

const PRESENTED: &[&str] = &[
    "www.example.test",
    "*.example.test",
    "w*.example.test",
    "*w.example.test",
    "w*w.example.test",
    "*",
    "*.test",
    "*.*.test",
    "www.*.test",
    "xn--*.example.test",
    "*.example.test.",
    "WWW.Example.TEST",
    "-www.example.test",
    "w_w.example.test",
    "*.-x.test",
    "*..test",
    ".example.test",
    "a.b.example.test",
    "*.b.example.test",
    "example.test",
    "www.example.test\0.x",
    "",
    "**.example.test",
    "www-*.example.test",
    "*.xn--exmple-cua.test",
    "xn--a*.example.test",
    "192.0.2.7",
    "*.0.2.7",
];

const EXPECTED: &[&str] = &[
    "www.example.test",
    "a.b.example.test",
    "example.test",
    ".example.test",
    "w.example.test",
    "xn--a.example.test",
    "www.example.test.",
    "WWW.EXAMPLE.test",
    ".b.example.test",
    "*.example.test",
    "-.example.test",
    "ww.example.test",
    "www-a.example.test",
    "a.xn--exmple-cua.test",
    "w_w.example.test",
    ".",
    ".test",
    "192.0.2.7",
    "test",
    "a_b.example.test",
];

fn expect(plan: &mut Plan, dice: &mut Dice) {
    plan.case.host = Some(if dice.percent(85) {
        Hosts::One((dice.one(EXPECTED)).to_owned())
    } else {
        Hosts::Several((0..=dice.below(3)).map(|_| (dice.one(EXPECTED)).to_owned()).collect())
    });
}

/// Gives the leaf these names, beside others or instead of them.
fn names(plan: &mut Plan, mut presented: Vec<General>, dice: &mut Dice) {
    if dice.percent(15) {
        presented.push(General::uri("http://www.example.test/"));
    }
    let leaf = plan.leaf;
    if presented.is_empty() {
        plan.certificates[leaf].extensions.drop_kind(ALTERNATIVE_NAMES);
    } else {
        plan.certificates[leaf].extensions.put(false, Body::AlternativeNames(presented));
    }
    if dice.percent(25) {
        let mut subject = base();
        subject.push(vec![common_name(dice)]);
        plan.certificates[leaf].subject = subject;
    }
}

/// A common name in some form.
fn common_name(dice: &mut Dice) -> Attribute {
    let text = dice.one(PRESENTED);
    match dice.below(5) {
        0 => Attribute::new(COMMON_NAME, PRINTABLE, text),
        1 => Attribute::new(COMMON_NAME, TELETEX, text),
        2 => Attribute {
            kind: COMMON_NAME,
            tag: BMP,
            value: text.bytes().flat_map(|byte| [0, byte]).collect(),
        },
        3 => Attribute::new(COMMON_NAME, IA5, text),
        _ => Attribute::new(COMMON_NAME, UTF8, text),
    }
}
