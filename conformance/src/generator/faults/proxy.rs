//! Proxy certificates (RFC 3820).

use super::super::base::{authority, serial};
use super::super::dice::Dice;
use super::super::extension::{
    ALTERNATIVE_NAMES, BASIC_CONSTRAINTS, Body, Extension, Extensions as _, KEY_USAGE, usage,
};
use super::super::fault::{Fault, fault};
use super::super::keys::{Keys, Kind};
use super::super::names::{Attribute, COMMON_NAME, UNIT, UTF8};
use super::super::plan::Plan;

pub(super) const FAULTS: &[Fault] = &[fault("proxy", 22, |plan, dice, keys| {
    if dice.percent(75) {
        plan.flag("allow_proxy_certs");
    }
    let count = dice.one(&[1, 1, 1, 2, 3]);
    for _ in 0..count {
        add(plan, dice, keys);
    }
})];

/// The leaf signs a proxy certificate, which becomes the leaf.
fn add(plan: &mut Plan, dice: &mut Dice, keys: &Keys) {
    let owner = plan.leaf;
    if !plan.untrusted.contains(&owner) {
        plan.untrusted.insert(0, owner);
    }
    if dice.percent(85) {
        let extensions = &mut plan.certificates[owner].extensions;
        if let Some(Extension { body: Body::KeyUsage(bits), .. }) = extensions.find(KEY_USAGE) {
            *bits |= usage::DIGITAL_SIGNATURE;
        }
    }
    let mut subject = plan.certificates[owner].subject.clone();
    let part = Attribute::new(COMMON_NAME, UTF8, "proxy");
    match dice.below(9) {
        0 => subject.push(vec![Attribute::new(UNIT, UTF8, "proxy")]),
        1 => subject.push(vec![part, Attribute::new(UNIT, UTF8, "two")]),
        2 => {
            if let Some(last) = subject.last_mut() {
                last.push(part);
            }
        }
        3 => subject = vec![vec![part]],
        _ => subject.push(vec![part]),
    }
    let key = keys.one(Kind::P256, &plan.used_keys(), dice);
    let mut proxy = authority(subject, key, owner, plan.now, dice);
    proxy.serial = serial(dice);
    proxy.extensions.drop_kind(BASIC_CONSTRAINTS);
    proxy.extensions.put(true, Body::KeyUsage(usage::DIGITAL_SIGNATURE | usage::KEY_ENCIPHERMENT));
    let path_length = dice.one(&[None, None, Some(0), Some(1), Some(-1)]);
    let language = dice.one(&["1.3.6.1.5.5.7.21.1", "1.3.6.1.5.5.7.21.0", "1.2.3"]);
    proxy.extensions.put(dice.percent(85), Body::Proxy { path_length, language });
    match dice.below(14) {
        0 => proxy.extensions.put(true, Body::BasicConstraints { ca: true, path_length: None }),
        1 => proxy
            .extensions
            .put(false, Body::AlternativeNames(vec![super::super::names::General::dns("a.test")])),
        2 => proxy
            .extensions
            .push(Extension::new(false, Body::Raw { oid: "2.5.29.18", value: vec![0x30, 3, 0x82, 1, b'a'] })),
        3 => plan.certificates[owner].extensions.put(true, Body::KeyUsage(usage::KEY_ENCIPHERMENT)),
        4 => proxy.extensions.put(true, Body::KeyUsage(usage::CERT_SIGN)),
        5 => proxy.extensions.drop_kind(KEY_USAGE),
        6 => plan.certificates[owner].extensions.drop_kind(ALTERNATIVE_NAMES),
        _ => {}
    }
    let at = plan.add(proxy);
    plan.chain.insert(0, at);
    plan.leaf = at;
    if dice.percent(70) {
        plan.case.host = None;
        plan.case.ip = None;
        plan.case.email = None;
    }
}
