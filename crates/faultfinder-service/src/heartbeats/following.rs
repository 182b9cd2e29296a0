//! What happens when a report does not come.

use super::report::missing;
use crate::service::Service;
use faultfinder_engine::PlannedTest;
use std::sync::Arc;
use std::time::Duration;

/// How long nothing is looked at if nothing is due.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// The pause while results cannot be kept.
const STORE_PAUSE: Duration = Duration::from_secs(2);

/// Brings what is awaited up to what the store has.
pub(crate) fn restore(service: &Service) {
    let now = service.now();
    for (test, state) in service.states().ended_tests() {
        service.heartbeats().restore(&test, state.last.started_at, now);
    }
}

/// Notes what does not come in time, until it is dropped.
pub(crate) async fn pass_time(service: Arc<Service>) {
    let heartbeats = service.heartbeats();
    loop {
        let earlier = heartbeats.earlier.notified();
        let now = service.now();
        let due = heartbeats.deadline();
        if due.is_none_or(|at| at > now) {
            let pause = due.map_or(LOOK_EVERY, |at| at.since(now));
            let _ = tokio::time::timeout(pause.min(LOOK_EVERY), earlier).await;
            continue;
        }
        // What cannot be kept is noted when it can be.
        let Ok(room) = service.writer().reserve() else {
            tokio::time::sleep(STORE_PAUSE).await;
            continue;
        };
        drop(room);
        if !service.owns_store() {
            tokio::time::sleep(STORE_PAUSE).await;
            continue;
        }
        for (test, overdue) in heartbeats.overdue(now) {
            let Some(kept) = service.catalog().get(&test) else { continue };
            let active = kept.planned().and_then(PlannedTest::active_times);
            if active.is_some_and(|active| !active.at(now.millis()).0) {
                continue;
            }
            if let (Some(record), Ok(room)) = (missing(&service, &kept, overdue), service.writer().reserve())
            {
                drop(room.write(record));
            }
        }
    }
}
