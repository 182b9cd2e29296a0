//! Certificate policies, mappings and their constraints.

use super::super::base::{ANY_POLICY, POLICY, policies};
use super::super::dice::Dice;
use super::super::extension::{Body, Extensions as _, POLICIES};
use super::super::fault::{Fault, Subject, about};
use super::super::keys::Keys;
use super::super::plan::Plan;

pub(super) const FAULTS: &[Fault] = &[
    about(Subject::Policies, "policies", 10, |plan, dice, _| checked(plan, dice)),
    about(Subject::Policies, "policy_missing", 8, |plan, dice, _| {
        checked(plan, dice);
        let at = plan.any(dice);
        plan.certificates[at].extensions.drop_kind(POLICIES);
    }),
    about(Subject::Policies, "policy_other", 10, |plan, dice, _| {
        checked(plan, dice);
        let at = plan.any(dice);
        let list = some(dice);
        plan.certificates[at].extensions.put(dice.percent(20), Body::Policies(list));
    }),
    about(Subject::Policies, "policy_twice", 5, |plan, dice, _| {
        checked(plan, dice);
        let at = plan.any(dice);
        let one = (dice.one(&[POLICY[0], POLICY[1], ANY_POLICY])).to_owned();
        plan.certificates[at].extensions.put(false, Body::Policies(vec![(one.clone(), false), (one, false)]));
    }),
    about(Subject::Policies, "policy_mapping", 14, |plan, dice, _| {
        checked(plan, dice);
        for _ in 0..=dice.below(2) {
            let at = plan.any_ca(dice);
            let mut one = || {
                let all = if dice.percent(8) { &[ANY_POLICY][..] } else { POLICY };
                (dice.one(all)).to_owned()
            };
            let mut mappings = vec![(one(), one())];
            if dice.percent(30) {
                let mut one = || (dice.one(POLICY)).to_owned();
                mappings.push((one(), one()));
            }
            plan.certificates[at].extensions.put(dice.percent(50), Body::PolicyMappings(mappings));
        }
    }),
    about(Subject::Policies, "policy_constraints", 14, |plan, dice, _| {
        checked(plan, dice);
        let at = plan.any(dice);
        let number =
            |dice: &mut Dice| dice.one(&[None, Some(0), Some(0), Some(1), Some(2), Some(-1), Some(1 << 40)]);
        let body = Body::PolicyConstraints { explicit: number(dice), mapping: number(dice) };
        plan.certificates[at].extensions.put(dice.percent(50), body);
        if dice.percent(40) {
            plan.case.flags.retain(|flag| flag != "explicit_policy");
        }
    }),
    about(Subject::Policies, "inhibit_any_policy", 10, |plan, dice, _| {
        checked(plan, dice);
        let at = plan.any_ca(dice);
        let skip = dice.one(&[0, 0, 1, 2, -1, 1 << 40]);
        plan.certificates[at].extensions.put(dice.percent(50), Body::InhibitAny(skip));
        if dice.percent(60) {
            let at = plan.any(dice);
            plan.certificates[at]
                .extensions
                .put(false, Body::Policies(vec![(ANY_POLICY.to_owned(), dice.percent(30))]));
        }
    }),
    about(Subject::Policies, "policy_unreadable", 5, |plan, dice, _| {
        checked(plan, dice);
        let at = plan.any(dice);
        let oid = dice.one(&["2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54"]);
        let value = dice.pick(&[vec![], vec![5, 0], vec![0x30, 1, 2], vec![0x30, 0]]).clone();
        plan.certificates[at].extensions.put(dice.percent(30), Body::Raw { oid, value });
    }),
    about(Subject::Policies, "policy_user_set", 6, |plan, dice, _| {
        checked(plan, dice);
        plan.case.policies = (0..dice.below(4))
            .map(|_| (dice.one(&[POLICY[0], POLICY[1], POLICY[2], ANY_POLICY, "1.2.3"])).to_owned())
            .collect();
    }),
    about(Subject::Policies, "policy_tree_explodes", 3, explode),
];

fn some(dice: &mut Dice) -> Vec<(String, bool)> {
    let mut all = [POLICY[0], POLICY[1], POLICY[2], ANY_POLICY, "1.2.3.4"];
    dice.shuffle(&mut all);
    all.iter().take(1 + dice.below(4)).map(|id| ((*id).to_owned(), dice.percent(15))).collect()
}

/// Policies that are checked.
fn checked(plan: &mut Plan, dice: &mut Dice) {
    if plan.certificates.iter_mut().all(|certificate| certificate.extensions.find(POLICIES).is_none()) {
        policies(plan, dice);
    }
    if plan.case.policies.is_empty() {
        plan.flag("policy_check");
    }
    if dice.percent(40) {
        plan.flag("explicit_policy");
    }
}

/// Mappings of many policies to many others, level by level: the tree outgrows OpenSSL's limit.
fn explode(plan: &mut Plan, dice: &mut Dice, _: &Keys) {
    plan.flag("policy_check");
    let width = dice.one(&[8_i64, 16, 34, 34]);
    let id = |at: i64| format!("1.3.6.1.4.1.55555.9.{at}");
    for at in plan.chain.clone() {
        let list = (0..width).map(|at| (id(at), false)).collect();
        let mappings = (0..width).flat_map(|from| (0..width).map(move |to| (id(from), id(to))));
        plan.certificates[at].extensions.put(false, Body::Policies(list));
        if at != plan.leaf {
            plan.certificates[at].extensions.put(false, Body::PolicyMappings(mappings.collect()));
        }
    }
}
