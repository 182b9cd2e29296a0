//! Revocation lists: times, signatures, contents, scope.

mod delta; // base and delta
mod indirect; // lists of other issuers
mod scope; // issuing distribution points
mod target; // the CRL that a fault changes, and entries for it

use super::super::base::{crl, serial};
use super::super::dice::Dice;
use super::super::extension::{
    AUTHORITY_KEY, AuthorityKey, AuthorityKeyId, Body, Extension, Extensions as _, usage,
};
use super::super::fault::{Fault, Subject, about};
use super::super::names::{General, name};
use super::super::plan::{Crl, Entry, Plan};
use super::super::when::{DAY, When};
use super::dates::malformed;
use super::signatures::{other_algorithm, tamper};
use target::{revoked, target};

pub(super) const FAULTS: &[Fault] = &[
    about(Subject::Crls, "crl", 6, |plan, dice, _| {
        target(plan, dice);
    }),
    about(Subject::Crls, "revoked", 18, |plan, dice, _| {
        let at = target(plan, dice);
        let victim = dice.one(&plan.chain);
        let reason = dice.one(&[
            None,
            None,
            Some(0),
            Some(1),
            Some(6),
            Some(8),
            Some(8),
            Some(9),
            Some(10),
            Some(7),
            Some(200),
        ]);
        let entry = revoked(plan, victim, reason, dice);
        let place = dice.below(plan.crls[at].entries.len() + 1);
        plan.crls[at].entries.insert(place, entry);
    }),
    about(Subject::Crls, "crl_missing", 12, |plan, dice, _| {
        let at = target(plan, dice);
        plan.crls.remove(at);
    }),
    about(Subject::Crls, "crl_expired", 10, |plan, dice, _| {
        let at = target(plan, dice);
        plan.crls[at].next_update = Some(When::At(plan.now - dice.range(0, 9 * DAY)));
    }),
    about(Subject::Crls, "crl_not_yet_valid", 10, |plan, dice, _| {
        let at = target(plan, dice);
        plan.crls[at].last_update = When::At(plan.now + dice.range(0, 9 * DAY));
    }),
    about(Subject::Crls, "crl_time_malformed", 14, |plan, dice, _| {
        let at = target(plan, dice);
        let now = plan.now;
        if dice.percent(50) {
            plan.crls[at].last_update = malformed(now - DAY, dice);
        } else {
            plan.crls[at].next_update = Some(malformed(now + DAY, dice));
        }
    }),
    about(Subject::Crls, "crl_entry_date", 3, |plan, dice, _| {
        let at = target(plan, dice);
        let now = plan.now;
        if let Some(entry) = plan.crls[at].entries.first_mut() {
            entry.date = malformed(now, dice);
        }
    }),
    about(Subject::Crls, "crl_bad_signature", 12, |plan, dice, _| {
        let at = target(plan, dice);
        plan.crls[at].signed.tampered = Some(tamper(dice));
    }),
    about(Subject::Crls, "crl_wrong_signer", 8, |plan, dice, keys| {
        let at = target(plan, dice);
        let issuer = plan.certificates[plan.crls[at].parent].key;
        plan.crls[at].signed.signer = Some(if dice.percent(70) {
            keys.another(issuer, &[], dice)
        } else {
            keys.one(super::super::keys::Kind::P256, &[issuer], dice)
        });
    }),
    about(Subject::Crls, "crl_algorithms_differ", 5, |plan, dice, keys| {
        let at = target(plan, dice);
        let issuer = plan.certificates[plan.crls[at].parent].key;
        other_algorithm(&mut plan.crls[at].signed, issuer, keys, dice);
    }),
    about(Subject::Crls, "crl_no_sign_usage", 10, |plan, dice, _| {
        let at = target(plan, dice);
        let parent = plan.crls[at].parent;
        plan.certificates[parent].extensions.put(true, Body::KeyUsage(usage::CERT_SIGN));
    }),
    about(Subject::Crls, "crl_issuer_key", 6, |plan, dice, keys| {
        let at = target(plan, dice);
        let parent = plan.crls[at].parent;
        if let Some(odd_key) = super::keys::FAULTS.iter().find(|fault| fault.name == "odd_key") {
            let chain = std::mem::replace(&mut plan.chain, vec![parent]);
            (odd_key.apply)(plan, dice, keys);
            plan.chain = chain;
        }
    }),
    about(Subject::Crls, "crl_akid", 8, |plan, dice, _| {
        let at = target(plan, dice);
        let parent = plan.crls[at].parent;
        let mut authority = AuthorityKey::default();
        match dice.below(5) {
            0 => authority.key = AuthorityKeyId::Bytes(dice.bytes(20)),
            1 => authority.serial = Some(vec![5]),
            2 => authority.issuer = Some(vec![General::directory(&name("Somebody else"))]),
            3 => {
                authority.key = AuthorityKeyId::Absent;
                authority.issuer = Some(vec![General::directory(plan.issuer_name(parent))]);
                authority.serial = Some(plan.certificates[parent].serial.clone());
            }
            _ => {
                plan.crls[at].extensions.drop_kind(AUTHORITY_KEY);
                return;
            }
        }
        plan.crls[at].extensions.put(dice.percent(10), Body::AuthorityKey(authority));
    }),
    about(Subject::Crls, "crl_critical", 8, |plan, dice, _| {
        let at = target(plan, dice);
        let new = Extension::new(true, Body::Raw { oid: "1.2.3.4.5", value: vec![5, 0] });
        let (now, number) = (plan.now, serial(dice));
        let crl = &mut plan.crls[at];
        if dice.percent(50) {
            crl.extensions.push(new);
        } else {
            crl.entries.push(Entry { serial: number, date: When::At(now - DAY), extensions: vec![new] });
        }
    }),
    about(Subject::Crls, "crl_extension_unreadable", 8, |plan, dice, _| {
        let at = target(plan, dice);
        let oid = dice.one(&["2.5.29.35", "2.5.29.20", "2.5.29.28", "2.5.29.46"]);
        let value = dice
            .pick(&[vec![], vec![5, 0], vec![0x30, 0], vec![2, 0], vec![0x30, 3, 0x81, 1], vec![2, 1, 0xff]])
            .clone();
        plan.crls[at].extensions.put(dice.percent(50), Body::Raw { oid, value });
    }),
    about(Subject::Crls, "crl_extension_twice", 3, |plan, dice, _| {
        let at = target(plan, dice);
        let extensions = &mut plan.crls[at].extensions;
        if !extensions.is_empty() {
            let copy = dice.pick(extensions).clone();
            extensions.push(copy);
        }
    }),
    about(Subject::Crls, "crl_entry_extension", 6, |plan, dice, _| {
        let at = target(plan, dice);
        let victim = plan.leaf;
        let mut entry = revoked(plan, victim, None, dice);
        let all: &[(&str, Vec<u8>)] = &[
            ("2.5.29.21", vec![10, 1, 8]),
            ("2.5.29.21", vec![2, 1, 8]),
            ("2.5.29.21", vec![]),
            ("2.5.29.21", vec![10, 2, 0, 8]),
            ("2.5.29.24", b"\x18\x0f20200101000000Z".to_vec()),
            ("2.5.29.23", vec![6, 2, 0x2a, 3]),
            ("2.5.29.29", vec![0x30, 0]),
            ("2.5.29.29", vec![5, 0]),
            ("2.5.29.29", vec![]),
        ];
        for _ in 0..=dice.below(2) {
            let (oid, value) = dice.pick(all).clone();
            entry.extensions.push(Extension::new(dice.percent(40), Body::Raw { oid, value }));
        }
        plan.crls[at].entries.push(entry);
    }),
    about(Subject::Crls, "crl_version", 4, |plan, dice, _| {
        let at = target(plan, dice);
        plan.crls[at].version = dice.one(&[None, None, Some(0), Some(2), Some(5)]);
        if dice.percent(50) {
            plan.crls[at].extensions.clear();
        }
    }),
    about(Subject::Crls, "crl_other_name", 5, |plan, dice, _| {
        let at = target(plan, dice);
        plan.crls[at].issuer = Some(match dice.below(3) {
            0 => name("Somebody else"),
            1 => Vec::new(),
            _ => {
                let mut same = plan.certificates[plan.crls[at].parent].subject.clone();
                if let Some(attribute) = same.last_mut().and_then(|rdn| rdn.first_mut()) {
                    attribute.value.make_ascii_uppercase();
                }
                same
            }
        });
    }),
    about(Subject::Crls, "crl_several", 14, |plan, dice, _| {
        for _ in 0..=dice.below(3) {
            let at = target(plan, dice);
            let another = variant(plan, at, dice);
            let place = dice.below(plan.crls.len() + 1);
            plan.crls.insert(place, another);
        }
    }),
    about(Subject::Crls, "crl_empty", 2, |plan, dice, _| {
        target(plan, dice);
        plan.crls.clear();
    }),
    about(Subject::Crls, "crl_reason_flags", 3, |plan, dice, _| {
        target(plan, dice);
        for flag in ["crl_check_all", "extended_crl_support", "use_deltas"] {
            if dice.percent(50) {
                plan.flag(flag);
            }
        }
    }),
    scope::IDP,
    scope::REASONS,
    scope::POINTS,
    delta::DELTA,
    delta::ONLY_DELTAS,
    indirect::INDIRECT,
    indirect::SEPARATE_KEY,
];

/// Another CRL of the same issuer: older, younger, bad, or the same age.
fn variant(plan: &Plan, at: usize, dice: &mut Dice) -> Crl {
    let mut other = crl(plan, plan.crls[at].parent, dice);
    if dice.percent(20) {
        other = plan.crls[at].clone();
    }
    match dice.below(7) {
        0 => other.next_update = Some(When::At(plan.now - dice.range(1, 9 * DAY))),
        1 => other.last_update = When::At(plan.now + dice.range(1, 9 * DAY)),
        2 => other.last_update = plan.crls[at].last_update.clone(),
        3 => other.last_update = malformed(plan.now, dice),
        4 => other.signed.tampered = Some(tamper(dice)),
        _ => {}
    }
    if dice.percent(30) {
        let victim = dice.one(&plan.chain);
        let entry = revoked(plan, victim, None, dice);
        other.entries.push(entry);
    }
    other
}
