//! Runs that did not happen are kept.
//!
//! Consecutive misses of a test for one reason are one record and one line of the log, with their number: a test that is due
//! each second and takes a minute misses 59 times in a row. They are kept when the test runs again, and those that go on
//! once a minute. What cannot be kept, because the store is away and what waits for it has its bound, is tried again.

use crate::schedule::Missed;
use crate::service::Service;
use crate::store::{Outcome, RawObject, ResultRecord};
use crate::timestamp::Timestamp;
use serde_json::json;
use std::time::Duration;

/// How long misses are gathered before they are kept.
const GATHER_MAX: Duration = Duration::from_secs(60);

/// Keeps the misses of a test that runs again.
pub(crate) fn keep_of(service: &Service, test: &str) {
    service.misses().take(test).into_iter().for_each(|missed| keep(service, missed));
}

/// Keeps those that have gathered for long enough.
pub(crate) fn keep_old(service: &Service) {
    let old = service.misses().take_before(service.now().before(GATHER_MAX));
    old.into_iter().for_each(|missed| keep(service, missed));
}

/// Keeps all of them, at the end.
pub(crate) fn keep_all(service: &Service) {
    let all = service.misses().take_before(Timestamp::from_millis(i64::MAX));
    all.into_iter().for_each(|missed| keep(service, missed));
}

fn keep(service: &Service, missed: Missed) {
    let Ok(room) = service.writer().reserve() else { return service.misses().add(missed) };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::MissedReason;
    use crate::store::ResultQuery;

    #[tokio::test]
    async fn misses_that_cannot_be_kept_are_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::in_folder(&folder).await;
        let (first, reason) = (service.now(), MissedReason::Overloaded);
        service.misses().add(Missed { test: "a".into(), first, count: 3, reason });
        let room: Vec<_> = std::iter::from_fn(|| service.writer().reserve().ok()).collect();
        keep_of(&service, "a");
        drop(room);
        keep_of(&service, "a");
        service.writer().close(Duration::from_secs(60)).await;
        let kept = service.store().results(ResultQuery::default()).await.unwrap();
        let kept: Vec<&str> = kept.rows.iter().map(|row| row.body.as_str()).collect();
        assert_eq!(kept, [r#"{"count":3,"reason":"overloaded"}"#]);
    }
}
