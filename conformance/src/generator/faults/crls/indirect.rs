//! CRLs that another than the certificate's issuer signs, or that it signs with another key.

use super::super::super::base::{authority, crl, serial};
use super::super::super::der::{bits, oid, sequence};
use super::super::super::dice::Dice;
use super::super::super::extension::{
    AUTHORITY_KEY, BASIC_CONSTRAINTS, Body, Extension, Extensions as _, IssuingPoint, Point, SUBJECT_KEY,
    usage,
};
use super::super::super::fault::{Fault, Subject, about};
use super::super::super::keys::{Keys, Kind};
use super::super::super::names::{General, Name, name};
use super::super::super::plan::{Entry, Plan, Trusted};
use super::super::super::when::{DAY, When};
use super::super::signatures::tamper;
use super::scope::point_name;
use super::target::{revoked, target};

pub(super) const INDIRECT: Fault = about(Subject::Crls, "crl_indirect", 34, |plan, dice, keys| {
    target(plan, dice);
    if dice.percent(90) {
        plan.flag("extended_crl_support");
    }
    let issuer = issuer(plan, name("CRL issuer"), dice, keys);
    let victim = plan.any(dice);
    let mut list = crl(plan, issuer, dice);
    let point = IssuingPoint {
        indirect: dice.percent(90),
        name: dice.percent(25).then(|| point_name(plan, 0, dice)),
        ..IssuingPoint::default()
    };
    let point_name = if dice.percent(70) { point.name.clone() } else { None };
    list.extensions.put(true, Body::IssuingPoint(point));
    list.version = Some(1);
    entries(plan, &mut list.entries, victim, dice);
    if dice.percent(90) {
        let subject = plan.certificates[issuer].subject.clone();
        let point =
            Point { issuer: Some(vec![General::directory(&subject)]), name: point_name, ..Point::default() };
        plan.certificates[victim].extensions.put(false, Body::DistributionPoints(vec![point]));
    }
    let parent = plan.certificates[victim].parent;
    if dice.percent(75) {
        plan.crls.retain(|crl| crl.parent != parent);
    }
    plan.crls.push(list);
    for at in [issuer, parent] {
        if dice.percent(40) {
            let own = crl(plan, plan.certificates[at].parent, dice);
            plan.crls.push(own);
        }
    }
});

pub(super) const SEPARATE_KEY: Fault = about(Subject::Crls, "crl_separate_key", 16, |plan, dice, keys| {
    let at = target(plan, dice);
    if dice.percent(85) {
        plan.flag("extended_crl_support");
    }
    let same = plan.certificates[plan.crls[at].parent].subject.clone();
    let issuer = issuer(plan, same, dice, keys);
    plan.crls[at].parent = issuer;
    if dice.percent(30) {
        plan.crls[at].extensions.drop_kind(AUTHORITY_KEY);
    }
    if dice.percent(20) {
        plan.certificates[issuer].extensions.drop_kind(SUBJECT_KEY);
    }
    if dice.percent(25) {
        let victim = plan.leaf;
        let entry = revoked(plan, victim, None, dice);
        plan.crls[at].entries.push(entry);
    }
});

/// A certificate that signs CRLs, with a path that is good or bad.
fn issuer(plan: &mut Plan, subject: Name, dice: &mut Dice, keys: &Keys) -> usize {
    let above = plan.any_ca(dice);
    let kind = dice.one(&[Kind::P256, Kind::Rsa2048, Kind::Rsa1024]);
    let key = keys.one(kind, &plan.used_keys(), dice);
    let mut own = authority(subject, key, above, plan.now, dice);
    if dice.percent(60) {
        own.extensions.put(true, Body::KeyUsage(usage::CRL_SIGN));
        own.extensions.drop_kind(BASIC_CONSTRAINTS);
    }
    match dice.below(16) {
        0 => own.extensions.put(true, Body::KeyUsage(usage::DIGITAL_SIGNATURE)),
        1 => own.not_after = When::At(plan.now - DAY),
        2 => own.not_before = When::At(plan.now + DAY),
        3 => own.signed.tampered = Some(tamper(dice)),
        4 => {
            // Under another root, which may be trusted.
            let parent = plan.certificates.len();
            let key = keys.one(Kind::P256, &plan.used_keys(), dice);
            let root = authority(name("CRL root"), key, parent, plan.now, dice);
            own.parent = plan.add(root);
            let certificate = own.parent;
            if dice.percent(70) {
                plan.trusted.push(Trusted { certificate, settings: None });
            }
        }
        5 => own.issuer = Some(name("Somebody else")),
        6 => own.extensions.push(Extension::new(true, Body::Raw { oid: "1.2.3.4.5", value: vec![5, 0] })),
        7 => plan.case.auth_level = Some(dice.one(&[1, 2, 3])),
        8 => {
            own.parent = plan.certificates.len();
            if dice.percent(50) {
                plan.trusted.push(Trusted { certificate: own.parent, settings: None });
            }
        }
        9 => plan.flag("crl_check_all"),
        // A key that cannot be read.
        10 => own.spki = Some(sequence(&[sequence(&[oid("1.3.101.112")]), bits(&dice.bytes(31))])),
        _ => {}
    }
    let at = plan.add(own);
    if dice.percent(92) {
        let place = dice.below(plan.untrusted.len() + 1);
        plan.untrusted.insert(place, at);
    }
    // The nested verification looks for the host in this certificate too.
    if dice.percent(60) {
        plan.case.host = None;
        plan.case.ip = None;
        plan.case.email = None;
    }
    at
}

/// Entries of several certificate issuers.
fn entries(plan: &Plan, list: &mut Vec<Entry>, victim: usize, dice: &mut Dice) {
    let own = plan.issuer_name(victim).clone();
    let issuers = [
        General::directory(&own),
        General::directory(&name("Somebody else")),
        General::uri("http://a.test/"),
    ];
    for _ in 0..dice.below(4) {
        let mut entry = if dice.percent(45) {
            revoked(plan, victim, None, dice)
        } else {
            Entry { serial: serial(dice), date: When::At(plan.now - DAY), extensions: Vec::new() }
        };
        if dice.percent(60) {
            let mut names = vec![dice.pick(&issuers).clone()];
            if dice.percent(20) {
                names.insert(0, General::uri("http://a.test/"));
            }
            entry.extensions.push(Extension::new(dice.percent(85), Body::CertificateIssuer(names)));
        }
        list.push(entry);
    }
}
