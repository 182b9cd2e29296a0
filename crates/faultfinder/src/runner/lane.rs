//! A thread that runs tests, with a runtime of its own.
//!
//! A test stays on the thread where it begins, so that no thread wakes another for what a socket has to say. One lane per
//! processor takes the next test as soon as it has room.

use super::work::{Begun, Ended, Work};
use crate::exit::Failure;
use faultfinder_engine::{Room, TestResult};
use std::num::NonZero;
use std::pin::pin;
use std::sync::Arc;
use std::thread::{JoinHandle, available_parallelism};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

/// All lanes of a run; when this is dropped, they end.
pub(super) struct Lanes {
    threads: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
}

impl Lanes {
    /// Starts as many as there are processors, and not more than tests may run at once.
    pub(super) fn start(work: &Arc<Work>, concurrency: usize) -> Result<Self, Failure> {
        let concurrency = concurrency.min(work.count()).max(1);
        let count = available_parallelism().map_or(1, NonZero::get).min(concurrency);
        let (stop, _) = watch::channel(false);
        let mut lanes = Self { threads: Vec::with_capacity(count), stop };
        // All of them before the first test begins: tests may take the last file descriptors.
        let runtimes: Result<Vec<Runtime>, _> =
            (0..count).map(|_| Builder::new_current_thread().enable_all().build()).collect();
        let runtimes = runtimes.map_err(|error| Failure::ourselves("cannot start a runtime", &error))?;
        for (number, runtime) in runtimes.into_iter().enumerate() {
            // What does not divide evenly goes to the first ones.
            let room = concurrency / count + usize::from(number < concurrency % count);
            let (work, stop) = (Arc::clone(work), lanes.stop.subscribe());
            let thread = std::thread::Builder::new()
                .name(format!("tests-{number}"))
                .spawn(move || run(runtime, &work, room, stop))
                .map_err(|error| Failure::ourselves("cannot start a thread", &error))?;
            lanes.threads.push(thread);
        }
        Ok(lanes)
    }

    /// Ends all: what runs is dropped, and what ended has been handed over.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        let _ = self.stop.send(true);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                return Err(Failure::Ourselves("a thread that ran tests failed".to_owned()));
            }
        }
        Ok(())
    }
}

/// Runs tests, so many at once, until none is left or it is to stop.
fn run(runtime: Runtime, work: &Work, room: usize, stop: watch::Receiver<bool>) {
    let _alarm = Alarm(work);
    runtime.block_on(run_all(work, room, stop));
    // What probes still do in the background is not needed any more.
    runtime.shutdown_background();
}

async fn run_all(work: &Work, room: usize, mut stop: watch::Receiver<bool>) {
    let mut room = Room::new(room, 1);
    // Boxed: a task has room for what it ends with from its beginning.
    let mut tasks: JoinSet<Ran> = JoinSet::new();
    let mut stop = pin!(stop.wait_for(|stop| *stop));
    loop {
        while tasks.len() < room.now()
            && let Some(Begun { number, place, test, vantage }) = work.begin()
        {
            tasks.spawn(async move { (number, place, test.run(vantage).await.map(Box::new)) });
        }
        let first = tokio::select! {
            first = tasks.join_next() => first,
            () = room.look() => continue,
            _ = &mut stop => break,
        };
        let Some(first) = first else { return };
        let mut ended = vec![of_task(first, work)];
        while let Some(more) = tasks.try_join_next() {
            ended.push(of_task(more, work));
        }
        work.end(ended);
    }
    tasks.abort_all();
    let mut ended = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        if !joined.as_ref().is_err_and(JoinError::is_cancelled) {
            ended.push(of_task(joined, work));
        }
    }
    work.end(ended);
}

/// How many tests began before one, its place, and its result.
type Ran = (usize, usize, Option<Box<TestResult>>);

/// What came of a task.
fn of_task(joined: Result<Ran, JoinError>, work: &Work) -> Ended {
    let (number, place, result) =
        joined.map_err(|error| Failure::ourselves("a test ended without a result", &error))?;
    work.leave(number);
    // There is no such test: without a word, the run would wait for it for ever.
    let result = result.ok_or_else(|| Failure::Ourselves("a test ended without a result".to_owned()))?;
    Ok((place, result))
}

/// Says that a thread ended before its tests did: otherwise the run would wait for them for ever.
struct Alarm<'w>(&'w Work);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.end(vec![Err(Failure::Ourselves("a thread that ran tests failed".to_owned()))]);
        }
    }
}
