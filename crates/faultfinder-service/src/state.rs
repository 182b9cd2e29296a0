//! The state of each test now: how it ended last, and since when it ends that way.
//!
//! It is kept in memory and follows the runs as they end. The store has the results, and since when each test ends the same
//! way, which is written when it changes: a restart finds both. What is lost with a crash at that very moment is since when,
//! which is then when the latest run began.

use crate::store::{LastResult, Outcome, StatusSince, Store, StoreError};
use crate::timestamp::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// How a test ended last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// When the first run began of those that ended the same way, up to the last one.
    pub(crate) since: Timestamp,
    pub(crate) last: LastResult,
}

/// The states of all tests that can be run.
#[derive(Debug, Default)]
pub(crate) struct States {
    known: Mutex<Known>,
    /// How often something has changed that lists of tests show, but for the time of the last run.
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Known {
    /// All tests; nothing for one that has not ended yet.
    of: HashMap<String, Option<State>>,
    /// Tests of which the store does not have the state yet.
    unsaved: HashSet<String>,
    /// Whether somebody is saving, and will see what is unsaved.
    saving: bool,
}

impl States {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something has changed that lists of tests show.
    pub(crate) fn note_change(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Follows the changes.
    pub(crate) fn follow(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// A test is there from now on.
    pub(crate) fn begin(&self, test: &str) {
        let mut known = self.known();
        if !known.of.contains_key(test) {
            known.of.insert(test.to_owned(), None);
        }
    }

    /// A test is gone, or its results are.
    pub(crate) fn forget(&self, test: &str, is_gone: bool) {
        let mut known = self.known();
        let had = match known.of.get_mut(test) {
            Some(state) => state.take().is_some(),
            None => false,
        };
        if is_gone {
            known.of.remove(test);
        }
        if had {
            known.unsaved.insert(test.to_owned());
        }
        drop(known);
        self.note_change();
    }

    /// A run has ended. One that was missed says nothing of the test, and one that began before the last one comes too late.
    pub(crate) fn ended(&self, result: LastResult) {
        if result.outcome == Outcome::Missed {
            return;
        }
        let mut known = self.known();
        let Some(state) = known.of.get_mut(&result.test) else { return };
        let (since, is_change) = match state {
            Some(state) if state.last.started_at > result.started_at => return,
            Some(state) if state.last.outcome == result.outcome => {
                (state.since, state.last.code != result.code)
            }
            _ => {
                known.unsaved.insert(result.test.clone());
                (result.started_at, true)
            }
        };
        known.of.insert(result.test.clone(), Some(State { since, last: result }));
        drop(known);
        if is_change {
            self.note_change();
        }
    }

    /// How a test ended last; nothing when it has not yet.
    pub(crate) fn of(&self, test: &str) -> Option<State> {
        self.known().of.get(test).cloned().flatten()
    }

    /// How all tests that have ended did so last, and since when.
    pub(crate) fn all(&self) -> HashMap<String, (Outcome, Timestamp)> {
        let known = self.known();
        let ended = known.of.iter().filter_map(|(test, state)| Some((test, state.as_ref()?)));
        ended.map(|(test, state)| (test.clone(), (state.last.outcome, state.since))).collect()
    }

    /// The states of all tests that have ended.
    pub(crate) fn ended_tests(&self) -> HashMap<String, State> {
        let known = self.known();
        known.of.iter().filter_map(|(test, state)| Some((test.clone(), state.clone()?))).collect()
    }

    /// Reads what the store has of the tests that are there. What has ended since the start counts more.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub(crate) async fn load(&self, store: &dyn Store) -> Result<(), StoreError> {
        let (latest, statuses) = (store.last_results().await?, store.statuses().await?);
        for damage in latest.damaged.into_iter().chain(statuses.damaged) {
            tracing::error!("{damage}; the status of that test is unknown, or its beginning is");
        }
        let mut since: HashMap<String, StatusSince> =
            statuses.rows.into_iter().map(|status| (status.test.clone(), status)).collect();
        let mut known = self.known();
        for last in latest.rows {
            let noted = since
                .remove(&last.test)
                .filter(|noted| noted.outcome == last.outcome && noted.since <= last.started_at);
            let Some(state) = known.of.get_mut(&last.test) else {
                continue;
            };
            let since = noted.as_ref().map_or(last.started_at, |noted| noted.since);
            match state {
                None => *state = Some(State { since, last: last.clone() }),
                Some(state) if state.last.outcome == last.outcome => state.since = since.min(state.since),
                Some(_) => {}
            }
            if noted.is_none() {
                known.unsaved.insert(last.test);
            }
        }
        // Of tests that are gone, or whose results are.
        known.unsaved.extend(since.into_keys());
        Ok(())
    }

    /// Whether somebody has to [`save`](Self::save).
    pub(crate) fn is_unsaved(&self) -> bool {
        let known = self.known();
        !known.saving && !known.unsaved.is_empty()
    }

    /// Writes to the store what it does not have, unless that is under way. What it does not take stays unsaved.
    pub(crate) async fn save(&self, store: Arc<dyn Store>) {
        loop {
            let (statuses, gone) = {
                let mut known = self.known();
                if known.saving || known.unsaved.is_empty() {
                    return;
                }
                known.saving = true;
                let unsaved = std::mem::take(&mut known.unsaved);
                known.split(unsaved)
            };
            let tests: Vec<String> =
                statuses.iter().map(|status| &status.test).chain(&gone).cloned().collect();
            let saved = Saving { states: self, tests };
            if let Err(error) = store.save_statuses(statuses, gone).await {
                return tracing::warn!("since when tests have their status cannot be stored yet: {error}");
            }
            saved.done();
        }
    }
}

impl Known {
    /// What there is to save of these tests: their states, and those that have none.
    fn split(&self, tests: HashSet<String>) -> (Vec<StatusSince>, Vec<String>) {
        let (mut statuses, mut gone) = (Vec::new(), Vec::new());
        for test in tests {
            match self.of.get(&test) {
                Some(Some(State { since, last })) => {
                    statuses.push(StatusSince { outcome: last.outcome, since: *since, test });
                }
                _ => gone.push(test),
            }
        }
        (statuses, gone)
    }
}

/// That these tests are being saved: they are unsaved again when it ends otherwise.
struct Saving<'a> {
    states: &'a States,
    tests: Vec<String>,
}

impl Saving<'_> {
    fn done(mut self) {
        self.tests.clear();
    }
}

impl Drop for Saving<'_> {
    fn drop(&mut self) {
        let mut known = self.states.known();
        known.saving = false;
        known.unsaved.extend(std::mem::take(&mut self.tests));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ResultRecord;

    fn ended(test: &str, at: i64, outcome: Outcome) -> LastResult {
        let record = ResultRecord::new(Timestamp::from_millis(at), outcome);
        LastResult { test: test.to_owned(), ..LastResult::from(&record) }
    }

    #[test]
    fn the_last_run_that_happened_says_how_a_test_is() {
        let states = States::default();
        states.ended(ended("a", 1, Outcome::Passed));
        assert_eq!(states.of("a"), None, "it is not there");
        states.begin("a");
        assert_eq!((states.of("a"), states.is_unsaved()), (None, false));
        for (at, outcome, since, last) in [
            (10, Outcome::Passed, 10, 10),
            (20, Outcome::Passed, 10, 20),
            (30, Outcome::Failed, 30, 30),
            (40, Outcome::Missed, 30, 30),
            (25, Outcome::Passed, 30, 30),
            (50, Outcome::Error, 50, 50),
        ] {
            states.ended(ended("a", at, outcome));
            let state = states.of("a").unwrap();
            assert_eq!((state.since.millis(), state.last.started_at.millis()), (since, last), "{at}");
        }
        states.begin("a");
        assert!(states.of("a").is_some() && states.is_unsaved(), "a change leaves it as it is");
        states.forget("a", true);
        states.ended(ended("a", 60, Outcome::Passed));
        assert_eq!(states.of("a"), None, "it is gone");
    }
}
