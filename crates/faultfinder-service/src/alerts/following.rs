//! What makes time pass for alerts, and what brings them up to what happened before the start.

use super::host::HOST;
use super::notice::Facts;
use super::subject::Subject;
use crate::service::Service;
use crate::store::{AlertQuery, Outcome, ResultQuery, ResultRecord, StoreError};
use crate::timestamp::Timestamp;
use faultfinder_alert::{Seen, Verdict};
use faultfinder_engine::TestResult;
use faultfinder_taxonomy::word::Happening;
use std::sync::Arc;
use std::time::Duration;

/// Most tests for which time passes in one go.
const AT_ONCE: usize = 1_000;
/// How long nothing is looked at if nothing is due.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Most results of a test that are looked at again.
const RESULTS_MAX: usize = 100;

/// Sees to it that time passes for all alerts, until it is dropped.
pub(crate) async fn pass_time(service: Arc<Service>) {
    loop {
        let earlier = service.alerts().earlier.notified();
        let now = service.now();
        let due = service.alerts().due(now, AT_ONCE);
        if !due.is_empty() {
            service.pass_time(&due);
            tokio::task::yield_now().await;
            continue;
        }
        let pause = service.alerts().deadline().map_or(LOOK_EVERY, |at| at.since(now));
        let _ = tokio::time::timeout(pause.min(LOOK_EVERY), earlier).await;
    }
}

/// Brings the watches over tests up to what the store has: results that were stored in the last moments of the process before.
///
/// # Errors
///
/// When the store does not answer.
pub(crate) async fn catch_up(service: &Service) -> Result<(), StoreError> {
    for test in service.alerts().tests() {
        if test != HOST && service.catalog().get(&test).is_none() {
            end_without_test(service, &test).await?;
        }
    }
    for test in service.catalog().ids() {
        let Some(kept) = service.catalog().get(&test) else { continue };
        let (seen_until, last) = (service.alerts().seen_until(&test), service.states().of(&test));
        let has_news = last.as_ref().is_some_and(|state| match seen_until {
            Some(until) => state.last.started_at > until,
            None => state.last.outcome != Outcome::Passed,
        });
        let subject = service.subject(&kept);
        if has_news {
            let from = seen_until;
            let query = ResultQuery {
                test: Some(test.to_string()),
                from,
                limit: RESULTS_MAX,
                ..ResultQuery::default()
            };
            let mut results = service.store().results(query).await?.rows;
            if seen_until.is_none() {
                // The watch was as new: what failed since the latest pass was not seen.
                let passed = results.iter().position(|result| result.outcome == Outcome::Passed);
                results.truncate(passed.unwrap_or(results.len()));
            }
            for result in results.iter().rev().filter(|result| result.outcome != Outcome::Missed) {
                let (seen, fault) = of_record(result);
                service.alerts().see(&subject, &seen, fault);
            }
        }
        service.alerts().set_paused(&subject, service.now(), kept.record.paused);
        if service.alerts().seen_until(&test).is_some() {
            service.alerts().pass(&subject, service.now());
        }
    }
    service.save_alerts();
    Ok(())
}

/// Ends the alert of a test that is gone, as far as its latest notice says of which it was.
async fn end_without_test(service: &Service, test: &str) -> Result<(), StoreError> {
    let query =
        AlertQuery { test: Some(test.to_owned()), open: Some(true), limit: 1, ..AlertQuery::default() };
    let open = service.store().alerts(query).await?.rows.pop();
    let facts = open.and_then(|alert| serde_json::from_str::<Facts>(alert.body.as_str()).ok());
    if let Some(facts) = facts {
        service.alerts().happen(&Subject::gone(facts.test), service.now(), Happening::Deleted);
    }
    service.alerts().forget(test);
    Ok(())
}

/// A stored result, as far as alerts depend on it.
fn of_record(record: &ResultRecord) -> (Seen, Option<super::FaultFacts>) {
    let result = serde_json::from_str::<TestResult>(record.body.as_str());
    let verdict = match (&result, record.outcome) {
        (Ok(result), _) => super::verdict(result),
        (Err(_), Outcome::Passed) => Verdict::Passed,
        (Err(_), Outcome::Failed) => Verdict::Failed(None),
        (Err(_), Outcome::Error | Outcome::Missed) => Verdict::Ourselves,
    };
    #[expect(clippy::cast_possible_truncation, reason = "a duration in milliseconds")]
    let at = record.started_at.after(Duration::from_millis(record.duration_ms.max(0.0).round() as u64));
    let seen = Seen {
        id: record.id.as_u128(),
        at: Timestamp::millis(at),
        location: record.location.clone(),
        verdict,
    };
    let fault = result.ok().and_then(|result| super::FaultFacts::of(record.id, &result));
    (seen, fault)
}
