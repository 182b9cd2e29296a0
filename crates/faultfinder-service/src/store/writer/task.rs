//! The task that commits.

use super::buffer::{Entry, Shared};
use super::stats::{Commits, NotWritten};
use crate::store::contract::Store;
use crate::store::error::StoreError;
use crate::store::record::ResultRecord;
use crate::timestamp::Timestamp;
use faultfinder_net::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

/// Results that are worth a commit of their own, without waiting for more.
pub(super) const BATCH_ROWS: usize = 1_000;

/// Most results of a commit: what has gathered while a slow disk synced the one before goes into the next one as a whole.
pub(super) const BATCH_ROWS_MAX: usize = 5_000;

/// Most bytes of a commit, but for a single result that is larger.
const BATCH_BYTES: usize = 16 * 1_024 * 1_024;

/// How long a result waits for others to share its commit.
pub(super) const GATHER: Duration = Duration::from_millis(50);

/// How long the task pauses after a commit that failed; twice as long after each further one.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Commits what comes, until nothing will come any more.
pub(super) async fn run(
    store: Arc<dyn Store>,
    clock: Clock,
    shared: Arc<Shared>,
    commits: watch::Sender<Commits>,
) {
    let mut pause = PAUSE_MIN;
    while gather(&shared).await {
        let began = Instant::now();
        match commit(store.as_ref(), &shared, &commits).await {
            Ok(()) => {
                back(store.kind(), &clock, &commits, began.elapsed());
                pause = PAUSE_MIN;
            }
            Err(error) => {
                away(store.kind(), &clock, &shared, &commits, &error, pause);
                rest(&shared, pause).await;
                pause = (pause * 2).min(PAUSE_MAX);
            }
        }
    }
}

/// Waits until there is enough for a commit, or the oldest has waited long enough. False when nothing will come.
async fn gather(shared: &Shared) -> bool {
    loop {
        if shared.is_over() {
            return false;
        }
        let Some(oldest) = shared.oldest() else {
            shared.changed().await;
            continue;
        };
        let due = oldest + GATHER;
        if shared.counts().0 >= BATCH_ROWS || shared.is_closing() || Instant::now() >= due {
            return true;
        }
        let _ = timeout_at(due, shared.changed()).await;
    }
}

/// Pauses. Who closes is not kept waiting longer than the shortest pause.
async fn rest(shared: &Shared, pause: Duration) {
    let until = Instant::now() + pause;
    while !shared.is_closing() && Instant::now() < until {
        let _ = timeout_at(until, shared.changed()).await;
    }
    if shared.is_closing() {
        sleep(PAUSE_MIN).await;
    }
}

/// Commits the oldest results. One that is broken does not hold up the others.
async fn commit(
    store: &dyn Store,
    shared: &Shared,
    commits: &watch::Sender<Commits>,
) -> Result<(), StoreError> {
    let batch = shared.batch(BATCH_ROWS_MAX, BATCH_BYTES);
    let count = batch.len();
    match store.write_results(&batch).await {
        Ok(()) => {
            drop(batch); // A caller that waits for its result may have it for itself.
            acknowledge(shared, commits, (0..count).map(|_| Ok(())));
            Ok(())
        }
        Err(StoreError::Unavailable(why)) => Err(StoreError::Unavailable(why)),
        Err(error) => one_by_one(store, shared, commits, &batch, error).await,
    }
}

/// Writes results of which at least one is refused. When all are, it is the store that is broken, not the results: they
/// stay where they are.
async fn one_by_one(
    store: &dyn Store,
    shared: &Shared,
    commits: &watch::Sender<Commits>,
    batch: &[Arc<ResultRecord>],
    error: StoreError,
) -> Result<(), StoreError> {
    let mut told = Vec::with_capacity(batch.len());
    for record in batch {
        let id = record.id;
        match store.write_results(std::slice::from_ref(record)).await {
            Ok(()) => told.push((id, Ok(()))),
            Err(StoreError::Unavailable(why)) => return Err(StoreError::Unavailable(why)),
            Err(error) => told.push((id, Err(NotWritten::Refused(error.to_string())))),
        }
    }
    if told.iter().all(|(_, told)| told.is_err()) {
        return Err(error);
    }
    for (id, told) in &told {
        if let Err(why) = told {
            tracing::error!(result = %id, error = %why, "a result cannot be stored");
        }
    }
    acknowledge(shared, commits, told.into_iter().map(|(_, told)| told));
    Ok(())
}

/// Takes the oldest results out of the buffer and tells those who wait.
fn acknowledge(
    shared: &Shared,
    commits: &watch::Sender<Commits>,
    told: impl ExactSizeIterator<Item = Result<(), NotWritten>>,
) {
    let (mut written, mut refused) = (0, 0);
    for (Entry { record, done, .. }, told) in shared.take(told.len()).into_iter().zip(told) {
        if told.is_ok() {
            written += 1
        } else {
            refused += 1
        }
        drop(record);
        let _ = done.send(told); // Nobody may wait for it.
    }
    commits.send_modify(|commits| {
        commits.written += written;
        commits.refused += refused;
    });
}

/// Notes that a commit succeeded.
fn back(kind: &str, clock: &Clock, commits: &watch::Sender<Commits>, took: Duration) {
    commits.send_modify(|commits| {
        commits.took = took;
        commits.succeeded += 1;
        if let Some(since) = commits.away_since.take() {
            let away_ms = Timestamp::from(clock.now()).since(since).as_millis();
            tracing::info!(store = kind, away_ms = %away_ms, "the store is back");
        }
    });
}

/// Notes that a commit failed.
fn away(
    kind: &str,
    clock: &Clock,
    shared: &Shared,
    commits: &watch::Sender<Commits>,
    error: &StoreError,
    pause: Duration,
) {
    let buffered = shared.counts().0;
    let pause_ms = pause.as_millis();
    tracing::warn!(store = kind, %error, buffered, pause_ms = %pause_ms, "results cannot be written and wait");
    commits.send_modify(|commits| {
        commits.failed += 1;
        commits.last_error = Some(error.to_string());
        commits.away_since.get_or_insert_with(|| Timestamp::from(clock.now()));
    });
}
