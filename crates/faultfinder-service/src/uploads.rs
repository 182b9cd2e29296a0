//! The memory of bodies of requests that are being received or read.
//!
//! A body may have megabytes, and thousands of requests may be in flight. So a large body waits for room before it is
//! received: first for that of its caller, then for that of all. Callers can only make themselves wait.

use crate::callers::OfCallers;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Most bytes of all large bodies.
const BYTES_MAX: usize = 24 << 20;
/// Most bytes of the large bodies of one caller: one of the longest, and some.
const OF_CALLER_BYTES_MAX: usize = 12 << 20;
/// Longest body that is not counted, in bytes: the number of requests in flight bounds them.
const SMALL_BYTES_MAX: usize = 64 << 10;

/// The room for bodies.
#[derive(Debug)]
pub(crate) struct Uploads {
    all: Arc<Semaphore>,
    of_callers: OfCallers,
}

/// Room that is taken until this is dropped.
#[derive(Debug)]
pub(crate) struct Room(#[expect(dead_code, reason = "dropping it gives the room back")] Permits);

type Permits = Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>;

impl Default for Uploads {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(BYTES_MAX)), of_callers: OfCallers::new(OF_CALLER_BYTES_MAX) }
    }
}

impl Uploads {
    /// Waits until there is room for so many bytes of a caller, in the order of asking. More bytes than a caller may have
    /// are as many as it may have.
    pub(crate) async fn room(&self, caller: &Arc<str>, bytes: usize) -> Room {
        if bytes <= SMALL_BYTES_MAX {
            return Room(None);
        }
        let bytes = u32::try_from(bytes.min(OF_CALLER_BYTES_MAX)).unwrap_or(u32::MAX);
        let of_caller = self.of_callers.of(caller).acquire_many_owned(bytes).await;
        let of_all = Arc::clone(&self.all).acquire_many_owned(bytes).await;
        // Neither is ever closed.
        Room(of_caller.ok().zip(of_all.ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn a_caller_waits_for_its_own_bodies_and_not_for_those_of_others() {
        let uploads = Uploads::default();
        let callers: Vec<Arc<str>> = (0..6).map(|at| format!("caller {at}").into()).collect();
        let now = |caller: usize, bytes| uploads.room(&callers[caller], bytes).now_or_never();
        let first = now(0, 10 << 20).unwrap();
        assert!(now(0, 10 << 20).is_none(), "it has not come to its end");
        assert!(now(0, SMALL_BYTES_MAX).is_some(), "small ones always fit");
        let other = now(1, 100 << 20).unwrap();
        assert!(now(4, 10 << 20).is_none(), "all of it is taken");
        drop(other);
        assert!(now(4, 10 << 20).is_some());
        assert_eq!(uploads.of_callers.count(), 2, "those without a body are forgotten");
        drop(first);
        assert!(now(0, 10 << 20).is_some());
    }
}
