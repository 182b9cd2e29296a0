//! The writer, from its start to its end.

use super::buffer::{Full, Permit, Shared, WriterLimits};
use super::stats::{Commits, WriterStats};
use super::task;
use crate::store::contract::Store;
use faultfinder_net::Clock;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

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
        let oldest = self.shared.oldest().map(|came| came.elapsed()).unwrap_or_default();
        WriterStats { buffered, reserved, bytes, oldest, commits: self.commits.borrow().clone() }
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
