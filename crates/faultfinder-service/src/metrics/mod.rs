//! What a service does, in numbers: `/metrics`, as Prometheus' text or as OpenMetrics.
//!
//! What happens is counted where it happens ([`Metrics`]), under locks that are held for a few additions. What others
//! count already (the scheduler, the writer, the files) is read when the text is written ([`now`]), and not counted
//! twice.
//!
//! # Decisions
//!
//! * Names begin with `faultfinder_` and say the unit; times are seconds. They are as stable as the API.
//! * At most [`TESTS_MAX`](results::TESTS_MAX) tests have series of their own, with at most
//!   [`COUNTS_MAX`](results::COUNTS_MAX) pairs of status and code each.
//!   What is beyond is counted under `_other`, which no id and no code can be, and reported once in the log. So a scrape is
//!   bounded, whatever is defined.
//! * The series of a test end when it is deleted, and begin anew when it gets another name.
//! * The unit of a family is what its name ends with ([`out`]).
//! * No `_created` samples: Prometheus ignores them unless asked, and they double the series of counters. That counters
//!   began again shows in `process_start_time_seconds`.
//! * One scrape is written at a time, on a thread that may block: it may be megabytes.

mod results; // what came of runs, by test
mod durations; // how long runs and their phases took
mod requests; // what was asked of the API
mod out; // how values are written
mod process; // what the system counts about this process
mod now; // what others count
mod plain; // text format 0.0.4 from OpenMetrics
pub(crate) mod format; // which of the two a client prefers
pub(crate) mod scrape; // all of it as text

use crate::Timestamp;
use durations::Durations;
use faultfinder_engine::TestResult;
use http::{Method, StatusCode};
use prometheus_client::registry::Registry;
use requests::Requests;
use results::Results;
use std::time::Duration;

/// What has been counted since the service was started.
#[derive(Debug)]
pub(crate) struct Metrics {
    results: Results,
    durations: Durations,
    requests: Requests,
    /// The histograms, which share their values with the fields above.
    registry: Registry,
    started_at: Timestamp,
    /// Who writes the text.
    turn: tokio::sync::Mutex<()>,
}

impl Metrics {
    pub(crate) fn new(started_at: Timestamp) -> Self {
        let (durations, requests) = (Durations::default(), Requests::default());
        let mut registry = Registry::default();
        durations.register(&mut registry);
        requests.register(&mut registry);
        let turn = tokio::sync::Mutex::default();
        Self { results: Results::default(), durations, requests, registry, started_at, turn }
    }

    /// A test has series of its own from now on, if there is room.
    pub(crate) fn put(&self, test: &str, name: &str) {
        self.results.put(test, name);
    }

    /// The series of a test end.
    pub(crate) fn remove(&self, test: &str) {
        self.results.remove(test);
    }

    /// A run has ended; the id is empty for a definition that is not kept.
    pub(crate) fn ran(&self, test: &str, result: &TestResult) {
        self.results.ran(test, result);
        self.durations.ran(result);
    }

    /// Runs of a test did not happen.
    pub(crate) fn missed(&self, test: &str, count: u64) {
        self.results.missed(test, count);
    }

    /// A request was answered; the route is its template, if it matched one.
    pub(crate) fn answered(&self, method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
        self.requests.answered(method, route, status, took);
    }
}
