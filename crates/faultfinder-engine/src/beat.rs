//! The result of a heartbeat: what was reported, or that nothing was.

use crate::moment::{Begin, millis};
use crate::{Attempt, Observed, PlannedTest, RunOptions, Status, TestResult};
use faultfinder_taxonomy::{Fact, Fault, Phase, Timings};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// What was reported, or that nothing was.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a result of a heartbeat is made of")]
pub struct Beat {
    /// Where it was awaited.
    pub location: String,
    /// When the job began, or when it reported.
    pub began: SystemTime,
    /// How long it took, as far as it said when it began.
    pub took: Duration,
    /// What is wrong.
    pub fault: Option<Fault>,
    /// What was reported: `exit_code`, `output`.
    pub response: BTreeMap<String, Fact>,
}

/// The result of a heartbeat.
#[must_use]
pub fn beat_result(test: &PlannedTest, beat: Beat) -> TestResult {
    let Beat { location, began, took, fault, response } = beat;
    let mut timings = Timings::default();
    if !took.is_zero() {
        timings.add(Phase::Wait, took);
    }
    let broke_in = fault.as_ref().map(|fault| timings.break_in(fault.phase));
    let status = if fault.is_some() { Status::Failed } else { Status::Passed };
    let options = RunOptions { location, ..RunOptions::default() };
    let begin = Begin { wall: began, at: Instant::now() };
    let result =
        test.result(test.name().to_owned(), begin, Attempt { status, timings, broke_in, fault }, &options);
    TestResult { duration_ms: millis(took), observed: Observed { response, ..Observed::default() }, ..result }
}
