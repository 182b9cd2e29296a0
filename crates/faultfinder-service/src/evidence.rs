//! What of a result is worth its room: all that was seen, for failures, for changes and for who asked; the verdict and
//! its timings for a test that passes again and again.

use crate::store::{Outcome, RawObject, Trigger};
use faultfinder_engine::{Observed, TestResult};
use faultfinder_taxonomy::{Code, Evidence};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Longest result that is kept, in bytes of JSON; what is beyond is left out, with a warning that says so.
pub(crate) const RESULT_BYTES_MAX: usize = 64 * 1024;

/// How each test ended last, as far as this process has seen.
#[derive(Debug, Default)]
pub(crate) struct Latest(Mutex<HashMap<String, (Outcome, Option<Code>)>>);

impl Latest {
    /// The result as it is kept.
    pub(crate) fn body(
        &self,
        test: &str,
        trigger: Trigger,
        outcome: Outcome,
        mut result: TestResult,
    ) -> RawObject {
        let changed = self.note(test, outcome, result.fault.as_ref().map(|fault| fault.code));
        if outcome == Outcome::Passed && trigger == Trigger::Schedule && !changed {
            result.observed = Observed::default();
            result.addresses.iter_mut().for_each(|address| address.response.clear());
        }
        bounded(result)
    }

    /// Notes how a test ended, and says whether it ended otherwise before, or is new.
    fn note(&self, test: &str, outcome: Outcome, code: Option<Code>) -> bool {
        if test.is_empty() {
            return true;
        }
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match latest.get_mut(test) {
            Some(before) => std::mem::replace(before, (outcome, code)) != (outcome, code),
            None => latest.insert(test.to_owned(), (outcome, code)).is_none(),
        }
    }

    /// Forgets a test.
    pub(crate) fn forget(&self, test: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(test);
    }
}

/// The result as JSON of at most [`RESULT_BYTES_MAX`]: the largest parts that say the least about a fault go first.
fn bounded(mut result: TestResult) -> RawObject {
    let json = |result: &TestResult| RawObject::of(result).unwrap_or_default();
    let mut object = json(&result);
    for part in [Part::Observed, Part::Addresses, Part::Evidence, Part::Attempts, Part::Assertions] {
        if object.as_str().len() <= RESULT_BYTES_MAX {
            break;
        }
        part.leave_out(&mut result);
        result.warnings.truncate(WARNINGS_MAX);
        result.warnings.push(format!("too large to store: {} was omitted", part.name()));
        object = json(&result);
    }
    object
}

/// Most warnings of a result that is too large.
const WARNINGS_MAX: usize = 20;

/// A part of a result that can be large.
#[derive(Debug, Clone, Copy)]
enum Part {
    Observed,
    Addresses,
    Evidence,
    Attempts,
    Assertions,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::Observed => "the observation",
            Self::Addresses => "the results of each address",
            Self::Evidence => "the evidence",
            Self::Attempts => "the earlier attempts",
            Self::Assertions => "the assertions",
        }
    }

    fn leave_out(self, result: &mut TestResult) {
        match self {
            Self::Observed => result.observed = Observed::default(),
            Self::Addresses => result.addresses.clear(),
            Self::Evidence => {
                let attempts = result.attempts.iter_mut().filter_map(|attempt| attempt.fault.as_mut());
                for fault in result.fault.iter_mut().chain(attempts) {
                    fault.evidence = Evidence::default();
                }
            }
            Self::Attempts => result.attempts.clear(),
            Self::Assertions => result.assertions.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_engine::Suite;
    use faultfinder_net::Vantage;
    use faultfinder_spec::Source;
    use serde_json::Value;

    /// The result of a refused connection, with a name of this length.
    async fn failed(name: usize) -> TestResult {
        let text =
            format!("tests:\n  - name: {}\n    tcp: {{ host: 127.0.0.1, port: 1 }}\n", "a".repeat(name));
        let suite = Suite::load(&[Source::new("t.yaml", &text)], &[], |_| None).unwrap();
        let test = &suite.tests()[0];
        faultfinder_engine::run(&Vantage::system(), test, &faultfinder_engine::RunOptions::default()).await
    }

    fn observed(body: &RawObject) -> bool {
        let body: Value = serde_json::from_str(body.as_str()).unwrap();
        body["observed"]["connects"].as_array().is_some_and(|all| !all.is_empty())
    }

    #[tokio::test]
    async fn what_was_observed_is_kept_for_failures_changes_and_who_asks() {
        let latest = Latest::default();
        let result = failed(1).await;
        assert!(!result.observed.connects.is_empty(), "{result:?}");
        let mut passed = result.clone();
        passed.fault = None;
        let keep = |trigger, outcome, result: &TestResult| {
            observed(&latest.body("a", trigger, outcome, result.clone()))
        };
        let schedule = Trigger::Schedule;
        assert!(keep(schedule, Outcome::Passed, &passed), "the first one");
        assert!(!keep(schedule, Outcome::Passed, &passed), "another one");
        assert!(keep(Trigger::Api, Outcome::Passed, &passed), "somebody asked");
        assert!(keep(schedule, Outcome::Failed, &result), "a change");
        assert!(keep(schedule, Outcome::Failed, &result), "a failure");
        assert!(keep(schedule, Outcome::Passed, &passed), "it is back");
        assert!(!keep(schedule, Outcome::Passed, &passed), "as before");
        latest.forget("a");
        assert!(observed(&latest.body("a", schedule, Outcome::Passed, passed)), "it is new again");
    }

    #[tokio::test]
    async fn a_result_that_is_too_large_says_what_was_left_out() {
        let mut result = failed(1).await;
        for at in 0..2_000 {
            let fact = "x".repeat(100);
            result.observed.response.insert(format!("fact {at}"), fact.clone().into());
            result.fault.as_mut().unwrap().evidence.insert(&format!("fact {at}"), fact);
        }
        let body = bounded(result);
        assert!(body.as_str().len() <= RESULT_BYTES_MAX, "{}", body.as_str().len());
        let body: Value = serde_json::from_str(body.as_str()).unwrap();
        let warnings = body["warnings"].to_string();
        assert!(
            warnings.contains("the observation was omitted") && warnings.contains("the evidence was omitted"),
            "{warnings}"
        );
        assert!(!warnings.contains("the assertions"), "{warnings}");
        assert_eq!(body["fault"]["code"], "CONNREFUSED");
    }
}
