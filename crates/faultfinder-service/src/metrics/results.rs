//! What came of runs, by test.

use super::out::{Labels, Out};
use crate::store::Outcome;
use faultfinder_engine::{Status, TestResult};
use std::collections::BTreeMap;
use std::fmt::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// Most tests that have series of their own: some 10 MB of text.
pub(super) const TESTS_MAX: usize = 20_000;
/// Most pairs of status and code that a test is counted under.
pub(super) const COUNTS_MAX: usize = 20;
/// Longest name of a test in a label, in characters.
const NAME_CHARS_MAX: usize = 200;

/// Stands for tests, and for codes, that are beyond the bounds. No id has a `_`.
const OTHER: &str = "_other";
/// Stands for definitions that are run and not kept.
const NOT_KEPT: &str = "_none";

/// What came of runs, by test.
#[derive(Debug)]
pub(super) struct Results {
    tests: RwLock<BTreeMap<Arc<str>, Arc<Series>>>,
    /// Of definitions that are not kept.
    not_kept: Arc<Series>,
    /// Of tests that have no series of their own.
    other: Arc<Series>,
    is_told: AtomicBool,
}

/// The series of a test.
#[derive(Debug)]
struct Series {
    test: Arc<str>,
    name: String,
    seen: Mutex<Seen>,
}

/// What was seen of a test.
#[derive(Debug, Clone, Default, PartialEq)]
struct Seen {
    counts: Vec<Count>,
    /// Whether the last run passed; nothing when nobody knows.
    is_up: Option<bool>,
    /// When the first certificate of the peer's chain expires, in seconds since 1970.
    not_after: Option<i64>,
}

/// How many runs ended like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Count {
    status: Outcome,
    /// Empty for a run without a fault.
    code: &'static str,
    runs: u64,
}

impl Default for Results {
    fn default() -> Self {
        let stands_for = |id: &str| Arc::new(Series::new(id.into(), ""));
        Self {
            tests: RwLock::default(),
            not_kept: stands_for(NOT_KEPT),
            other: stands_for(OTHER),
            is_told: AtomicBool::new(false),
        }
    }
}

impl Results {
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<Arc<str>, Arc<Series>>> {
        self.tests.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, test: &str, name: &str) {
        let mut tests = self.tests.write().unwrap_or_else(PoisonError::into_inner);
        let series = Series::new(test.into(), name);
        match tests.get(test) {
            Some(known) if known.name == series.name => {}
            None if tests.len() >= TESTS_MAX => {
                drop(tests);
                if !self.is_told.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        tests_max = TESTS_MAX,
                        "too many tests for separate series in /metrics: the others are counted together"
                    );
                }
            }
            _ => {
                tests.insert(Arc::clone(&series.test), Arc::new(series));
            }
        }
    }

    pub(super) fn remove(&self, test: &str) {
        self.tests.write().unwrap_or_else(PoisonError::into_inner).remove(test);
    }

    pub(super) fn ran(&self, test: &str, result: &TestResult) {
        let series = self.series(test);
        // The last state of many tests is that of none.
        let is_own = series.test.as_ref() == test;
        series.seen().add(result, is_own);
    }

    pub(super) fn missed(&self, test: &str, count: u64) {
        self.series(test).seen().count(Outcome::Missed, "", count);
    }

    /// Under what a test is counted. One that was deleted while it ran is one of the others.
    fn series(&self, test: &str) -> Arc<Series> {
        if test.is_empty() {
            return Arc::clone(&self.not_kept);
        }
        let own = self.read().get(test).cloned();
        own.unwrap_or_else(|| Arc::clone(&self.other))
    }

    pub(super) fn write(&self, out: &mut Out<'_>, location: &str) -> Result<(), Error> {
        let mut all: Vec<Arc<Series>> = vec![Arc::clone(&self.not_kept), Arc::clone(&self.other)];
        all.extend(self.read().values().cloned());
        let seen: Vec<Seen> = all.iter().map(|series| series.seen().clone()).collect();
        let rows = || all.iter().map(AsRef::as_ref).zip(&seen);
        let results = rows().flat_map(|(series, seen)| {
            let labels = move |count: &Count| series.results_labels(location, count);
            seen.counts.iter().map(move |count| (labels(count), count.runs))
        });
        out.counters(
            "faultfinder_results",
            "Runs by result. Missed runs did not happen because of this host.",
            results,
        )?;
        let up = rows().filter_map(|(series, seen)| {
            let labels: Labels<'_, 3> =
                [("test", &series.test), ("name", &series.name), ("location", location)];
            seen.is_up.map(|is_up| (labels, i64::from(is_up)))
        });
        out.gauges(
            "faultfinder_test_up",
            "Whether the last run passed (1) or the target failed it (0); absent if it could not be carried out.",
            up,
        )?;
        let certificates = rows().filter_map(|(series, seen)| {
            let labels: Labels<'_, 2> = [("test", &series.test), ("location", location)];
            seen.not_after.map(|not_after| (labels, not_after))
        });
        out.gauges(
            "faultfinder_certificate_not_after_seconds",
            "Expiry of the first certificate of the chain that the peer sent last, in seconds since 1970.",
            certificates,
        )
    }
}

impl Series {
    fn new(test: Arc<str>, name: &str) -> Self {
        Self { test, name: name.chars().take(NAME_CHARS_MAX).collect(), seen: Mutex::default() }
    }

    // Nothing panics while it is held, so what it guards is whole.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn results_labels<'a>(&'a self, location: &'a str, count: &Count) -> Labels<'a, 5> {
        [
            ("test", &self.test),
            ("name", &self.name),
            ("location", location),
            ("status", count.status.as_str()),
            ("code", count.code),
        ]
    }
}

impl Seen {
    fn add(&mut self, result: &TestResult, is_own: bool) {
        let status = match result.status {
            Status::Passed => Outcome::Passed,
            Status::Failed => Outcome::Failed,
            Status::Error => Outcome::Error,
        };
        self.count(status, result.fault.as_ref().map_or("", |fault| fault.code.as_str()), 1);
        if !is_own {
            return;
        }
        self.is_up = match result.status {
            Status::Passed => Some(true),
            Status::Failed => Some(false),
            Status::Error => None,
        };
        let chain = result.observed.tls.as_ref().map_or(&[][..], |tls| tls.chain.as_slice());
        let not_after = chain.iter().filter_map(|certificate| certificate.not_after).min();
        // A run that failed may not have come so far: what was seen before is the best that is known. One that passed
        // without TLS is of a definition that was changed.
        if not_after.is_some() || result.status == Status::Passed {
            self.not_after = not_after;
        }
    }

    fn count(&mut self, status: Outcome, code: &'static str, by: u64) {
        let is_known = |count: &&mut Count| (count.status, count.code) == (status, code);
        if let Some(count) = self.counts.iter_mut().find(is_known) {
            count.runs = count.runs.saturating_add(by);
        } else if self.counts.len() < COUNTS_MAX || code == OTHER {
            self.counts.push(Count { status, code, runs: by });
        } else {
            // One of these per status at most.
            self.count(status, OTHER, by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn result(status: &str, chain: &Value) -> TestResult {
        let tls = if chain.is_null() { Value::Null } else { json!({ "chain": chain }) };
        let observed = json!({ "peer": null, "addresses": [], "connects": [], "tls": tls, "response": {} });
        serde_json::from_value(json!({
            "name": "n", "id": "i", "type": "ssl", "location": "local", "status": status,
            "started_at": "2026-11-22T10:00:00.000Z", "duration_ms": 1.0, "timings": { "total": 1.0 },
            "fault": null, "assertions": [], "attempts": [], "steps": [], "addresses": [], "warnings": [],
            "observed": observed, "retries_off": false
        }))
        .unwrap()
    }

    #[test]
    fn the_first_end_of_a_chain_counts_and_stays_while_runs_fail() {
        let chain = json!([{ "not_after": 2_000 }, { "not_after": 1_000 }, { "not_after": null }]);
        let mut seen = Seen::default();
        for (status, chain, expected, is_up) in [
            ("passed", &chain, Some(1_000), Some(true)),
            ("failed", &Value::Null, Some(1_000), Some(false)),
            ("error", &Value::Null, Some(1_000), None),
            ("failed", &json!([{ "not_after": 3 }]), Some(3), Some(false)),
            ("passed", &Value::Null, None, Some(true)),
        ] {
            seen.add(&result(status, chain), true);
            assert_eq!((seen.not_after, seen.is_up), (expected, is_up), "{status} {chain}");
        }
    }

    #[test]
    fn codes_beyond_the_bound_are_counted_together() {
        let mut seen = Seen::default();
        let codes: Vec<&'static str> =
            faultfinder_taxonomy::Code::ALL.iter().map(|code| code.as_str()).take(COUNTS_MAX + 2).collect();
        for code in &codes {
            seen.count(Outcome::Failed, code, 1);
        }
        seen.count(Outcome::Failed, codes[0], 1);
        assert_eq!(seen.counts.len(), COUNTS_MAX + 1);
        assert_eq!(seen.counts[0].runs, 2);
        assert_eq!(seen.counts[COUNTS_MAX], Count { status: Outcome::Failed, code: OTHER, runs: 2 });
    }

    #[test]
    fn tests_beyond_the_bound_are_counted_together_and_room_is_given_back() {
        let results = Results::default();
        for number in 0..=TESTS_MAX {
            results.put(&format!("t{number}"), "n");
        }
        results.put("t0", "n");
        let beyond = format!("t{TESTS_MAX}");
        assert_eq!(results.read().len(), TESTS_MAX);
        results.missed(&beyond, 3);
        assert_eq!(results.other.seen().counts[0].runs, 3);
        results.remove("t0");
        results.put(&beyond, "n");
        results.missed(&beyond, 1);
        assert_eq!(results.other.seen().counts[0].runs, 3);
    }

    #[test]
    fn a_test_that_is_read_again_goes_on_and_one_with_another_name_begins_anew() {
        let results = Results::default();
        results.put("t", "one");
        results.missed("t", 1);
        results.put("t", "one");
        assert_eq!(results.series("t").seen().counts.len(), 1);
        results.put("t", "two");
        assert_eq!(results.series("t").seen().counts.len(), 0);
    }
}
