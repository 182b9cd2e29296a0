//! Runs that did not happen, gathered until they are kept: consecutive ones of a test for one reason are one entry.

use crate::schedule::Missed;
use crate::timestamp::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    pub(crate) fn take(&self, test: &str) -> Vec<Missed> {
        self.lock().remove(test).unwrap_or_default()
    }

    /// Takes those that began before a moment.
    pub(crate) fn take_before(&self, moment: Timestamp) -> Vec<Missed> {
        let mut taken = Vec::new();
        self.lock().retain(|_, of_test| {
            taken.extend(of_test.extract_if(.., |missed| missed.first < moment));
            !of_test.is_empty()
        });
        taken
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
