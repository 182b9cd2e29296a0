//! Who may sign what: basicConstraints, keyUsage, extKeyUsage, nsCertType, versions.

use super::super::extension::{
    BASIC_CONSTRAINTS, Body, EXTENDED_KEY_USAGE, Extensions as _, KEY_USAGE, purpose, usage,
};
use super::super::fault::{Fault, fault};
use super::super::plan::Plan;

pub(super) const FAULTS: &[Fault] = &[
    fault("no_ca", 10, |plan, dice, _| {
        let at = plan.any_ca(dice);
        let critical = dice.percent(70);
        plan.certificates[at]
            .extensions
            .put(critical, Body::BasicConstraints { ca: false, path_length: None });
    }),
    fault("no_basic_constraints", 6, |plan, dice, _| {
        let at = plan.any_ca(dice);
        plan.certificates[at].extensions.drop_kind(BASIC_CONSTRAINTS);
        if dice.percent(50) {
            plan.certificates[at].extensions.drop_kind(KEY_USAGE);
        }
    }),
    fault("leaf_is_ca", 4, |plan, dice, _| {
        let path_length = dice.percent(30).then(|| dice.range(0, 2));
        let leaf = plan.leaf;
        plan.certificates[leaf].extensions.put(true, Body::BasicConstraints { ca: true, path_length });
        if dice.percent(60)
            && let Some(extension) = plan.certificates[leaf].extensions.find(KEY_USAGE)
            && let Body::KeyUsage(bits) = &mut extension.body
        {
            *bits |= usage::CERT_SIGN;
        }
    }),
    fault("path_length", 20, |plan, dice, _| {
        let at = if dice.percent(50) { plan.root() } else { plan.any_ca(dice) };
        let path_length = Some(dice.one(&[0, 0, 0, 1, 1, 2, 3, -1, 1 << 40, i64::MAX >> 1]));
        plan.certificates[at].extensions.put(true, Body::BasicConstraints { ca: true, path_length });
    }),
    fault("path_length_without_ca", 4, |plan, dice, _| {
        let at = plan.any(dice);
        let path_length = Some(dice.range(0, 2));
        plan.certificates[at].extensions.put(true, Body::BasicConstraints { ca: false, path_length });
    }),
    fault("key_usage", 16, |plan, dice, _| {
        let at = plan.any(dice);
        let bits = dice.one(&[
            0,
            usage::DIGITAL_SIGNATURE,
            usage::NON_REPUDIATION,
            usage::KEY_ENCIPHERMENT,
            usage::KEY_AGREEMENT,
            usage::CERT_SIGN,
            usage::CRL_SIGN,
            usage::CERT_SIGN | usage::CRL_SIGN,
            1 << 8,
            0x1ff,
            1 << 3,
        ]);
        let critical = dice.percent(80);
        plan.certificates[at].extensions.put(critical, Body::KeyUsage(bits));
    }),
    fault("no_key_usage", 4, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].extensions.drop_kind(KEY_USAGE);
    }),
    fault("extended_key_usage", 16, |plan, dice, _| {
        let at = plan.any(dice);
        let all = [
            purpose::SERVER,
            purpose::CLIENT,
            purpose::CODE,
            purpose::MAIL,
            purpose::TIME,
            purpose::OCSP,
            purpose::ANY,
            purpose::NETSCAPE_SGC,
            purpose::MICROSOFT_SGC,
            "1.2.3.4",
        ];
        let usages = (0..dice.below(4)).map(|_| dice.one(&all)).collect();
        let critical = dice.percent(40);
        plan.certificates[at].extensions.put(critical, Body::ExtendedKeyUsage(usages));
    }),
    fault("no_extended_key_usage", 3, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].extensions.drop_kind(EXTENDED_KEY_USAGE);
    }),
    fault("netscape_type", 8, |plan, dice, _| {
        let at = plan.any(dice);
        let bits = dice.one(&[0, 1, 2, 4, 8, 1 << 5, 1 << 6, 1 << 7, 0b1110_0000, 0xff]);
        plan.certificates[at].extensions.put(false, Body::NetscapeType(bits));
        if dice.percent(50) {
            plan.certificates[at].extensions.drop_kind(BASIC_CONSTRAINTS);
            plan.certificates[at].extensions.drop_kind(KEY_USAGE);
        }
    }),
    fault("old_version", 10, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].version = dice.one(&[0, 0, 1, 1, 3, 5, -1]);
        if dice.percent(60) {
            plan.certificates[at].extensions.clear();
        }
    }),
    fault("other_purpose", 10, |plan, dice, _| other_purpose(plan, dice.one(PURPOSES))),
];

const PURPOSES: &[&str] = &[
    "sslserver",
    "sslclient",
    "nssslserver",
    "smimesign",
    "smimeencrypt",
    "crlsign",
    "any",
    "ocsphelper",
    "timestampsign",
    "codesign",
];

fn other_purpose(plan: &mut Plan, purpose: &str) {
    plan.case.purpose = Some(purpose.to_owned());
}
