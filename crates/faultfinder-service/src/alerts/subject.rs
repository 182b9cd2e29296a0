//! A test, as far as alerts depend on it.

use crate::catalog::Kept;
use crate::silences::Silences;
use faultfinder_alert::{Parents, Rule, Verdict};
use faultfinder_engine::{AssertionResult, Status, TestResult};
use faultfinder_spec::AlertRule;
use faultfinder_taxonomy::Blame;
use faultfinder_taxonomy::word::Severity;
use serde::{Deserialize, Serialize};

/// A test, as far as alerts depend on it.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) tags: Vec<String>,
    pub(crate) rule: Rule,
    pub(crate) written: AlertRule,
    /// How the tests are on which it depends, if there are any.
    pub(crate) parents: Option<Parents>,
    /// The names of tests that depend on it.
    pub(crate) dependents: Vec<String>,
}

impl Subject {
    pub(crate) fn of(
        kept: &Kept,
        silences: &Silences,
        parents: Option<Parents>,
        dependents: Vec<String>,
    ) -> Self {
        let planned = kept.planned();
        let written = planned.and_then(|test| test.alert()).cloned().unwrap_or_default();
        let record = &kept.record;
        Self {
            id: record.id.clone(),
            name: record.name.clone(),
            tags: record.tags.clone(),
            rule: Rule {
                silences: silences.of(&record.id, &record.tags),
                ..Rule::new(&written, record.every)
            },
            written,
            parents,
            dependents,
        }
    }

    /// A test that is gone: only what is known of it from a notice. Its rule does not matter any more.
    pub(crate) fn gone(test: TestFacts) -> Self {
        let written = AlertRule::default();
        Self {
            id: test.id,
            name: test.name,
            tags: test.tags,
            rule: Rule::new(&written, None),
            written,
            parents: None,
            dependents: Vec::new(),
        }
    }
}

/// Which test it is, as a notice keeps and shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TestFacts {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) tags: Vec<String>,
}

/// How a run ended, as far as alerts depend on it.
pub(crate) fn verdict(result: &TestResult) -> Verdict {
    match (result.status, &result.fault) {
        (Status::Error, Some(fault)) if fault.blame != Blame::Ourselves => Verdict::Failed(Some(fault.code)),
        (Status::Error, _) => Verdict::Ourselves,
        (Status::Failed, fault) => Verdict::Failed(fault.as_ref().map(|fault| fault.code)),
        (Status::Passed, _) => match is_degraded(result) {
            true => Verdict::Degraded,
            false => Verdict::Passed,
        },
    }
}

/// Whether an assertion of severity `warn` does not hold.
fn is_degraded(result: &TestResult) -> bool {
    let warns = |assertion: &AssertionResult| assertion.severity == Severity::Warn && !assertion.passed;
    result.assertions.iter().any(warns) || result.steps.iter().flat_map(|step| &step.assertions).any(warns)
}
