//! What has come of a run so far.

use super::sink::{Keep, Sink};
use crate::exit::{Exit, Failure};
use crate::plan::Plan;
use crate::progress::Progress;
use faultfinder_engine::{CutOff, NotRun, RunReport, Status, Summary, TestResult};
use std::time::Duration;

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Done {
    /// The counts of all tests that were done, the results that were to be kept, and the tests without a result; all in the
    /// order of the definitions.
    pub(crate) report: RunReport,
    /// The place of each result's test among all tests.
    pub(crate) places: Vec<usize>,
    /// What ended it before all were done.
    pub(crate) cut_off: Option<CutOff>,
}

impl Done {
    /// The exit status that says the same.
    pub(crate) fn exit(&self) -> Exit {
        let summary = &self.report.summary;
        if self.cut_off == Some(CutOff::Interrupted) {
            Exit::Interrupted
        } else if summary.failed > 0 {
            Exit::Failed
        } else if summary.errors > 0 {
            Exit::Ourselves
        } else {
            Exit::Passed
        }
    }
}

/// The counts, the results that are kept, and which tests are done.
pub(super) struct Tally {
    summary: Summary,
    kept: Vec<(usize, TestResult)>,
    /// Which tests have a result.
    is_done: Vec<bool>,
}

impl Tally {
    pub(super) fn new(plan: &Plan) -> Self {
        let planned = plan.tests.len();
        let summary = Summary { planned, shuffle_seed: plan.seed, ..Summary::default() };
        Self { summary, kept: Vec::new(), is_done: vec![false; planned] }
    }

    /// Counts a result, and gives it to the sink.
    pub(super) fn add(
        &mut self,
        place: usize,
        result: Box<TestResult>,
        progress: &mut Progress,
        sink: &mut impl Sink,
    ) -> Result<(), Failure> {
        let keep = progress.pause(|| sink.take(&result))?;
        progress.step(result.status == Status::Passed);
        self.summary.count(result.status);
        if let Some(is_done) = self.is_done.get_mut(place) {
            *is_done = true;
        }
        if keep == Keep::Yes {
            self.kept.push((place, *result));
        }
        Ok(())
    }

    /// Whether some tests have no result yet.
    pub(super) const fn is_short(&self) -> bool {
        self.summary.total < self.summary.planned
    }

    /// The end of a run that took so long.
    pub(super) fn done(mut self, plan: &Plan, took: Duration, cut_off: Option<CutOff>) -> Done {
        // Milliseconds with three decimals, as all times of a result.
        self.summary.duration_ms = (took.as_secs_f64() * 1e6).round() / 1000.0;
        self.kept.sort_unstable_by_key(|(place, _)| *place);
        let (places, results) = self.kept.into_iter().unzip();
        self.summary.interrupted = cut_off == Some(CutOff::Interrupted);
        let mut report = RunReport::with_summary(self.summary, results);
        if let Some(reason) = cut_off {
            let missing = plan.tests.iter().zip(&self.is_done).filter(|(_, is_done)| !**is_done);
            report.not_run = missing.filter_map(|(test, _)| test.not_run(reason)).collect::<Vec<NotRun>>();
        }
        Done { report, places, cut_off }
    }
}
