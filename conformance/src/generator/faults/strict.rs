//! What only `x509_strict` minds.

use super::super::der::{integer, sequence};
use super::super::dice::Dice;
use super::super::extension::{
    ALTERNATIVE_NAMES, AUTHORITY_KEY, BASIC_CONSTRAINTS, Body, Extensions as _, KEY_USAGE, SUBJECT_KEY, usage,
};
use super::super::fault::{Fault, fault};
use super::super::plan::Plan;

pub(super) const FAULTS: &[Fault] = &[fault("strict", 40, |plan, dice, _| {
    plan.flag("x509_strict");
    for _ in 0..=dice.below(2) {
        one(plan, dice);
    }
})];

fn one(plan: &mut Plan, dice: &mut Dice) {
    let (any, ca, leaf) = (plan.any(dice), plan.any_ca(dice), plan.leaf);
    match dice.below(17) {
        0 => plan.certificates[any].extensions.drop_kind(AUTHORITY_KEY),
        1 => plan.certificates[any].extensions.drop_kind(SUBJECT_KEY),
        2 => {
            if let Some(extension) = plan.certificates[ca].extensions.find(BASIC_CONSTRAINTS) {
                extension.critical = false;
            }
        }
        3 => plan.certificates[ca].extensions.drop_kind(KEY_USAGE),
        4 => plan.certificates[leaf]
            .extensions
            .put(true, Body::KeyUsage(usage::CERT_SIGN | usage::DIGITAL_SIGNATURE)),
        5 => plan.certificates[any].subject = Vec::new(),
        6 => {
            plan.certificates[leaf].subject = Vec::new();
            if let Some(extension) = plan.certificates[leaf].extensions.find(ALTERNATIVE_NAMES) {
                extension.critical = dice.percent(50);
            }
        }
        7 => plan.certificates[any].extensions.put(dice.percent(50), Body::AlternativeNames(Vec::new())),
        8 => {
            let body = Body::BasicConstraints { ca: false, path_length: Some(1) };
            plan.certificates[any].extensions.put(true, body);
        }
        9 => {
            let body = Body::BasicConstraints { ca: true, path_length: Some(5) };
            plan.certificates[ca].extensions.put(true, body);
            plan.certificates[ca].extensions.put(true, Body::KeyUsage(usage::CRL_SIGN));
        }
        10 => plan.certificates[any].issuer = Some(Vec::new()),
        11 => plan.certificates[any].version = dice.one(&[0, 1]),
        12 => {
            plan.certificates[any].version = 0;
            plan.certificates[any].extensions.clear();
        }
        13 => {
            let odd = sequence(&[super::super::der::oid("1.2.840.113549.1.1.11"), integer(1)]);
            plan.certificates[any].signed.inner = Some(odd);
        }
        14 => {
            plan.certificates[ca].extensions.drop_kind(BASIC_CONSTRAINTS);
            if dice.percent(50) {
                plan.certificates[ca].extensions.put(false, Body::NetscapeType(0b1110_0000));
                plan.certificates[ca].extensions.drop_kind(KEY_USAGE);
            }
        }
        15 => {
            let body = Body::KeyUsage(usage::CRL_SIGN);
            plan.certificates[leaf].subject = Vec::new();
            plan.certificates[leaf].extensions.put(true, body);
        }
        _ => plan.certificates[any].extensions.clear(),
    }
}
