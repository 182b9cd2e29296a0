//! Runs that did not happen, until they are kept.
//!
//! Consecutive misses of a test for one reason are one record and one line of the log, with their number: a test that is due
//! each second and takes a minute misses 59 times in a row. They are kept when the test runs again, and those that go on
//! once a minute. What cannot be kept, because the store is away and what waits for it has its bound, is tried again.

use crate::schedule::Missed;
use crate::service::Service;
use crate::store::{Outcome, RawObject, ResultRecord};
use crate::timestamp::Timestamp;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long misses are gathered before they are kept.
pub(crate) const GATHER_MAX: Duration = Duration::from_secs(60);

/// Misses that are not kept yet: at most one entry a test and reason.
#[derive(Debug, Default)]
pub(crate) struct Misses(Mutex<HashMap<Arc<str>, Vec<Missed>>>);

impl Misses {
    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Vec<Missed>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, missed: Missed) {
        let mut misses = self.lock();
        let of_test = misses.entry(Arc::clone(&missed.test)).or_default();
        match of_test.iter_mut().find(|known| known.reason == missed.reason) {
            Some(known) => known.count = known.count.saturating_add(missed.count),
            None => of_test.push(missed),
        }
    }

    /// Takes those of a test.
    fn take(&self, test: &str) -> Vec<Missed> {
        self.lock().remove(test).unwrap_or_default()
    }

    /// Takes those that began before a moment.
    fn take_before(&self, moment: Timestamp) -> Vec<Missed> {
        let mut taken = Vec::new();
        self.lock().retain(|_, of_test| {
            taken.extend(of_test.extract_if(.., |missed| missed.first < moment));
            !of_test.is_empty()
        });
        taken
    }

    /// Keeps those of a test that runs again.
    pub(crate) fn keep_of(&self, service: &Service, test: &str) {
        for missed in self.take(test) {
            self.keep(service, missed);
        }
    }

    /// Keeps those that have gathered for long enough.
    pub(crate) fn keep_old(&self, service: &Service) {
        for missed in self.take_before(service.now().before(GATHER_MAX)) {
            self.keep(service, missed);
        }
    }

    /// Keeps all of them, at the end.
    pub(crate) fn keep_all(&self, service: &Service) {
        for missed in self.take_before(Timestamp::from_millis(i64::MAX)) {
            self.keep(service, missed);
        }
    }

    fn keep(&self, service: &Service, missed: Missed) {
        let Ok(room) = service.writer().reserve() else { return self.add(missed) };
        let Missed { test, first, count, reason } = missed;
        tracing::warn!(%test, %first, count, %reason, "runs did not happen");
        let record = ResultRecord {
            test: test.to_string(),
            test_version: service.catalog().get(&test).map_or(0, |kept| kept.record.version),
            location: service.config().location.clone(),
            body: RawObject::of(&json!({ "reason": reason.as_str(), "count": count })).unwrap_or_default(),
            ..ResultRecord::new(first, Outcome::Missed)
        };
        drop(room.write(record));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::MissedReason;

    #[test]
    fn misses_are_one_entry_for_each_test_and_reason() {
        let misses = Misses::default();
        let missed = |test: &str, at: i64, count, reason| Missed {
            test: test.into(),
            first: Timestamp::from_millis(at),
            count,
            reason,
        };
        misses.add(missed("a", 1, 1, MissedReason::StoreAway));
        misses.add(missed("a", 2, 3, MissedReason::StoreAway));
        misses.add(missed("a", 5, 1, MissedReason::Overloaded));
        misses.add(missed("b", 9, 1, MissedReason::StoreAway));
        let expected =
            [missed("a", 1, 4, MissedReason::StoreAway), missed("a", 5, 1, MissedReason::Overloaded)];
        assert_eq!(misses.take("a"), expected);
        assert!(misses.take("a").is_empty());
        misses.add(missed("b", 10, 1, MissedReason::Overloaded));
        assert_eq!(
            misses.take_before(Timestamp::from_millis(10)),
            [missed("b", 9, 1, MissedReason::StoreAway)]
        );
        assert_eq!(misses.take("b").len(), 1);
    }
}
