//! Issuing distribution points, and the distribution points of certificates.

use super::super::super::dice::Dice;
use super::super::super::extension::{Body, Extensions as _, IssuingPoint, Point, PointName};
use super::super::super::fault::{Fault, Subject, about};
use super::super::super::names::{Attribute, COMMON_NAME, General, UTF8, name};
use super::super::super::plan::Plan;
use super::target::{revoked, target};

pub(super) const IDP: Fault = about(Subject::Crls, "crl_idp", 22, |plan, dice, _| {
    let at = target(plan, dice);
    let point = IssuingPoint {
        name: dice.percent(45).then(|| point_name(plan, at, dice)),
        only_user: dice.percent(25),
        only_ca: dice.percent(25),
        reasons: dice.percent(12).then(|| reasons(dice)),
        indirect: dice.percent(15),
        only_attribute: dice.percent(6),
    };
    plan.crls[at].extensions.put(dice.percent(85), Body::IssuingPoint(point));
    if dice.percent(50) {
        points(plan, at, dice);
    }
    if dice.percent(60) {
        plan.flag("extended_crl_support");
    }
});

pub(super) const REASONS: Fault = about(Subject::Crls, "crl_reasons", 12, |plan, dice, _| {
    // Several CRLs that share the reasons out among them.
    let at = target(plan, dice);
    if dice.percent(85) {
        plan.flag("extended_crl_support");
    }
    let original = plan.crls[at].clone();
    let split: &[&[u16]] = &[
        &[0b1_1111, 0b1_1110_0000],
        &[0b1_1111],
        &[0b1_1111_1111],
        &[0b11, 0b1100, 0b1_1111_0000],
        &[0, 0x1ff],
    ];
    let parts = dice.one(split);
    plan.crls.remove(at);
    for part in parts {
        let mut crl = original.clone();
        let mut point =
            IssuingPoint { reasons: Some(*part << u16::from(dice.percent(50))), ..IssuingPoint::default() };
        if dice.percent(20) {
            point.name = Some(PointName::Full(vec![General::uri("http://crl.example.test/1")]));
        }
        crl.extensions.put(true, Body::IssuingPoint(point));
        if dice.percent(25) {
            let victim = plan.leaf;
            let entry = revoked(plan, victim, Some(1), dice);
            crl.entries.push(entry);
        }
        plan.crls.push(crl);
    }
    if dice.percent(30) {
        plan.crls.push(original);
    }
});

pub(super) const POINTS: Fault = about(Subject::Crls, "distribution_points", 8, |plan, dice, _| {
    let at = target(plan, dice);
    points(plan, at, dice);
});

fn reasons(dice: &mut Dice) -> u16 {
    dice.one(&[0b10, 0b110, 0b1_1111_1111, 0b1_1111_1110, 0b1000, 0, 1, 0x8000])
}

/// The name of a point; few enough that they often agree.
pub(super) fn point_name(plan: &Plan, at: usize, dice: &mut Dice) -> PointName {
    let issuer = &plan.certificates[plan.crls[at].parent].subject;
    let relative = vec![Attribute::new(COMMON_NAME, UTF8, "CRL 1")];
    match dice.below(8) {
        0..=2 => PointName::Full(vec![General::uri("http://crl.example.test/1")]),
        3 => PointName::Full(vec![
            General::uri("http://crl.example.test/2"),
            General::uri("http://crl.example.test/1"),
        ]),
        4 => {
            let mut full = issuer.clone();
            full.push(relative);
            PointName::Full(vec![General::directory(&full)])
        }
        5 => PointName::Full(vec![General::directory(&name("CRL 2"))]),
        6 => PointName::Full(Vec::new()),
        _ => PointName::Relative(relative),
    }
}

/// Gives a certificate of the chain distribution points.
pub(super) fn points(plan: &mut Plan, at: usize, dice: &mut Dice) {
    let victim = plan.any(dice);
    let mut list = Vec::new();
    for _ in 0..=dice.below(3) {
        let issuer = dice.percent(20).then(|| {
            let subject = &plan.certificates[plan.crls[at].parent].subject;
            match dice.below(4) {
                0 => vec![General::directory(&name("Somebody else"))],
                1 => vec![General::uri("http://crl.example.test/1"), General::directory(subject)],
                2 => vec![General::uri("http://crl.example.test/1")],
                _ => vec![General::directory(subject)],
            }
        });
        list.push(Point {
            name: dice.percent(75).then(|| point_name(plan, at, dice)),
            reasons: dice.percent(20).then(|| reasons(dice)),
            issuer,
        });
    }
    plan.certificates[victim].extensions.put(dice.percent(15), Body::DistributionPoints(list));
}
