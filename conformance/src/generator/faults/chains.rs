//! Issuers that are missing, foreign, several, or go in circles.

use super::super::base::{authority, serial};
use super::super::dice::Dice;
use super::super::extension::{AUTHORITY_KEY, Extensions as _};
use super::super::fault::{Fault, fault};
use super::super::keys::{Keys, Kind};
use super::super::names::name;
use super::super::plan::{Plan, Trusted};
use super::super::when::{DAY, When};

pub(super) const FAULTS: &[Fault] = &[
    fault("missing_intermediate", 14, |plan, dice, _| {
        if let Some(middle) = plan.intermediate(dice) {
            plan.untrusted.retain(|at| *at != middle);
            plan.trusted.retain(|trusted| trusted.certificate != middle);
        }
    }),
    fault("nothing_sent", 4, |plan, _, _| plan.untrusted.clear()),
    fault("untrusted_root", 14, |plan, dice, _| {
        let root = plan.root();
        plan.trusted.retain(|trusted| trusted.certificate != root);
        if dice.percent(60) {
            plan.untrusted.push(root);
        }
    }),
    fault("no_trust", 4, |plan, _, _| plan.trusted.clear()),
    fault("trusted_intermediate", 10, |plan, dice, _| {
        let middle = plan.intermediate(dice).unwrap_or(plan.leaf);
        trust_only(plan, middle, dice);
    }),
    fault("trusted_leaf", 5, |plan, dice, _| {
        let leaf = plan.leaf;
        trust_only(plan, leaf, dice);
    }),
    fault("self_signed_leaf", 10, |plan, dice, _| {
        let leaf = plan.leaf;
        plan.certificates[leaf].parent = leaf;
        plan.chain = vec![leaf];
        if dice.percent(50) {
            plan.trusted.push(Trusted { certificate: leaf, settings: None });
        }
    }),
    fault("self_issued_leaf", 6, |plan, _, _| {
        let leaf = plan.leaf;
        plan.certificates[leaf].subject = plan.issuer_name(leaf).clone();
    }),
    fault("self_issued_ca", 10, |plan, dice, keys| {
        // A CA certifies another key under its own name.
        let below = plan.any_below_top(dice);
        let parent = plan.certificates[below].parent;
        let subject = plan.certificates[parent].subject.clone();
        let kind = dice.one(&[Kind::P256, Kind::Rsa2048]);
        let key = keys.one(kind, &plan.used_keys(), dice);
        let rollover = authority(subject, key, parent, plan.now, dice);
        let at = plan.add(rollover);
        plan.certificates[below].parent = at;
        insert_above(plan, below, at);
        plan.untrusted.push(at);
    }),
    fault("same_name_other_key", 12, |plan, dice, keys| {
        let at = plan.any_ca(dice);
        let mut twin = plan.certificates[at].clone();
        twin.key = keys.another(twin.key, &plan.used_keys(), dice);
        twin.serial = serial(dice);
        if twin.parent == at {
            twin.parent = plan.certificates.len();
        }
        if dice.percent(40) {
            twin.extensions.drop_kind(super::super::extension::SUBJECT_KEY);
            for below in &mut plan.certificates {
                below.extensions.drop_kind(AUTHORITY_KEY);
            }
        }
        let twin = plan.add(twin);
        offer(plan, twin, dice);
    }),
    fault("renewed_ca", 10, |plan, dice, _| {
        // The same key and name with other dates: which of them is taken?
        let at = plan.any_ca(dice);
        let mut twin = plan.certificates[at].clone();
        twin.serial = serial(dice);
        let (low, high) = dice.one(&[(-900, -10), (-900, -10), (-500, 4_000), (10, 900)]);
        twin.not_before = When::At(plan.now + low * DAY);
        twin.not_after = When::At(plan.now + high * DAY);
        if twin.parent == at {
            twin.parent = plan.certificates.len();
        }
        if dice.percent(30) {
            twin.not_after = super::dates::malformed(plan.now, dice);
        }
        let twin = plan.add(twin);
        offer(plan, twin, dice);
    }),
    fault("cross_signed", 16, cross_signed),
    fault("issuer_loop", 8, |plan, dice, keys| {
        let names = [name("Loop A"), name("Loop B")];
        let mut places = Vec::new();
        for (turn, subject) in names.into_iter().enumerate() {
            let key = keys.one(Kind::P256, &plan.used_keys(), dice);
            let parent = plan.certificates.len();
            let parent = if turn == 0 { parent + 1 } else { parent - 1 };
            let looped = authority(subject, key, parent, plan.now, dice);
            places.push(plan.add(looped));
        }
        let below = plan.any_below_top(dice);
        plan.certificates[below].parent = places[0];
        for at in places {
            offer(plan, at, dice);
        }
        if dice.percent(50) {
            plan.case.verify_depth = Some(dice.one(&[1, 3, 8]));
        }
    }),
    fault("mimic_root", 5, |plan, dice, keys| {
        // A root of the same name, as sent by an impostor.
        let root = plan.root();
        let mut mimic = plan.certificates[root].clone();
        mimic.key = keys.another(mimic.key, &plan.used_keys(), dice);
        mimic.parent = plan.certificates.len();
        let mimic = plan.add(mimic);
        plan.untrusted.push(mimic);
        let below = plan.any_below_top(dice);
        if dice.percent(60) && below != root {
            plan.certificates[below].parent = mimic;
        }
    }),
    fault("strangers", 6, |plan, dice, keys| {
        for stranger in 0..=dice.below(3) {
            let key = keys.one(Kind::P256, &[], dice);
            let parent = plan.certificates.len();
            let certificate = authority(name(&format!("Stranger {stranger}")), key, parent, plan.now, dice);
            let at = plan.add(certificate);
            offer(plan, at, dice);
        }
        dice.shuffle(&mut plan.untrusted);
    }),
    fault("duplicates", 4, |plan, dice, _| {
        let all = plan.untrusted.clone();
        plan.untrusted.extend(all);
        dice.shuffle(&mut plan.untrusted);
        let trusted = plan.trusted.clone();
        plan.trusted.extend(trusted);
    }),
    fault("short_depth", 12, |plan, dice, _| {
        let length = i32::try_from(plan.chain.len()).unwrap_or_default();
        plan.case.verify_depth = Some((length - dice.pick(&[2, 3, 3, 4])).max(0));
    }),
];

/// Makes one certificate the only anchor, with or without the flag that allows it.
fn trust_only(plan: &mut Plan, at: usize, dice: &mut Dice) {
    plan.trusted = vec![Trusted { certificate: at, settings: None }];
    if dice.percent(60) {
        plan.flag("partial_chain");
    }
}

/// Puts a certificate where it may be found.
fn offer(plan: &mut Plan, at: usize, dice: &mut Dice) {
    let trusted = Trusted { certificate: at, settings: None };
    match dice.below(5) {
        0 => plan.trusted.insert(0, trusted),
        1 => plan.trusted.push(trusted),
        2 => plan.untrusted.insert(0, at),
        3 => plan.untrusted.push(at),
        _ => {
            plan.trusted.push(trusted);
            plan.untrusted.insert(0, at);
        }
    }
}

/// Puts a certificate into the chain, above another.
fn insert_above(plan: &mut Plan, below: usize, at: usize) {
    if let Some(place) = plan.chain.iter().position(|listed| *listed == below) {
        plan.chain.insert(place + 1, at);
    }
}

/// Another root certifies a CA of the chain.
fn cross_signed(plan: &mut Plan, dice: &mut Dice, keys: &Keys) {
    let at = plan.any_ca(dice);
    let key = keys.one(Kind::P256, &plan.used_keys(), dice);
    let parent = plan.certificates.len();
    let other = authority(name(&format!("Other root {}", plan.mark)), key, parent, plan.now, dice);
    let other = plan.add(other);
    let mut cross = plan.certificates[at].clone();
    cross.parent = other;
    cross.serial = serial(dice);
    let cross = plan.add(cross);
    if dice.percent(50) {
        plan.untrusted.insert(0, cross);
    } else {
        plan.untrusted.push(cross);
    }
    if dice.percent(50) {
        plan.trusted.push(Trusted { certificate: other, settings: None });
    }
    if dice.percent(40) {
        plan.untrusted.push(other);
    }
    if dice.percent(40) {
        let root = plan.root();
        plan.trusted.retain(|trusted| trusted.certificate != root);
    }
    if dice.percent(40) {
        plan.flag("no_trusted_first");
    }
}
