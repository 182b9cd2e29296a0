//! Many tests at once, bounded, until they are done or something ends the run.

use crate::exit::{Exit, Failure};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::suite::Test;
use faultfinder_engine::{CutOff, NotRun, RunReport, Status, Summary, TestResult};
use faultfinder_net::Vantage;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

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

/// Whether a result is needed once more when all are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Yes,
    No,
}

/// How tests are run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// How many at once.
    pub(crate) concurrency: usize,
    /// Whether the first test that does not pass ends the run.
    pub(crate) fail_fast: bool,
}

impl Manner {
    /// All tests, so many at once.
    pub(crate) const fn all(concurrency: usize) -> Self {
        Self { concurrency, fail_fast: false }
    }
}

/// Runs tests; `each` gets every result as it comes, and says whether it is kept.
///
/// Ctrl-C and SIGTERM end it, and so does a test that does not pass with `fail_fast`: what is done is kept, what runs is
/// dropped, what has not begun does not begin.
pub(crate) async fn run(
    plan: Plan,
    manner: Manner,
    mut each: impl FnMut(&TestResult) -> Result<Keep, Failure>,
) -> Result<Done, Failure> {
    faultfinder_engine::warm_up();
    let vantage = Arc::new(Vantage::system());
    let begun = Instant::now();
    let mut progress = Progress::new(plan.tests.len());
    let mut tally = Tally::new(&plan);
    let mut waiting = plan.order.iter().copied();
    let mut running = Running::default();
    let mut stop = pin!(stopped());
    let mut cut_off = None;
    loop {
        while running.tasks.len() < manner.concurrency.max(1) {
            let Some(place) = waiting.next() else { break };
            let Some(test) = plan.tests.get(place) else { continue };
            running.begin(place, test.clone(), Arc::clone(&vantage));
        }
        progress.under_way(|| running.names());
        let joined = tokio::select! {
            joined = running.tasks.join_next() => joined,
            () = &mut stop => {
                cut_off = Some(CutOff::Interrupted);
                break;
            }
        };
        let Some(joined) = joined else { break };
        let Some((place, result)) = running.ended(joined)? else { continue };
        let passed = result.status == Status::Passed;
        tally.add(place, result, &mut progress, &mut each)?;
        if manner.fail_fast && !passed && tally.is_short() {
            cut_off = Some(CutOff::FailFast);
            break;
        }
    }
    // Those that have ended by now are done; the others end where they are.
    running.tasks.abort_all();
    while let Some(joined) = running.tasks.join_next().await {
        if joined.as_ref().is_err_and(JoinError::is_cancelled) {
            continue;
        }
        if let Some((place, result)) = running.ended(joined)? {
            tally.add(place, result, &mut progress, &mut each)?;
        }
    }
    drop(progress);
    // All may have been done when the signal came.
    let cut_off = cut_off.filter(|_| tally.is_short());
    // Milliseconds with three decimals, as all times of a result.
    tally.summary.duration_ms = (begun.elapsed().as_secs_f64() * 1e6).round() / 1000.0;
    Ok(tally.done(&plan, cut_off))
}

/// The tests that run.
#[derive(Default)]
struct Running {
    // Boxed: a task has room for what it ends with from its beginning.
    tasks: JoinSet<(usize, usize, Option<Box<TestResult>>)>,
    /// Their names, in the order in which they began.
    names: BTreeMap<usize, String>,
    begun: usize,
}

impl Running {
    fn begin(&mut self, place: usize, test: Test, vantage: Arc<Vantage>) {
        let number = self.begun;
        self.begun = self.begun.saturating_add(1);
        self.names.insert(number, test.name().to_owned());
        self.tasks.spawn(async move { (number, place, test.run(vantage).await.map(Box::new)) });
    }

    /// The result of a task that ended, and the place of its test.
    fn ended(
        &mut self,
        joined: Result<(usize, usize, Option<Box<TestResult>>), JoinError>,
    ) -> Result<Option<(usize, Box<TestResult>)>, Failure> {
        let (number, place, result) =
            joined.map_err(|error| Failure::ourselves("a test ended without a result", &error))?;
        self.names.remove(&number);
        Ok(result.map(|result| (place, result)))
    }

    /// The names of the tests that run, the one that has run longest first.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.names.values().map(String::as_str)
    }
}

/// What has come of a run so far.
struct Tally {
    summary: Summary,
    kept: Vec<(usize, TestResult)>,
    /// Which tests have a result.
    is_done: Vec<bool>,
}

impl Tally {
    fn new(plan: &Plan) -> Self {
        let planned = plan.tests.len();
        let summary = Summary { planned, shuffle_seed: plan.seed, ..Summary::default() };
        Self { summary, kept: Vec::new(), is_done: vec![false; planned] }
    }

    fn add(
        &mut self,
        place: usize,
        result: Box<TestResult>,
        progress: &mut Progress,
        each: &mut impl FnMut(&TestResult) -> Result<Keep, Failure>,
    ) -> Result<(), Failure> {
        let keep = progress.pause(|| each(&result))?;
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
    const fn is_short(&self) -> bool {
        self.summary.total < self.summary.planned
    }

    fn done(mut self, plan: &Plan, cut_off: Option<CutOff>) -> Done {
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

/// Comes back when Ctrl-C or SIGTERM asks this process to end.
pub(crate) fn stopped() -> impl Future<Output = ()> {
    // Registered at once, not at the first poll, so that no signal is missed.
    #[cfg(unix)]
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    #[cfg(unix)]
    let interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt());
    async move {
        #[cfg(unix)]
        if let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            return;
        }
        let _ = tokio::signal::ctrl_c().await;
    }
}
