//! Key identifiers that are missing or lead elsewhere.

use super::super::extension::{
    AUTHORITY_KEY, AuthorityKey, AuthorityKeyId, Body, Extensions as _, SUBJECT_KEY,
};
use super::super::fault::{Fault, fault};
use super::super::names::{General, name};

pub(super) const FAULTS: &[Fault] = &[
    fault("akid_absent", 5, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].extensions.drop_kind(AUTHORITY_KEY);
    }),
    fault("skid_absent", 5, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].extensions.drop_kind(SUBJECT_KEY);
    }),
    fault("no_identifiers", 4, |plan, _, _| {
        for certificate in &mut plan.certificates {
            certificate.extensions.drop_kind(AUTHORITY_KEY);
            certificate.extensions.drop_kind(SUBJECT_KEY);
        }
    }),
    fault("akid_wrong", 6, |plan, dice, _| {
        let at = plan.any(dice);
        let length = dice.one(&[20, 20, 8, 0]);
        let key = AuthorityKeyId::Bytes(dice.bytes(length));
        plan.certificates[at]
            .extensions
            .put(false, Body::AuthorityKey(AuthorityKey { key, ..AuthorityKey::default() }));
    }),
    fault("skid_wrong", 5, |plan, dice, _| {
        let at = plan.any(dice);
        let length = dice.one(&[20, 20, 8, 0]);
        let identifier = dice.bytes(length);
        plan.certificates[at].extensions.put(dice.percent(10), Body::SubjectKey(Some(identifier)));
    }),
    fault("akid_issuer_serial", 12, |plan, dice, _| {
        let at = plan.any(dice);
        let parent = plan.certificates[at].parent;
        let issuer = plan.issuer_name(parent).clone();
        let mut names = vec![General::directory(&issuer)];
        match dice.below(6) {
            0 => names = vec![General::directory(&name("Somebody else"))],
            1 => names = vec![General::dns("a.test")],
            2 => names = vec![],
            3 => names.insert(0, General::uri("http://a.test/")),
            4 => names.insert(0, General::directory(&name("Somebody else"))),
            _ => {}
        }
        let mut serial = plan.certificates[parent].serial.clone();
        if dice.percent(30) {
            serial = vec![dice.one(&[1, 2, 0x7f])];
        }
        let key = if dice.percent(50) { AuthorityKeyId::Absent } else { AuthorityKeyId::Issuer };
        let authority = AuthorityKey {
            key,
            issuer: dice.percent(80).then_some(names),
            serial: dice.percent(80).then_some(serial),
        };
        plan.certificates[at].extensions.put(false, Body::AuthorityKey(authority));
    }),
    fault("akid_empty", 2, |plan, dice, _| {
        let at = plan.any(dice);
        let authority = AuthorityKey { key: AuthorityKeyId::Absent, ..AuthorityKey::default() };
        plan.certificates[at].extensions.put(false, Body::AuthorityKey(authority));
    }),
    fault("identifier_critical", 3, |plan, dice, _| {
        let at = plan.any(dice);
        let which = dice.one(&[AUTHORITY_KEY, SUBJECT_KEY]);
        if let Some(extension) = plan.certificates[at].extensions.find(which) {
            extension.critical = true;
        }
    }),
];
