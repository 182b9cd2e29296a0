//! Many tests at once, bounded, until they are done or something ends the run.

mod sink; // Sink: where results go as they come
mod lane; // a thread that runs tests, with a runtime of its own
mod tally; // what has come of a run so far, and Done: all of it
mod work; // the tests that are left, and the results that have come

use crate::exit::Failure;
use crate::plan::Plan;
use crate::progress::{Progress, TICK};
use crate::suite::Test;
use faultfinder_engine::{CutOff, Status};
use faultfinder_net::Vantage;
use lane::Lanes;
pub(crate) use sink::{Keep, KeepAll, Sink};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
pub(crate) use tally::Done;
use tally::Tally;
use tokio::time::Instant;
use work::Work;

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

/// How long results gather before the next ones are taken: a thread that is woken for each of ten thousand results a second
/// costs more than a probe. Nobody sees the difference.
const GATHER: Duration = Duration::from_millis(10);

/// Runs tests; the sink gets every result as it comes.
///
/// The tests run on threads of their own ([`lane`]); whatever the sink does, even if the reader of standard output is slow,
/// delays no probe.
///
/// Ctrl-C and SIGTERM end it, and so does a test that does not pass with `fail_fast`: what is done is kept, what runs is
/// dropped, what has not begun does not begin.
pub(crate) async fn run(plan: Plan, manner: Manner, sink: &mut impl Sink) -> Result<Done, Failure> {
    if plan.tests.iter().any(Test::may_begin_with_tls) {
        faultfinder_engine::warm_up();
    }
    let vantage = Arc::new(Vantage::system());
    let begun = Instant::now();
    let mut progress = Progress::new(plan.tests.len());
    let mut tally = Tally::new(&plan);
    let mut stop = pin!(stopped());
    let work = Arc::new(Work::new(plan, vantage, manner.fail_fast, progress.is_shown()));
    let lanes = Lanes::start(&work, manner.concurrency)?;
    let mut cut_off = None;
    while tally.is_short() {
        progress.under_way(|| work.names_under_way());
        let tick = tokio::time::sleep(TICK);
        let ended = tokio::select! {
            ended = work.ended() => ended,
            () = tick, if progress.is_shown() => continue,
            () = &mut stop => {
                cut_off = Some(CutOff::Interrupted);
                break;
            }
        };
        let mut all_passed = true;
        for ended in ended {
            let (place, result) = ended?;
            all_passed &= result.status == Status::Passed;
            tally.add(place, result, &mut progress, sink)?;
        }
        progress.pause(|| sink.flush())?;
        if manner.fail_fast && !all_passed && tally.is_short() {
            cut_off = Some(CutOff::FailFast);
            break;
        }
        if tally.is_short() {
            tokio::time::sleep(GATHER).await;
        }
    }
    // Those that have ended by now are done; the others end where they are.
    lanes.end()?;
    for ended in work.take_ended() {
        let (place, result) = ended?;
        tally.add(place, result, &mut progress, sink)?;
    }
    sink.flush()?;
    drop(progress);
    // All may have been done when the signal came.
    let cut_off = cut_off.filter(|_| tally.is_short());
    let done = tally.done(work.plan(), begun.elapsed(), cut_off);
    // What is run is all that this process does: to free thousands of tests one by one only delays its end.
    std::mem::forget(work);
    Ok(done)
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
