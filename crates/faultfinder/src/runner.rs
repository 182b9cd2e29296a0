//! Many tests at once, bounded, until they are done or somebody wants them to end.

use crate::exit::{Exit, Failure};
use crate::progress::Progress;
use crate::suite::Test;
use faultfinder_engine::{RunReport, Status, Summary, TestResult};
use faultfinder_net::Vantage;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Done {
    /// The counts of all tests that were done, and the results that were to be kept, in the order of the definitions.
    pub(crate) report: RunReport,
    /// The place of each result's test among all tests.
    pub(crate) places: Vec<usize>,
    /// Whether it was ended before all were done.
    pub(crate) interrupted: bool,
}

impl Done {
    /// The exit status that says the same.
    pub(crate) fn exit(&self) -> Exit {
        let summary = &self.report.summary;
        if self.interrupted {
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

/// Runs tests, at most `concurrency` at once; `each` gets every result as it comes, and says whether it is kept.
///
/// Ctrl-C and SIGTERM end it: what is done is kept, what runs is dropped, what has not begun does not begin.
pub(crate) async fn run(
    tests: Vec<Test>,
    concurrency: usize,
    mut each: impl FnMut(&TestResult) -> Result<Keep, Failure>,
) -> Result<Done, Failure> {
    faultfinder_engine::warm_up();
    let vantage = Arc::new(Vantage::system());
    let begun = Instant::now();
    let mut progress = Progress::new(tests.len());
    let mut summary = Summary::default();
    let mut kept: Vec<(usize, TestResult)> = Vec::new();
    let mut waiting = tests.into_iter().enumerate();
    let mut running = JoinSet::new();
    let mut stop = pin!(stopped());
    let mut interrupted = false;
    loop {
        while running.len() < concurrency.max(1) {
            let Some((place, test)) = waiting.next() else { break };
            let vantage = Arc::clone(&vantage);
            // Boxed: a task has room for what it ends with from its beginning.
            running.spawn(async move { (place, test.run(vantage).await.map(Box::new)) });
        }
        let joined = tokio::select! {
            joined = running.join_next() => joined,
            () = &mut stop => {
                interrupted = true;
                running.abort_all();
                break;
            }
        };
        match joined {
            None => break,
            Some(Err(error)) => return Err(Failure::ourselves("a test ended without a result", &error)),
            Some(Ok((_, None))) => {}
            Some(Ok((place, Some(result)))) => {
                let keep = progress.pause(|| each(&result))?;
                progress.step(&result.name, result.status == Status::Passed);
                summary.count(result.status);
                if keep == Keep::Yes {
                    kept.push((place, *result));
                }
            }
        }
    }
    drop(progress);
    kept.sort_unstable_by_key(|(place, _)| *place);
    let (places, results) = kept.into_iter().unzip();
    // Milliseconds with three decimals, as all times of a result.
    summary.duration_ms = (begun.elapsed().as_secs_f64() * 1e6).round() / 1000.0;
    Ok(Done { report: RunReport::with_summary(summary, results), places, interrupted })
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
