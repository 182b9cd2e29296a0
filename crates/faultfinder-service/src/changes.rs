//! Changes that are carried out to their end, one after the other.
//!
//! A client can leave at any moment, and its handler is dropped with it. What a handler has begun to write must not end
//! halfway: committed, but not on the schedule; on the schedule, but not in the audit log. So the part from the first write
//! on is a task of its own. Changes of one test take turns, from the store to the catalog, so that the catalog sees them in
//! the order in which they were committed.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// Tests that share a turn. Two tests in the same place wait for each other, which costs time and nothing else.
const TURNS: usize = 64;

/// Changes that are under way.
#[derive(Debug)]
pub(crate) struct Changes {
    turns: [Mutex<()>; TURNS],
    tasks: TaskTracker,
}

impl Default for Changes {
    fn default() -> Self {
        Self { turns: std::array::from_fn(|_| Mutex::new(())), tasks: TaskTracker::new() }
    }
}

impl Changes {
    /// The turn of a test: nobody else changes it while this is held.
    pub(crate) async fn turn(&self, test: &str) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        test.hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % TURNS as u64).unwrap_or_default();
        #[expect(clippy::indexing_slicing, reason = "a remainder of the length")]
        self.turns[place].lock().await
    }

    /// Carries a change out to its end, whether anybody waits for that or not. Nothing if it panicked.
    pub(crate) async fn carry_out<T: Send + 'static>(
        &self,
        change: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        self.tasks.spawn(change.in_current_span()).await.ok()
    }

    /// Begins a change that nobody waits for.
    pub(crate) fn begin(&self, change: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(change.in_current_span());
    }

    /// Waits for the changes that are under way, but no longer than this. Yields whether all have ended.
    pub(crate) async fn end(&self, bound: Duration) -> bool {
        self.tasks.close();
        tokio::time::timeout(bound, self.tasks.wait()).await.is_ok()
    }
}
