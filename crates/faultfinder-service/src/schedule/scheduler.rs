//! The loop that waits for due moments and begins runs.

use super::anchor::{Anchor, Drift};
use super::line::{Line, Next};
use super::{Carrier, Due, Missed, MissedReason, Moments, Share, Stats, Suspension, Timetable};
use crate::Timestamp;
use faultfinder_engine::Room;
use faultfinder_net::Clock;
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::Instant;

/// Runs in flight when nothing is said.
pub const IN_FLIGHT_DEFAULT: usize = 512;

/// Runs of the API that may wait for a place when nothing is said.
pub const WAITING_DEFAULT: usize = 64;

/// So many places may be taken however late the loop is, if there are so many: what has no place in time is missed.
const PLACES_MIN: usize = 32;

/// How often the clocks are compared at least.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How far apart the readings of both clocks may be, and how often they are repeated for it.
const READINGS_APART: Duration = Duration::from_millis(100);
const READINGS_MAX: usize = 10;

/// How a [`Scheduler`] works.
#[derive(Debug, Clone)]
pub struct Options {
    /// Most runs in flight, those of the API included; at least one. [`IN_FLIGHT_DEFAULT`].
    pub in_flight_max: usize,
    /// Most runs of the API that wait for a place. [`WAITING_DEFAULT`].
    pub waiting_max: usize,
    /// How it is known that the host was suspended. [`Suspension::system`].
    pub suspension: Suspension,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            in_flight_max: IN_FLIGHT_DEFAULT,
            waiting_max: WAITING_DEFAULT,
            suspension: Suspension::system(),
        }
    }
}

/// Runs tests when they are due. Dropping it ends its loop and all runs that are under way; see
/// [`shut_down`](Self::shut_down).
#[derive(Debug)]
pub struct Scheduler {
    shared: Arc<Shared>,
    close: watch::Sender<Option<Instant>>,
    task: Mutex<Option<JoinHandle<usize>>>,
}

/// A place among the runs in flight, given back when this is dropped.
#[derive(Debug)]
pub struct Permit {
    shared: Arc<Shared>,
    share: Share,
}

/// Why a run of the API gets no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: each is an answer of the API")]
pub enum NotAdmitted {
    /// As many as may wait do so.
    #[error("too many runs wait for their turn")]
    Full,
    /// The scheduler is being shut down.
    #[error("the service is shutting down")]
    ShuttingDown,
}

#[derive(Debug)]
struct Shared {
    clock: Clock,
    state: Mutex<State>,
    /// Something has changed that the loop has to look at.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    table: Timetable,
    line: Line<oneshot::Sender<Permit>>,
    /// Tests that run as soon as there is a place, in addition to their due moments.
    soon: Vec<String>,
    /// Due moments up to here have been dealt with.
    horizon: Timestamp,
    closing: bool,
    stats: Stats,
}

/// Whatever can happen.
enum Event {
    /// A moment is due, or it is time to compare the clocks.
    Tick,
    /// The timetable changed, a place became free, or somebody waits for one.
    Changed,
    /// A run has ended.
    Ended(Result<Arc<str>, JoinError>),
    /// No run may begin any more, and those in flight have until then.
    Close(Instant),
}

impl Scheduler {
    /// Starts a scheduler without tests, in the runtime that this is called in.
    #[must_use]
    pub fn start(carrier: Arc<dyn Carrier>, clock: Clock, options: Options) -> Self {
        let now = Timestamp::from(clock.now());
        let anchor = Anchor::new(Instant::now(), now, options.suspension);
        let state = State {
            table: Timetable::default(),
            line: Line::new(options.in_flight_max, options.waiting_max),
            soon: Vec::new(),
            horizon: now,
            closing: false,
            stats: Stats::default(),
        };
        let shared = Arc::new(Shared { clock, state: Mutex::new(state), changed: Notify::new() });
        let (close, closed) = watch::channel(None);
        let room = Room::new(options.in_flight_max, PLACES_MIN);
        let work = Loop { shared: Arc::clone(&shared), carrier, anchor, room, runs: JoinSet::new() };
        let task = tokio::spawn(work.run(closed));
        Self { shared, close, task: Mutex::new(Some(task)) }
    }

    /// Runs a test at this interval, from its next moment on, or changes its interval. A test that runs at this interval
    /// already goes on as before.
    pub fn set(&self, test: &str, every: Duration) {
        let now = Timestamp::from(self.shared.clock.now());
        let mut state = self.shared.lock();
        let after = state.horizon.max(now);
        if state.table.set(test, every, after) {
            drop(state);
            self.shared.changed.notify_one();
        }
    }

    /// Runs a test that is on the timetable once as soon as there is a place, if it is one of its active times.
    pub fn soon(&self, test: &str) {
        self.shared.lock().soon.push(test.to_owned());
        self.shared.changed.notify_one();
    }

    /// Does not run a test any more. A run that is under way goes on.
    pub fn remove(&self, test: &str) {
        let mut state = self.shared.lock();
        state.table.remove(test);
        state.line.forget(test);
    }

    /// A place among the runs in flight for a run that is not on the timetable. Cancel safe.
    ///
    /// # Errors
    ///
    /// When too many wait for one, or the scheduler is being shut down.
    pub async fn admit(&self, share: Share) -> Result<Permit, NotAdmitted> {
        let place = {
            let mut state = self.shared.lock();
            if state.closing {
                return Err(NotAdmitted::ShuttingDown);
            }
            if state.line.enter(&share) {
                return Ok(Permit { shared: Arc::clone(&self.shared), share });
            }
            let (waiter, place) = oneshot::channel();
            state.line.wait(share, waiter, oneshot::Sender::is_closed).map_err(|_| NotAdmitted::Full)?;
            place
        };
        self.shared.changed.notify_one();
        place.await.map_err(|_| NotAdmitted::ShuttingDown)
    }

    /// What it has to do, and has done.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let state = self.shared.lock();
        let (queued, waiting, in_flight) = state.line.counts();
        let open = state.line.places();
        Stats { tests: state.table.len(), queued, waiting, in_flight, open, ..state.stats }
    }

    /// Whether its loop goes on: until it is shut down, unless something is wrong with it.
    #[must_use]
    pub fn is_running(&self) -> bool {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        task.as_ref().is_some_and(|task| !task.is_finished())
    }

    /// Starts no more runs and waits for those in progress; runs that do not finish in time are aborted. Waiting and
    /// aborted runs are reported as missed. Returns how many runs did not finish, those of the API included, which
    /// are their callers' to end. Later calls yield nothing, at once.
    pub async fn shut_down(&self, bound: Duration) -> usize {
        self.shared.lock().closing = true;
        self.close.send_replace(Some(Instant::now() + bound));
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        match task {
            Some(task) => task.await.unwrap_or_default(),
            None => 0,
        }
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        if let Some(task) = self.task.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.shared.lock().line.leave(&self.share);
        self.shared.changed.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes in what came due by now. What the clock jumped over is missed.
    fn advance(&mut self, now: Timestamp, drift: Drift, carrier: &dyn Carrier, missed: &mut Vec<Missed>) {
        if let Drift::Forward(reason) = drift {
            self.line.give_up(reason, missed);
            while let Some(moments) = self.pop_due(now, carrier) {
                let (test, first, count) = (moments.test, moments.first, moments.count);
                missed.push(Missed { test, first, count, reason });
            }
        }
        if let Drift::Back(_) = drift {
            self.stats.set_back = self.stats.set_back.saturating_add(1);
            self.table.restart(now);
            self.horizon = now;
        }
        self.horizon = self.horizon.max(now);
        for test in std::mem::take(&mut self.soon) {
            // One that waits or runs has been there before this: it need not run twice.
            let Some((test, every)) = self.table.every(&test).filter(|(test, _)| !self.line.is_busy(test))
            else {
                continue;
            };
            let moments = carrier.active(Moments { test, first: now, last: now, count: 1, every });
            if let Some(moments) = moments {
                let share = carrier.share(&moments.test);
                self.line.come(moments, share, missed);
            }
        }
        while let Some(moments) = self.pop_due(now, carrier) {
            let share = carrier.share(&moments.test);
            self.line.come(moments, share, missed);
        }
    }

    /// The moments of the next test that is due by now, those in its active times.
    fn pop_due(&mut self, now: Timestamp, carrier: &dyn Carrier) -> Option<Moments> {
        loop {
            let moments = carrier.active(self.table.pop_due(now)?);
            if moments.is_some() {
                return moments;
            }
        }
    }

    fn note(&mut self, missed: &[Missed]) {
        for missed in missed {
            self.stats.miss(missed.reason, missed.count);
        }
    }
}

/// The loop with what it alone has.
struct Loop {
    shared: Arc<Shared>,
    carrier: Arc<dyn Carrier>,
    anchor: Anchor,
    /// How many runs may be in flight: fewer while this loop, which shares the runtime with them, is late.
    room: Room,
    runs: JoinSet<Arc<str>>,
}

impl Loop {
    async fn run(mut self, mut closed: watch::Receiver<Option<Instant>>) -> usize {
        let bound = loop {
            let due = Instant::now() + self.step();
            let event = tokio::select! {
                () = tokio::time::sleep_until(due) => Event::Tick,
                () = self.shared.changed.notified() => Event::Changed,
                Some(ended) = self.runs.join_next() => Event::Ended(ended),
                bound = until_closed(&mut closed) => Event::Close(bound),
            };
            match event {
                Event::Tick => self.room.woken(due),
                Event::Changed => {}
                Event::Ended(ended) => self.ended(ended),
                Event::Close(bound) => break bound,
            }
        };
        self.close(bound).await
    }

    /// Begins what is due and has a place. Yields how long to wait for the next moment.
    fn step(&mut self) -> Duration {
        while let Some(ended) = self.runs.try_join_next() {
            self.ended(ended);
        }
        let (instant, now) = self.read_clocks();
        let drift = self.anchor.look(instant, now);
        match drift {
            Drift::Steady => {}
            Drift::Forward(reason) => tracing::warn!(%reason, %now, "the clock jumped forward"),
            Drift::Back(by) => tracing::warn!(by_ms = by.as_millis(), %now, "the clock was set back"),
        }
        let (mut missed, mut next) = (Vec::new(), Vec::new());
        let wait = {
            let mut state = self.shared.lock();
            state.line.open(self.room.now());
            state.advance(now, drift, self.carrier.as_ref(), &mut missed);
            while let Some(one) = state.line.take(now, &mut missed) {
                next.push(one);
            }
            state.note(&missed);
            state.table.next_due().map_or(LOOK_EVERY, |due| due.since(now).min(LOOK_EVERY))
        };
        missed.into_iter().for_each(|missed| self.carrier.missed(missed));
        let more = !next.is_empty();
        for one in next {
            match one {
                Next::Run { test, at } => self.begin(test, at),
                // The waiting caller may have left in the meantime: then the slot is free again.
                Next::Admit(waiter, share) => {
                    drop(waiter.send(Permit { shared: Arc::clone(&self.shared), share }))
                }
            }
        }
        // To begin many takes time, in which others have come due.
        if more { wait.saturating_sub(self.now().since(now)) } else { wait }
    }

    fn begin(&mut self, test: Arc<str>, at: Timestamp) {
        let delay = self.now().since(at);
        let Some(run) = self.carrier.begin(Due { test: Arc::clone(&test), at, delay }) else {
            let missed = Missed { test, first: at, count: 1, reason: MissedReason::StoreAway };
            {
                let mut state = self.shared.lock();
                state.line.not_begun(&missed.test);
                state.note(std::slice::from_ref(&missed));
            }
            // Its place is free again, and somebody may wait for it.
            self.shared.changed.notify_one();
            self.carrier.missed(missed);
            return;
        };
        {
            let mut state = self.shared.lock();
            state.stats.started = state.stats.started.saturating_add(1);
            state.stats.delays.add(delay);
        }
        self.runs.spawn(async move {
            if AssertUnwindSafe(run).catch_unwind().await.is_err() {
                tracing::error!(%test, "a run panicked; its result is lost");
            }
            test
        });
    }

    fn ended(&self, ended: Result<Arc<str>, JoinError>) {
        // Panics are caught within, so that an error is a run that was broken off.
        if let Ok(test) = ended {
            let now = self.now();
            self.shared.lock().line.ended(&test, now);
        }
    }

    /// Waits for runs in flight, then breaks off what is left.
    async fn close(mut self, bound: Instant) -> usize {
        let mut missed = Vec::new();
        {
            let mut state = self.shared.lock();
            state.line.give_up(MissedReason::ShuttingDown, &mut missed);
            state.line.send_away();
        }
        while self.shared.lock().line.counts().2 > 0 {
            tokio::select! {
                Some(ended) = self.runs.join_next() => self.ended(ended),
                () = self.shared.changed.notified() => {}
                () = tokio::time::sleep_until(bound) => break,
            }
        }
        self.runs.abort_all();
        // What has ended just now was not broken off.
        while let Some(ended) = self.runs.join_next().await {
            self.ended(ended);
        }
        let left = {
            let mut state = self.shared.lock();
            missed.extend(state.line.running().map(|(test, at)| Missed {
                test: Arc::clone(test),
                first: at,
                count: 1,
                reason: MissedReason::ShuttingDown,
            }));
            state.note(&missed);
            state.line.counts().2
        };
        missed.into_iter().for_each(|missed| self.carrier.missed(missed));
        left
    }

    fn now(&self) -> Timestamp {
        Timestamp::from(self.shared.clock.now())
    }

    /// Both clocks at the same moment: when this thread is held up between the readings, they are read again, else that
    /// would look like a jump.
    fn read_clocks(&self) -> (Instant, Timestamp) {
        let mut read = (Instant::now(), self.now());
        for _ in 0..READINGS_MAX {
            if read.0.elapsed() <= READINGS_APART {
                break;
            }
            read = (Instant::now(), self.now());
        }
        read
    }
}

/// Waits until a bound is set; for ever when there is nobody left to set it.
async fn until_closed(closed: &mut watch::Receiver<Option<Instant>>) -> Instant {
    let bound = closed.wait_for(Option::is_some).await.ok().and_then(|bound| *bound);
    match bound {
        Some(bound) => bound,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
