//! Results on their way into the store: a bounded buffer, and one task that commits it in batches.
//!
//! Room is reserved *before* a run begins, so nothing that has run is dropped for want of it. While the store is away the
//! task tries again with a pause that grows, and the buffer keeps its order. A write that may have succeeded is written
//! again: the store knows a result by its id.
//!
//! What is in the buffer is not durable yet: a result is acknowledged, by its [`Written`], once it is committed.

mod buffer; // what waits, and what is reserved
mod task; // what commits it

pub use buffer::{Full, Permit, WriterLimits, Written};

use super::Store;
use crate::Timestamp;
use buffer::Shared;
use faultfinder_net::Clock;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Why a result was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotWritten {
    /// The writer ended before it could be written.
    #[error("the store was away until the end")]
    Ended,
    /// The store takes others, but not this one.
    #[error("the store refuses it: {0}")]
    Refused(String),
}

/// What the writer has committed, and what hinders it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain counts")]
pub struct Commits {
    /// Results that were written.
    pub written: u64,
    /// Results that the store refused while it took others.
    pub refused: u64,
    /// Commits that succeeded.
    pub succeeded: u64,
    /// Commits that failed and were, or will be, tried again.
    pub failed: u64,
    /// Why a commit failed last.
    pub last_error: Option<String>,
    /// Since when no commit succeeds; nothing when the last one did.
    pub away_since: Option<Timestamp>,
}

/// How a writer is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain counts")]
pub struct WriterStats {
    /// Results that wait to be committed.
    pub buffered: usize,
    /// Runs that have room reserved and no result yet.
    pub reserved: usize,
    /// Bytes of the results that wait.
    pub bytes: usize,
    /// What it has done.
    pub commits: Commits,
}

/// Writes results in batches. Dropping it ends it at once; [`close`](Self::close) lets it finish.
#[derive(Debug)]
pub struct Writer {
    shared: Arc<Shared>,
    commits: watch::Receiver<Commits>,
    /// Gone when it was waited for.
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts to write into a store. Must be called within a runtime.
    #[must_use]
    pub fn start(store: Arc<dyn Store>, clock: Clock, limits: WriterLimits) -> Self {
        let shared = Arc::new(Shared::new(limits));
        let (sender, commits) = watch::channel(Commits::default());
        let task = tokio::spawn(task::run(store, clock, Arc::clone(&shared), sender));
        Self { shared, commits, task: Mutex::new(Some(task)) }
    }

    /// Reserves room for the result of a run that is about to begin.
    ///
    /// # Errors
    ///
    /// [`Full`] when there is none, or the writer is closing: then the run must not begin.
    pub fn reserve(&self) -> Result<Permit, Full> {
        Shared::reserve(&self.shared)
    }

    /// How it is.
    #[must_use]
    pub fn stats(&self) -> WriterStats {
        let (buffered, reserved, bytes) = self.shared.counts();
        WriterStats { buffered, reserved, bytes, commits: self.commits.borrow().clone() }
    }

    /// What it has committed, to wait for a change of it.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<Commits> {
        self.commits.clone()
    }

    /// Reserves nothing any more, waits until all that is reserved has come or was given up, and all that has come is
    /// written, but no longer than this. Yields how many results were lost.
    pub async fn close(&self, bound: Duration) -> usize {
        self.shared.close();
        if let Some(mut task) = self.take_task()
            && tokio::time::timeout(bound, &mut task).await.is_err()
        {
            task.abort();
        }
        let lost = self.shared.clear();
        if lost > 0 {
            tracing::error!(lost, "the store was away until the end: results were lost");
        }
        lost
    }
}

impl Writer {
    fn take_task(&self) -> Option<JoinHandle<()>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(task) = self.take_task() {
            task.abort();
        }
        self.shared.close();
        self.shared.clear();
    }
}
