//! The tests that are left, and the results that have come: what the threads of a run share.

use crate::exit::Failure;
use crate::plan::Plan;
use crate::suite::Test;
use faultfinder_engine::{Status, TestResult};
use faultfinder_net::Vantage;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What came of a test: its place and its result.
pub(super) type Ended = Result<(usize, Box<TestResult>), Failure>;

/// A test that begins.
pub(super) struct Begun {
    /// How many began before it.
    pub(super) number: usize,
    /// Its place among all tests.
    pub(super) place: usize,
    pub(super) test: Test,
    pub(super) vantage: Arc<Vantage>,
}

/// The tests of a run, and what has come of them.
pub(super) struct Work {
    plan: Plan,
    vantage: Arc<Vantage>,
    /// Whether none begins any more after one that did not pass.
    fail_fast: bool,
    /// How many tests have begun.
    begun: AtomicUsize,
    /// Tests that have ended, and have not been counted.
    ended: Mutex<Vec<Ended>>,
    has_ended: Notify,
    /// The places of the tests that run, by the order in which they began; only if somebody looks.
    under_way: Option<Mutex<BTreeMap<usize, usize>>>,
}

impl Work {
    pub(super) fn new(plan: Plan, vantage: Arc<Vantage>, fail_fast: bool, names_are_shown: bool) -> Self {
        Self {
            plan,
            vantage,
            fail_fast,
            begun: AtomicUsize::new(0),
            ended: Mutex::default(),
            has_ended: Notify::new(),
            under_way: names_are_shown.then(Mutex::default),
        }
    }

    pub(super) const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How many tests there are to run.
    pub(super) const fn count(&self) -> usize {
        self.plan.order.len()
    }

    /// The next test; nothing when all have begun.
    pub(super) fn begin(&self) -> Option<Begun> {
        loop {
            let number = self.begun.fetch_add(1, Ordering::Relaxed);
            let place = *self.plan.order.get(number)?;
            let Some(test) = self.plan.tests.get(place).cloned() else { continue };
            if let Some(under_way) = &self.under_way {
                lock(under_way).insert(number, place);
            }
            return Some(Begun { number, place, test, vantage: Arc::clone(&self.vantage) });
        }
    }

    /// The test that began as this one does not run any more.
    pub(super) fn leave(&self, number: usize) {
        if let Some(under_way) = &self.under_way {
            lock(under_way).remove(&number);
        }
    }

    /// Hands over what came of tests, all that ended since the last time together.
    pub(super) fn end(&self, ended: Vec<Ended>) {
        let did_not_pass =
            |ended: &Ended| !matches!(ended, Ok((_, result)) if result.status == Status::Passed);
        if self.fail_fast && ended.iter().any(did_not_pass) {
            self.begun.store(self.count(), Ordering::Relaxed);
        }
        lock(&self.ended).extend(ended);
        self.has_ended.notify_one();
    }

    /// Waits until tests have ended.
    pub(super) async fn ended(&self) -> Vec<Ended> {
        loop {
            let ended = self.take_ended();
            if !ended.is_empty() {
                return ended;
            }
            self.has_ended.notified().await;
        }
    }

    /// The tests that have ended by now.
    pub(super) fn take_ended(&self) -> Vec<Ended> {
        std::mem::take(&mut *lock(&self.ended))
    }

    /// The names of the tests that run, the one that has run longest first; none if nobody looks.
    pub(super) fn names_under_way(&self) -> impl Iterator<Item = &str> {
        let places: Vec<usize> = self
            .under_way
            .as_ref()
            .map(|under_way| lock(under_way).values().copied().collect())
            .unwrap_or_default();
        places.into_iter().filter_map(|place| Some(self.plan.tests.get(place)?.name()))
    }
}

/// A thread that panicked while it held the lock left nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
