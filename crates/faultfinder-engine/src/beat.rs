//! The result of a heartbeat: what was reported, or that nothing was.

use crate::moment::{millis, rfc3339};
use crate::{Observed, PlannedTest, Status, TestResult};
use faultfinder_taxonomy::{Fact, Fault, Phase, Timings};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

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
    TestResult {
        name: test.name().to_owned(),
        id: test.id().to_owned(),
        result_id: None,
        file: test.shown_file().to_owned(),
        line: test.line(),
        tags: test.tags().map(str::to_owned).collect(),
        repetition: None,
        test_type: test.test_type(),
        location,
        status: if fault.is_some() { Status::Failed } else { Status::Passed },
        started_at: rfc3339(began),
        duration_ms: millis(took),
        timings,
        broke_in,
        fault,
        assertions: Vec::new(),
        attempts: Vec::new(),
        steps: Vec::new(),
        addresses: Vec::new(),
        warnings: Vec::new(),
        observed: Observed { response, ..Observed::default() },
        retries_off: false,
    }
}
