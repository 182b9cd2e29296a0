//! A case with nothing wrong in it, of random shape: what faults are put into.

use super::dice::Dice;
use super::extension::{
    AuthorityKey, AuthorityKeyId, Body, Extension, Extensions as _, Subtree, purpose, usage,
};
use super::keys::{Digest, KeyId, Keys, Kind, Scheme};
use super::names::{General, Name, base as organization, name};
use super::plan::{Certificate, Crl, Entry, Plan, Signed, Trusted};
use super::when::{DAY, When};
use super::without::Without;
use crate::record::{Case, Hosts, Place};

/// The purposes, by weight; none as often as some.
const PURPOSES: &[(usize, Option<&str>)] = &[
    (45, Some("sslserver")),
    (14, None),
    (10, Some("sslclient")),
    (5, Some("smimesign")),
    (4, Some("smimeencrypt")),
    (3, Some("nssslserver")),
    (3, Some("crlsign")),
    (3, Some("any")),
    (3, Some("ocsphelper")),
    (5, Some("timestampsign")),
    (5, Some("codesign")),
];

const KINDS: &[(usize, Kind)] = &[
    (30, Kind::P256),
    (26, Kind::Rsa2048),
    (12, Kind::Rsa1024),
    (8, Kind::Ed25519),
    (8, Kind::P384),
    (4, Kind::P521),
    (2, Kind::Rsa3072),
    (3, Kind::Pss2048),
    (2, Kind::Rsa1536),
    (1, Kind::Secp256k1),
    (1, Kind::P224),
    (1, Kind::Ed448),
    (1, Kind::Dsa1024),
];

const DIGESTS: &[(usize, Digest)] = &[
    (70, Digest::Sha256),
    (10, Digest::Sha384),
    (8, Digest::Sha512),
    (3, Digest::Sha224),
    (6, Digest::Sha1),
    (2, Digest::Sha3),
];

/// How many certificates the chain has.
const LENGTHS: &[(usize, usize)] = &[(4, 1), (18, 2), (36, 3), (22, 4), (12, 5), (8, 6)];

pub(super) const POLICY: &[&str] = &["1.3.6.1.4.1.55555.1", "1.3.6.1.4.1.55555.2", "1.3.6.1.4.1.55555.3"];
pub(super) const ANY_POLICY: &str = "2.5.29.32.0";

/// A random way of signing.
pub(super) fn scheme(dice: &mut Dice) -> Scheme {
    Scheme { digest: dice.weighted(DIGESTS), pss: dice.percent(6) }
}

/// A random serial number.
pub(super) fn serial(dice: &mut Dice) -> Vec<u8> {
    let length = dice.one(&[1, 2, 4, 8, 8, 16, 20]);
    let mut bytes = dice.bytes(length);
    bytes[0] = bytes[0] & 0x7f | 1;
    bytes
}

/// A time around another, `days` at most away from it.
fn around(time: i64, days: i64, dice: &mut Dice) -> i64 {
    time + dice.range(1, days * DAY)
}

/// A CA certificate with everything that RFC 5280 wants.
pub(super) fn authority(subject: Name, key: KeyId, parent: usize, now: i64, dice: &mut Dice) -> Certificate {
    let mut extensions = vec![
        Extension::new(true, Body::BasicConstraints { ca: true, path_length: None }),
        Extension::new(true, Body::KeyUsage(usage::CERT_SIGN | usage::CRL_SIGN)),
        Extension::new(false, Body::SubjectKey(None)),
        Extension::new(false, Body::AuthorityKey(AuthorityKey::default())),
    ];
    if dice.percent(15) {
        dice.shuffle(&mut extensions);
    }
    Certificate {
        version: 2,
        serial: serial(dice),
        subject,
        not_before: When::At(around(now, 900, dice) - 901 * DAY),
        not_after: When::At(around(now, 3_000, dice)),
        key,
        spki: None,
        extensions,
        parent,
        issuer: None,
        signed: Signed::with(scheme(dice)),
    }
}

/// keyUsage and extKeyUsage that fit a purpose.
fn usages(purpose: Option<&str>) -> (u16, Vec<&'static str>) {
    match purpose {
        Some("sslclient") => (usage::DIGITAL_SIGNATURE, vec![purpose::CLIENT]),
        Some("smimesign") => (usage::DIGITAL_SIGNATURE | usage::NON_REPUDIATION, vec![purpose::MAIL]),
        Some("smimeencrypt") => (usage::KEY_ENCIPHERMENT, vec![purpose::MAIL]),
        Some("timestampsign") => (usage::DIGITAL_SIGNATURE, vec![purpose::TIME]),
        Some("codesign") => (usage::DIGITAL_SIGNATURE, vec![purpose::CODE]),
        Some("crlsign") => (usage::CRL_SIGN, vec![purpose::CLIENT]),
        Some("ocsphelper") => (usage::DIGITAL_SIGNATURE, vec![purpose::OCSP]),
        _ => (usage::DIGITAL_SIGNATURE | usage::KEY_ENCIPHERMENT, vec![purpose::SERVER, purpose::CLIENT]),
    }
}

/// The leaf and what is expected of it.
fn leaf(key: KeyId, parent: usize, now: i64, case: &mut Case, dice: &mut Dice) -> Certificate {
    let host = dice.one(&["www.example.test", "a.b.example.test", "mail.example.test", "example.test"]);
    let mut names = vec![General::dns(host)];
    if dice.percent(30) {
        names.push(General::dns("other.example.test"));
    }
    match dice.below(10) {
        0..=3 => case.host = Some(Hosts::One(host.to_owned())),
        4 => case.host = Some(Hosts::Several(vec!["no.test".to_owned(), host.to_owned()])),
        _ => {}
    }
    if dice.percent(12) {
        names.push(General::ip(&[192, 0, 2, 7]));
        case.ip = dice.percent(60).then(|| "192.0.2.7".to_owned());
    }
    if dice.percent(12) {
        names.push(General::email("user@example.test"));
        case.email = dice.percent(60).then(|| "user@example.test".to_owned());
    }
    let (key_usage, extended) = usages(case.purpose.as_deref());
    let stamping = case.purpose.as_deref() == Some("timestampsign");
    let mut leaf = authority(name(host), key, parent, now, dice);
    leaf.extensions.put(true, Body::KeyUsage(key_usage));
    if dice.percent(40) {
        leaf.extensions.put(true, Body::BasicConstraints { ca: false, path_length: None });
    } else {
        leaf.extensions.drop_kind(super::extension::BASIC_CONSTRAINTS);
    }
    if stamping || case.purpose.as_deref() == Some("codesign") || dice.percent(80) {
        leaf.extensions.put(stamping, Body::ExtendedKeyUsage(extended));
    }
    leaf.extensions.put(false, Body::AlternativeNames(names));
    leaf
}

/// A whole case.
pub(super) fn plan(without: Without, keys: &Keys, dice: &mut Dice) -> Plan {
    let length = dice.weighted(LENGTHS);
    let now = dice.range(1_700_000_000, 2_000_000_000);
    let mark = dice.below(1_000).to_string();
    let mut case = Case { time: Some(now), ..Case::default() };
    case.purpose = dice.weighted(PURPOSES).map(str::to_owned);
    let mut plan = Plan {
        certificates: Vec::new(),
        chain: Vec::new(),
        leaf: 0,
        leaf_settings: None,
        untrusted: Vec::new(),
        trusted: Vec::new(),
        crls: Vec::new(),
        case,
        now,
        mark,
        wrapping: None,
    };
    for level in (0..length).rev() {
        let kind = dice.weighted(KINDS);
        let key = keys.one(kind, &plan.used_keys(), dice);
        let (at, own) = (plan.certificates.len(), level == length - 1);
        let parent = if own { at } else { at - 1 };
        let certificate = if level == 0 {
            let mut case = std::mem::take(&mut plan.case);
            let leaf = leaf(key, parent, now, &mut case, dice);
            plan.case = case;
            leaf
        } else {
            let title = if own { "Root" } else { "CA" };
            let subject = name(&format!("{title} {level} {}", plan.mark));
            authority(subject, key, parent, now, dice)
        };
        plan.add(certificate);
    }
    plan.chain = (0..length).rev().collect();
    plan.leaf = length - 1;
    send(&mut plan, dice);
    switches(&mut plan, dice);
    if !without.crls && dice.percent(30) {
        revocation(&mut plan, dice);
    }
    if !without.policies && dice.percent(12) {
        policies(&mut plan, dice);
    }
    if !without.name_constraints && dice.percent(15) {
        constraints(&mut plan, dice);
    }
    plan
}

/// What the peer sends and what is trusted.
fn send(plan: &mut Plan, dice: &mut Dice) {
    plan.trusted = vec![Trusted { certificate: plan.root(), settings: None }];
    plan.untrusted = plan.chain.clone();
    if dice.percent(70) {
        plan.untrusted.remove(0);
    }
    if dice.percent(70) && plan.chain.len() > 1 {
        plan.untrusted.pop();
    }
    if dice.percent(25) {
        dice.shuffle(&mut plan.untrusted);
    }
    if dice.percent(5)
        && let Some(first) = plan.untrusted.first().copied()
    {
        plan.untrusted.push(first);
    }
    if dice.percent(10) {
        let middle = plan.intermediate(dice).unwrap_or(plan.leaf);
        plan.trusted.push(Trusted { certificate: middle, settings: None });
        dice.shuffle(&mut plan.trusted);
    }
}

/// Flags and limits that a good chain bears.
fn switches(plan: &mut Plan, dice: &mut Dice) {
    let rows: &[(usize, &str)] = &[
        (5, "partial_chain"),
        (3, "no_alt_chains"),
        (3, "trusted_first"),
        (10, "no_trusted_first"),
        (8, "check_ss_signature"),
        (15, "x509_strict"),
        (2, "ignore_critical"),
        (3, "allow_proxy_certs"),
        (2, "no_check_time"),
    ];
    for (percent, flag) in rows {
        if dice.percent(*percent) {
            plan.flag(flag);
        }
    }
    if dice.percent(25) {
        plan.case.auth_level = Some(dice.one(&[0, 0, 1, 1, 1, 1, 2, 2, 2, 3, -1, 9]));
    }
    if dice.percent(8) {
        let enough = i32::try_from(plan.chain.len()).unwrap_or_default();
        plan.case.verify_depth = Some(enough + dice.one(&[-2, -1, 0, 5]));
    }
    if dice.percent(2) {
        plan.case.verify_depth = Some(-1);
    }
    if plan.has_flag("no_check_time") && dice.percent(50) {
        plan.case.time = None;
    }
}

/// A CRL of a CA of the plan, with nothing wrong.
pub(super) fn crl(plan: &Plan, parent: usize, dice: &mut Dice) -> Crl {
    let now = plan.now;
    let mut entries = Vec::new();
    for _ in 0..dice.below(4) {
        let mut entry = Entry {
            serial: serial(dice),
            date: When::At(now - dice.range(1, 90 * DAY)),
            extensions: Vec::new(),
        };
        if dice.percent(40) {
            entry.extensions.push(Extension::new(false, Body::Reason(dice.one(&[1, 3, 4, 5, 6, 9]))));
        }
        entries.push(entry);
    }
    let mut extensions = vec![Extension::new(
        false,
        Body::AuthorityKey(AuthorityKey { key: AuthorityKeyId::Issuer, ..AuthorityKey::default() }),
    )];
    if dice.percent(80) {
        extensions.push(Extension::new(false, Body::CrlNumber(dice.range(5, 40))));
    }
    let version = if dice.percent(4) { None } else { Some(1) };
    Crl {
        version,
        parent,
        issuer: None,
        last_update: When::At(now - dice.range(0, 40 * DAY)),
        next_update: dice.percent(95).then(|| When::At(now + dice.range(1, 40 * DAY))),
        entries,
        extensions,
        signed: Signed::with(scheme(dice)),
    }
}

/// Revocation checking, with a good CRL for every certificate that needs one.
pub(super) fn revocation(plan: &mut Plan, dice: &mut Dice) {
    plan.flag("crl_check");
    if dice.percent(50) {
        plan.flag("crl_check_all");
    }
    if dice.percent(30) {
        plan.flag("extended_crl_support");
    }
    if dice.percent(15) {
        plan.flag("use_deltas");
    }
    plan.case.crls_in = dice.one(&[Place::Ctx, Place::Store]);
    let mut issuers: Vec<usize> = plan.chain.iter().map(|at| plan.certificates[*at].parent).collect();
    issuers.dedup();
    for issuer in issuers {
        let crl = crl(plan, issuer, dice);
        plan.crls.push(crl);
    }
    if dice.percent(30) {
        dice.shuffle(&mut plan.crls);
    }
}

/// Policies that a chain passes with.
pub(super) fn policies(plan: &mut Plan, dice: &mut Dice) {
    for flag in ["policy_check", "explicit_policy"] {
        if dice.percent(60) {
            plan.flag(flag);
        }
    }
    for flag in ["inhibit_any", "inhibit_map"] {
        if dice.percent(12) {
            plan.flag(flag);
        }
    }
    let policy = dice.one(POLICY);
    if dice.percent(60) {
        plan.case.policies.push(policy.to_owned());
        if dice.percent(30) {
            plan.case.policies.push((dice.one(POLICY)).to_owned());
        }
    } else if dice.percent(20) {
        plan.case.policies.push(ANY_POLICY.to_owned());
    }
    for (level, at) in plan.chain.clone().into_iter().enumerate() {
        let mut list = vec![(policy.to_owned(), dice.percent(20))];
        if dice.percent(30) {
            let other = dice.one(POLICY);
            if other != policy {
                list.push((other.to_owned(), false));
            }
        }
        if level > 0 && dice.percent(20) {
            list = vec![(ANY_POLICY.to_owned(), false)];
        }
        plan.certificates[at].extensions.put(dice.percent(20), Body::Policies(list));
    }
}

/// Name constraints that the leaf keeps.
pub(super) fn constraints(plan: &mut Plan, dice: &mut Dice) {
    let at = plan.any_ca(dice);
    let permitted = [
        General::dns("example.test"),
        General::dns(""),
        General::email("example.test"),
        General::email("user@example.test"),
        General::ip(&[192, 0, 2, 0, 255, 255, 255, 0]),
        General::directory(&organization()),
        General::uri(".example.test"),
    ];
    let excluded = [
        General::dns("bad.test"),
        General::email(".bad.test"),
        General::ip(&[10, 0, 0, 0, 255, 0, 0, 0]),
        General::directory(&name("Somebody else")),
        General::uri("bad.test"),
    ];
    let mut choose = |from: &[General]| -> Vec<Subtree> {
        (0..dice.below(4)).map(|_| Subtree::from(dice.pick(from).clone())).collect()
    };
    let (permitted, excluded) = (choose(&permitted), choose(&excluded));
    if !permitted.is_empty() || !excluded.is_empty() {
        let critical = dice.percent(70);
        plan.certificates[at].extensions.put(critical, Body::NameConstraints { permitted, excluded });
    }
}
