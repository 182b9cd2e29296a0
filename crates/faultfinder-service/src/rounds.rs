//! Scheduled runs: carried out, and stored.

use crate::schedule::{Carrier, Due, Missed, Options, Scheduler};
use crate::service::{RunOf, Service};
use crate::store::{Outcome, RawObject, ResultRecord, Trigger};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Starts the schedule of a service, once.
pub(crate) fn start(service: &Arc<Service>) {
    let options = Options { in_flight_max: service.config().in_flight_max, ..Options::default() };
    let carrier = Arc::new(Rounds { service: Arc::downgrade(service), owed: Owed::default() });
    service.scheduled_by(Scheduler::start(carrier, service.clock().clone(), options));
}

/// What the scheduler of a service calls. It does not keep the service alive.
#[derive(Debug)]
struct Rounds {
    service: Weak<Service>,
    owed: Owed,
}

/// Runs that did not happen, and of which that could not be kept: the store was away, and what waits for it has its
/// bound. It is kept as soon as the test runs again. At most one entry a test and reason.
#[derive(Debug, Default)]
struct Owed(Mutex<HashMap<Arc<str>, Vec<Missed>>>);

impl Owed {
    fn add(&self, missed: Missed) {
        let mut owed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_test = owed.entry(Arc::clone(&missed.test)).or_default();
        match of_test.iter_mut().find(|known| known.reason == missed.reason) {
            Some(known) => known.count = known.count.saturating_add(missed.count),
            None => of_test.push(missed),
        }
    }

    fn take(&self, test: &str) -> Vec<Missed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(test).unwrap_or_default()
    }
}

impl Rounds {
    /// Keeps that runs did not happen, now or when there is room for it.
    fn keep(&self, service: &Service, missed: Missed) {
        let Ok(room) = service.writer().reserve() else { return self.owed.add(missed) };
        let Missed { test, first, count, reason } = missed;
        let record = ResultRecord {
            test: test.to_string(),
            test_version: service.catalog().get(&test).map_or(0, |kept| kept.record.version),
            location: service.config().location.clone(),
            body: RawObject::of(&json!({ "reason": reason.as_str(), "count": count })).unwrap_or_default(),
            ..ResultRecord::new(first, Outcome::Missed)
        };
        tokio::spawn(async move {
            if let Err(why) = room.write(record).await {
                tracing::error!(%test, "missed runs cannot be stored: {why}");
            }
        });
    }
}

impl Carrier for Rounds {
    fn begin(&self, due: Due) -> Option<BoxFuture<'static, ()>> {
        let service = self.service.upgrade()?;
        let room = service.writer().reserve().ok()?;
        for missed in self.owed.take(&due.test) {
            self.keep(&service, missed);
        }
        Some(Box::pin(async move {
            // A test that was removed a moment ago is not run.
            let Some(kept) = service.catalog().get(&due.test) else { return };
            let Some(test) = kept.planned() else { return };
            let of = RunOf {
                test: due.test.to_string(),
                version: kept.record.version,
                trigger: Trigger::Schedule,
                restricted: kept.record.restricted,
                delay_ms: due.delay.as_secs_f64() * 1000.0,
            };
            let record = service.run(test, of).await;
            if let Err(why) = room.write(record).await {
                tracing::error!(test = %due.test, "a result is lost: {why}");
            }
        }))
    }

    fn missed(&self, missed: Missed) {
        let Missed { test, first, count, reason } = &missed;
        tracing::warn!(%test, %first, count, %reason, "runs did not happen");
        let Some(service) = self.service.upgrade() else { return };
        service.metrics().missed(test, *count);
        self.keep(&service, missed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::schedule::MissedReason;

    #[test]
    fn what_is_owed_is_one_entry_for_each_test_and_reason() {
        let owed = Owed::default();
        let missed = |test: &str, at: i64, count, reason| Missed {
            test: test.into(),
            first: Timestamp::from_millis(at),
            count,
            reason,
        };
        owed.add(missed("a", 1, 1, MissedReason::StoreAway));
        owed.add(missed("a", 2, 3, MissedReason::StoreAway));
        owed.add(missed("a", 5, 1, MissedReason::Overloaded));
        owed.add(missed("b", 9, 1, MissedReason::StoreAway));
        let expected =
            [missed("a", 1, 4, MissedReason::StoreAway), missed("a", 5, 1, MissedReason::Overloaded)];
        assert_eq!(owed.take("a"), expected);
        assert!(owed.take("a").is_empty());
        assert_eq!(owed.take("b").len(), 1);
    }
}
