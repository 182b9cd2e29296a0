//! Every failure that is known to happen is a scenario with the code that it must have.

use faultfinder_lab::{Expect, Scenario};
use std::collections::HashMap;

/// What must be said of each misbehaving peer: one per line, in columns.
const FAILURES: &str = include_str!("../data/failures.tsv");

/// Failures that are shown under another name.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("tls-cert/name-constraint-permitted", "tls-cert/name-not-permitted"),
    ("config/grpc-bad-target", "grpc/bad-target"),
    ("udp/echo", "udp/ok-echo"),
];

/// Failures that no scenario shows, and why.
const NOT_SHOWN: &[(&str, &str)] = &[];

/// One line of the table.
#[derive(Debug, Clone, Copy)]
struct Failure<'a> {
    group: &'a str,
    case: &'a str,
    /// The code, or `PASS`.
    code: &'a str,
    /// The name in the detail; any, when it is empty.
    name: &'a str,
    phase: &'a str,
}

impl<'a> Failure<'a> {
    fn read(line: &'a str) -> Self {
        let columns: Vec<&str> = line.split('\t').collect();
        let [group, case, code, name, phase] = columns[..] else { panic!("not five columns: {line}") };
        Self { group, case, code, name, phase }
    }

    fn id(&self) -> String {
        format!("{}/{}", self.group, self.case)
    }

    /// What is wrong with a scenario's expectation; nothing when it says the same.
    fn objection(&self, expect: &Expect) -> Option<String> {
        let code = expect.code.map_or("PASS", |code| code.as_str());
        let phase = expect.phase.map_or("", |phase| phase.as_str());
        let detail = expect.detail.as_ref();
        let field = |name: &str| detail.and_then(|detail| detail[name].as_str());
        let named = self.name.is_empty() || [field("name"), field("alias")].contains(&Some(self.name));
        (code != self.code || phase != self.phase || !named)
            .then(|| format!("{code} {} in {phase}", field("name").unwrap_or_default()))
    }
}

fn failures() -> impl Iterator<Item = Failure<'static>> {
    FAILURES.lines().filter(|line| !line.starts_with('#')).map(Failure::read)
}

fn by_id() -> HashMap<String, Scenario> {
    faultfinder_lab::scenarios().into_iter().map(|scenario| (scenario.id.clone(), scenario)).collect()
}

#[test]
fn every_known_failure_is_a_scenario_with_its_code() {
    let scenarios = by_id();
    let mut wrong = Vec::new();
    for failure in failures() {
        let id = failure.id();
        let shown = OTHER_NAMES.iter().find(|(of, _)| *of == id).map_or(id.as_str(), |(_, name)| name);
        match scenarios.get(shown) {
            Some(scenario) => {
                if let Some(found) = failure.objection(&scenario.expect) {
                    let Failure { code, name, phase, .. } = failure;
                    wrong.push(format!("{id}: must be {code} {name} in {phase}, and expects {found}"));
                }
            }
            None if NOT_SHOWN.iter().any(|(not_shown, _)| *not_shown == id) => {}
            None => wrong.push(format!("{id}: no scenario shows it")),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), failures().count(), wrong.join("\n"));
}

#[test]
fn the_lists_of_exceptions_are_not_stale() {
    let scenarios = by_id();
    let known: Vec<String> = failures().map(|failure| failure.id()).collect();
    for (id, why) in OTHER_NAMES.iter().chain(NOT_SHOWN) {
        assert!(known.iter().any(|known| known == id), "{id} is not a known failure");
        assert!(!scenarios.contains_key(*id), "{id} is shown, so it is not an exception: {why}");
    }
}
