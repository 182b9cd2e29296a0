//! Delta CRLs.

use super::super::super::dice::Dice;
use super::super::super::extension::{
    AUTHORITY_KEY, Body, CRL_NUMBER, DELTA_INDICATOR, Extensions as _, ISSUING_POINT, IssuingPoint, Point,
    PointName,
};
use super::super::super::fault::{Fault, Subject, about};
use super::super::super::names::General;
use super::super::super::plan::Plan;
use super::super::super::when::{DAY, When};
use super::super::signatures::tamper;
use super::target::{revoked, target};
use crate::record::Place;

pub(super) const DELTA: Fault = about(Subject::Crls, "crl_delta", 30, |plan, dice, _| {
    let at = target(plan, dice);
    if dice.percent(90) {
        plan.flag("use_deltas");
    }
    if dice.percent(70) {
        plan.flag("extended_crl_support");
    }
    let number = dice.range(5, 20);
    plan.crls[at].extensions.put(false, Body::CrlNumber(number));
    freshest(plan, at, dice);
    if dice.percent(25) {
        plan.crls[at].next_update = Some(When::At(plan.now - DAY));
    }
    let victim = dice.one(&plan.chain);
    if dice.percent(35) {
        let reason = dice.one(&[None, Some(6)]);
        let entry = revoked(plan, victim, reason, dice);
        plan.crls[at].entries.push(entry);
    }
    for _ in 0..dice.one(&[1, 1, 1, 2]) {
        add(plan, at, number, victim, dice);
    }
    if dice.percent(10) {
        plan.crls.remove(at);
    }
});

pub(super) const ONLY_DELTAS: Fault = about(Subject::Crls, "crl_only_deltas", 6, |plan, dice, keys| {
    (DELTA.apply)(plan, dice, keys);
    plan.flag("crl_check");
    plan.crls.retain(|crl| crl.extensions.iter().any(|extension| extension.body.oid() == DELTA_INDICATOR));
    if dice.percent(70) {
        plan.case.flags.retain(|flag| flag != "extended_crl_support");
    }
    if dice.percent(70) {
        plan.case.crls_in = Place::Ctx;
    }
});

/// Says in the certificate or the CRL that there are deltas.
fn freshest(plan: &mut Plan, at: usize, dice: &mut Dice) {
    let name = PointName::Full(vec![General::uri("http://crl.example.test/delta")]);
    let point = || vec![Point { name: Some(name.clone()), ..Point::default() }];
    match dice.below(10) {
        0..=4 => plan.crls[at].extensions.put(false, Body::FreshestCrl(point())),
        5..=7 => {
            for certificate in &mut plan.certificates {
                certificate.extensions.put(false, Body::FreshestCrl(point()));
            }
        }
        8 => plan.crls[at].extensions.put(true, Body::FreshestCrl(point())),
        _ => {}
    }
}

/// A delta to a CRL.
fn add(plan: &mut Plan, at: usize, number: i64, victim: usize, dice: &mut Dice) {
    let mut delta = plan.crls[at].clone();
    delta.entries.clear();
    delta.version = Some(1);
    delta.last_update = When::At(plan.now - dice.range(0, DAY));
    delta.next_update = Some(When::At(plan.now + DAY));
    let base = number + dice.one(&[0, 0, 0, 0, -1, -3, 1]);
    let own = number + dice.one(&[1, 1, 1, 2, 0, -1]);
    delta.extensions.put(dice.percent(90), Body::DeltaIndicator(base));
    delta.extensions.put(false, Body::CrlNumber(own));
    if dice.percent(45) {
        let reason = dice.one(&[None, Some(8), Some(8), Some(1)]);
        let entry = revoked(plan, victim, reason, dice);
        delta.entries.push(entry);
    }
    match dice.below(12) {
        0 => delta.next_update = Some(When::At(plan.now - DAY)),
        1 => delta.last_update = When::At(plan.now + DAY),
        2 => delta.signed.tampered = Some(tamper(dice)),
        3 => delta.extensions.drop_kind(AUTHORITY_KEY),
        4 => {
            let point = IssuingPoint { only_user: true, ..IssuingPoint::default() };
            delta.extensions.put(true, Body::IssuingPoint(point));
        }
        5 => delta.extensions.drop_kind(ISSUING_POINT),
        6 => plan.crls[at].extensions.drop_kind(CRL_NUMBER),
        7 => {
            let point = IssuingPoint { only_user: true, ..IssuingPoint::default() };
            plan.crls[at].extensions.put(true, Body::IssuingPoint(point.clone()));
            delta.extensions.put(true, Body::IssuingPoint(point));
        }
        _ => {}
    }
    let place = if dice.percent(50) { plan.crls.len() } else { 0 };
    plan.crls.insert(place, delta);
}
