//! That this service is the only one on its store, and when it was last known to live.
//!
//! Two services on one database would both run every test that came over the API. So a service claims its database, and one
//! that comes second waits until the first has ended, however it ended. While it lives it says so every few seconds: the
//! next start knows from that which runs did not happen in between.

use crate::schedule::{Missed, MissedReason, Moments, between};
use crate::service::Service;
use crate::store::{Origin, Store, StoreError};
use crate::timestamp::Timestamp;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, sleep};

/// How often a claim is renewed, or tried again.
const CLAIM_EVERY: Duration = Duration::from_secs(1);
/// How often the service says that it lives.
const ALIVE_EVERY: Duration = Duration::from_secs(5);
/// How often a service that waits for the database says so.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// Waits until no other service uses the store.
pub(crate) async fn claim(store: &dyn Store) -> Result<(), StoreError> {
    let mut warned_at: Option<Instant> = None;
    while !store.claim().await? {
        if warned_at.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            tracing::warn!(
                store = store.kind(),
                "another service uses this database: waiting until it has ended"
            );
            warned_at = Some(Instant::now());
        }
        sleep(CLAIM_EVERY).await;
    }
    if warned_at.is_some() {
        tracing::info!(store = store.kind(), "the other service has ended");
    }
    Ok(())
}

/// Says that the service lives, and sees to it that it stays the only one, until it is dropped.
pub(crate) async fn keep(service: Arc<Service>) {
    let mut said: Option<Instant> = None;
    loop {
        match service.store().claim().await {
            Ok(owns) if service.owning_store(owns) != owns => match owns {
                true => tracing::info!("this service is the only one on its database again"),
                false => tracing::error!(
                    "another service has taken this database over: no test is run until it has ended"
                ),
            },
            // A store that is away is reported elsewhere, and no other service can use it either.
            Ok(_) | Err(_) => {}
        }
        if service.owns_store() && said.is_none_or(|at| at.elapsed() >= ALIVE_EVERY) {
            match service.store().alive(service.now()).await {
                Ok(()) => said = Some(Instant::now()),
                Err(error) => tracing::debug!("the sign of life cannot be written: {error}"),
            }
        }
        sleep(CLAIM_EVERY).await;
    }
}

/// Notes the runs that did not happen since the service was last known to live, of a test that is on the schedule.
pub(crate) fn note_absence(service: &Service, test: &str, last_alive: Timestamp) {
    let Some(kept) = service.catalog().get(test) else { return };
    let record = &kept.record;
    let Some(every) = record.every.filter(|_| !record.paused && !kept.is_heartbeat()) else { return };
    // What was changed since then was not due before.
    let since = match &record.origin {
        Origin::Api => record.updated_at,
        Origin::File(file) => changed(file).unwrap_or(last_alive),
    };
    let moments = between(test, every, last_alive.max(since), service.now());
    if let Some(Moments { test, first, count, .. }) = moments.and_then(|moments| kept.active(moments)) {
        service.metrics().missed(&test, count);
        service.misses().add(Missed { test, first, count, reason: MissedReason::NotRunning });
    }
}

/// When a file was changed last.
fn changed(file: &str) -> Option<Timestamp> {
    let modified: SystemTime = std::fs::metadata(file).and_then(|file| file.modified()).ok()?;
    Some(modified.into())
}
