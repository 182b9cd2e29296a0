//! Paths of a few certificates and what their policies come to.

mod whole;

use super::tree::NODES_MAX;
use super::*;
use crate::budget::Budget;
use crate::extensions::{Mapping, PolicyDefect};
use crate::verify::meter::Meter;

/// Writes a certificate's policies in short: `1` lists policy 1, `*` anyPolicy, `1>2` maps, `e0` `m0` `a0` are
/// requireExplicitPolicy, inhibitPolicyMapping, inhibitAnyPolicy, `self` is self-issued, `bad` invalid.
fn certificate(text: &str) -> (Policies, bool) {
    let mut found = Policies::default();
    let mut self_issued = false;
    for word in text.split_whitespace() {
        let number = |prefix| word.strip_prefix(prefix).map(|rest: &str| rest.parse().unwrap());
        match (word, word.split_once('>')) {
            ("self", _) => self_issued = true,
            ("bad", _) => found.defect = Some(PolicyDefect::EXAMPLE),
            ("*", _) => (found.any, found.present) = (true, true),
            (_, Some((from, to))) => found.map(&policy(from), &policy(to)),
            _ if word.starts_with('e') => found.require_explicit = number('e'),
            _ if word.starts_with('m') => found.inhibit_mapping = number('m'),
            _ if word.starts_with('a') => found.inhibit_any = number('a'),
            _ => {
                found.present = true;
                found.named.insert(policy(word), Mapping::default());
            }
        }
    }
    (found, self_issued)
}

fn policy(text: &str) -> Box<[u8]> {
    if text == "*" { oid::ANY_POLICY.into() } else { oid::encode(&format!("1.2.{text}")).unwrap() }
}

/// Judges a path that is written top down, without the anchor.
fn judge(path: &[&str], demands: &Demands) -> Result<Judgment, Stop> {
    let mut facts: Vec<_> = path.iter().map(|text| certificate(text)).collect();
    facts.reverse();
    let steps: Vec<_> =
        facts.iter().map(|(policies, self_issued)| Step { policies, self_issued: *self_issued }).collect();
    judge::judge(&steps, demands, &mut |_, _| Ok(()))
}

/// Options in short: `explicit`, `noany`, `nomap`, and acceptable policies.
fn demanded(text: &str) -> Demands {
    let mut demands = Demands::default();
    for word in text.split_whitespace() {
        match word {
            "explicit" => demands.explicit = true,
            "noany" => demands.inhibit_any = true,
            "nomap" => demands.inhibit_map = true,
            acceptable => demands.acceptable.push(policy(acceptable)),
        }
    }
    demands
}

#[test]
fn paths_come_out_as_openssl_has_it() {
    // The path top down, what is demanded, and what is missing; `empty N`, `none N`: at depth N.
    let rows: &[(&[&str], &str, &str)] = &[
        (&[], "explicit *", "fine"),
        (&["1", "1"], "explicit *", "fine"),
        (&["1", "1"], "explicit 1", "fine"),
        (&["1", "1"], "explicit 2", "unacceptable"),
        (&["1", "1"], "2", "fine"),
        // Without a list nothing is acceptable.
        (&["1", "1"], "explicit", "unacceptable"),
        (&["1", ""], "explicit *", "empty 0"),
        (&["", "1"], "explicit *", "empty 1"),
        (&["", "1"], "*", "fine"),
        (&["1", "2"], "explicit *", "none 0"),
        (&["1", "2"], "*", "fine"),
        (&["1 2", "2 3", "3"], "explicit *", "none 0"),
        // anyPolicy.
        (&["*", "1"], "explicit 1", "fine"),
        (&["1", "*"], "explicit 1", "fine"),
        (&["1", "*"], "explicit 2", "unacceptable"),
        (&["*", "*"], "explicit 7 8", "fine"),
        (&["*", "1"], "explicit noany *", "none 1"),
        (&["1", "*"], "explicit noany *", "none 0"),
        (&["1", "* self", "1"], "explicit noany *", "fine"),
        (&["1", "* self"], "explicit noany *", "none 0"),
        (&["1 a0", "*", "1"], "explicit *", "none 1"),
        (&["1 a1", "*", "1"], "explicit *", "fine"),
        (&["1 a1", "*", "*"], "explicit *", "none 0"),
        (&["1 a5", "* a0", "*"], "explicit *", "none 0"),
        (&["1 a1", "* self", "*", "1"], "explicit *", "fine"),
        // The counter of an explicit policy.
        (&["1 e0", "2"], "*", "none 0"),
        (&["1 e1", "2"], "*", "none 0"),
        (&["1 e2", "2"], "*", "fine"),
        (&["1 e2", "e0", "2"], "*", "empty 1"),
        (&["1 e1", "1 self", "2"], "*", "none 0"),
        (&["1 e2", "1 self", "2"], "*", "fine"),
        (&["1", "2 e0"], "*", "none 0"),
        (&["e0", "bad"], "*", "empty 1"),
        (&["e0", "", "bad"], "*", "empty 2"),
        (&["1 e0", "bad"], "*", "invalid"),
        (&["bad", ""], "*", "invalid"),
        (&["", "bad"], "explicit *", "empty 1"),
        (&["", "bad"], "*", "invalid"),
        // Mappings.
        (&["1 1>2", "2"], "explicit 1", "fine"),
        (&["1 1>2", "2"], "explicit 2", "unacceptable"),
        (&["1 1>2", "1"], "explicit *", "none 0"),
        (&["1 1>2", "2"], "explicit nomap *", "none 1"),
        (&["1 1>2", "1"], "explicit nomap *", "none 1"),
        (&["1 3 1>2", "3"], "explicit nomap *", "fine"),
        (&["1 1>2 m0", "2 2>3", "3"], "explicit *", "none 1"),
        (&["1 1>2 m1", "2 2>3", "3"], "explicit *", "fine"),
        (&["1 1>2 m1", "2 self", "2 2>3", "3"], "explicit 1", "fine"),
        (&["1 1>2 1>3", "3"], "explicit 1", "fine"),
        (&["1 1>2 1>3", "*"], "explicit 1", "fine"),
        (&["1 1>2 1>3", "2 *", "3"], "explicit 1", "fine"),
        (&["1>2", "2"], "explicit *", "empty 1"),
        (&["1 3>2", "2"], "explicit *", "none 0"),
        // Mapped out of anyPolicy: a single mapping is forgotten at the next anyPolicy, as OpenSSL has it.
        (&["* 1>2", "2"], "explicit 1", "fine"),
        (&["* 1>2", "2"], "explicit 2", "unacceptable"),
        (&["* 1>2", "1"], "explicit 1", "fine"),
        (&["* 1>2", "*", "2"], "explicit 1", "unacceptable"),
        (&["* 1>2 1>3", "*", "2"], "explicit 1", "fine"),
        (&["* 1>2", "*", "1"], "explicit 1", "fine"),
        (&["* 1>2 1>3", "*", "1"], "explicit 1 2", "fine"),
        (&["* 1>2 1>3", "* a0", "1"], "explicit 2", "unacceptable"),
    ];
    for (path, demands, expected) in rows {
        let found = match judge(path, &demanded(demands)).unwrap() {
            Judgment::Fine => "fine".to_owned(),
            Judgment::Invalid => "invalid".to_owned(),
            Judgment::NoPolicy { missing: Missing::NoPolicies { depth }, .. } => format!("empty {depth}"),
            Judgment::NoPolicy { missing: Missing::NothingInCommon { depth, .. }, .. } => {
                format!("none {depth}")
            }
            Judgment::NoPolicy { missing: Missing::NotAcceptable { .. }, .. } => "unacceptable".to_owned(),
        };
        assert_eq!(found, *expected, "{path:?} {demands}");
    }
}

#[test]
fn who_requires_a_policy_is_told() {
    for (path, demands, expected) in [
        (&["1", "2"][..], "explicit *", None),
        (&["1 e0", "2"], "*", Some(1)),
        (&["1 e5", "2 e0"], "*", Some(0)),
        (&["1 e1", "1 e0", "2"], "*", Some(2)),
    ] {
        match judge(path, &demanded(demands)).unwrap() {
            Judgment::NoPolicy { required_by, .. } => assert_eq!(required_by, expected, "{path:?}"),
            other => panic!("{path:?}: {other:?}"),
        }
    }
}

fn is_too_large(outcome: &Result<Judgment, Stop>) -> bool {
    outcome.as_ref().is_err_and(Stop::is_over_budget)
}

#[test]
fn a_tree_that_explodes_ends_with_out_of_mem() {
    // Every level has two children of each node: 2 + 4 + 8 + ...
    let doubling = "1 2 1>1 1>2 2>1 2>2";
    for (levels, too_large) in [(8, false), (9, true), (1000, true)] {
        assert_eq!(is_too_large(&judge(&vec![doubling; levels], &demanded("*"))), too_large, "{levels}");
    }
    // One node is the anchor's.
    let many = |count: usize| (0..count).map(|at| format!("{at} ")).collect::<String>();
    assert!(!is_too_large(&judge(&[&many(NODES_MAX - 1)], &demanded("*"))));
    assert!(is_too_large(&judge(&[&many(NODES_MAX)], &demanded("*"))));
    // What is acceptable becomes nodes of the leaf's anyPolicy, if nothing else.
    assert!(!is_too_large(&judge(&["*"], &demanded(&many(NODES_MAX - 2)))));
    assert!(is_too_large(&judge(&["*"], &demanded(&many(NODES_MAX - 1)))));
    assert!(!is_too_large(&judge(&["*"], &demanded(&format!("{} *", many(NODES_MAX))))));
}

/// Judges a path of so many certificates with so many policies each, within a budget. Gives what it took from it.
fn spent(certificates: usize, policies: usize, budget: Budget) -> Result<Budget, Stop> {
    let text: String = (0..policies).map(|policy| format!("{policy} ")).collect();
    let (policies, self_issued) = certificate(&text);
    let path = vec![Step { policies: &policies, self_issued }; certificates];
    let mut meter = Meter::new(budget);
    let mut spent = Budget { memory: 0, work: 0 };
    judge::judge(&path, &demanded("1"), &mut |bytes, steps| {
        let (bytes, steps) = (u64::try_from(bytes).unwrap(), u64::try_from(steps).unwrap());
        (spent.memory, spent.work) = (spent.memory + bytes, spent.work + steps);
        meter.spend_memory(bytes, "policy nodes")?;
        meter.spend_work(steps, "policies")
    })?;
    Ok(spent)
}

#[test]
fn every_certificate_and_every_policy_costs_work_and_memory() {
    let spent = |certificates, policies| spent(certificates, policies, Budget::default()).unwrap();
    let (short, long) = (spent(3, 4), spent(6, 4));
    // A certificate costs a step, its level another, each of its nodes one, and each look for what continues a node one.
    assert!(long.work - short.work >= 3 * (1 + 1 + 4 + 4), "{short:?} {long:?}");
    assert_eq!(long.memory, 2 * short.memory);
    let (few, many) = (spent(6, 4), spent(6, 8));
    assert!(many.work - few.work >= 6 * 4 + 5 * 4, "{few:?} {many:?}");
    // A node has a place in a list and knows its policy, its mapping and its parent.
    let node = u64::try_from(5 * size_of::<usize>()).unwrap();
    assert!(many.memory - few.memory >= 6 * 4 * node, "{few:?} {many:?}");
}

#[test]
fn a_budget_that_is_just_enough_is_enough_and_one_less_is_not() {
    let enough = spent(3, 4, Budget::default()).unwrap();
    assert_eq!(spent(3, 4, enough), Ok(enough));
    for (less, what) in [
        (Budget { work: enough.work - 1, ..enough }, "policies"),
        (Budget { memory: enough.memory - 1, ..enough }, "policy nodes"),
    ] {
        assert_eq!(spent(3, 4, less), Err(Stop::over_budget(what)));
    }
}

#[test]
fn lists_are_short() {
    assert_eq!(listed(std::iter::empty()), "none");
    assert_eq!(list([oid::ANY_POLICY, &[42, 3]].into_iter()), "anyPolicy, 1.2.3");
    assert_eq!(listed((0..LISTED_MAX + 2).map(|at| at.to_string())), "0, 1, 2, 3, 4, 5, 6, 7 and 2 more");
    let long = list([[42_u8; 500].as_slice()].into_iter());
    assert!(long.ends_with("...") && long.len() == POLICY_CHARS_MAX + 3, "{long}");
}
