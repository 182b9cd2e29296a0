//! The memory of answers that are not written yet.
//!
//! An answer is in memory until its client has taken it. Small ones are bounded by the number of connections. All others
//! share [`ANSWERS_BYTES_MAX`]; an answer that no longer fits is refused, so clients that ask for much and take nothing
//! cost others some time, and this process no memory.

use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Most bytes of all answers that are not written: six of the largest pages.
const ANSWERS_BYTES_MAX: u32 = 24 * 1024 * 1024;
/// Longest answer that is not counted, in bytes.
const SMALL_BYTES_MAX: usize = 16 * 1024;

/// What is left for answers.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<Semaphore>);

impl Budget {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(usize::try_from(ANSWERS_BYTES_MAX).unwrap_or(Semaphore::MAX_PERMITS))))
    }

    /// The same bytes, counted until they are dropped; nothing if there is no room for them.
    pub(super) fn hold(&self, bytes: Bytes) -> Option<Bytes> {
        if bytes.len() <= SMALL_BYTES_MAX {
            return Some(bytes);
        }
        // One that is larger than all of it must be alone.
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX).min(ANSWERS_BYTES_MAX);
        let room = Arc::clone(&self.0).try_acquire_many_owned(size).ok()?;
        Some(Bytes::from_owner(Held { bytes, _room: room }))
    }
}

/// Bytes with the room that they take.
struct Held {
    bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_until_the_last_part_of_them_is_dropped() {
        let budget = Budget::new();
        let most = usize::try_from(ANSWERS_BYTES_MAX).unwrap();
        let mut all = budget.hold(vec![7; most].into()).unwrap();
        assert!(budget.hold(vec![0; SMALL_BYTES_MAX + 1].into()).is_none(), "all of it is taken");
        assert!(budget.hold(vec![0; SMALL_BYTES_MAX].into()).is_some(), "small ones always fit");
        let part = all.split_to(5);
        drop(all);
        assert!(budget.hold(vec![0; SMALL_BYTES_MAX + 1].into()).is_none(), "a part is still there");
        assert_eq!(part, [7; 5].as_slice());
        drop(part);
        let larger = budget.hold(vec![0; most + 1].into());
        assert!(larger.is_some(), "an answer that is larger than all of it is alone");
        assert!(budget.hold(vec![0; SMALL_BYTES_MAX + 1].into()).is_none());
    }
}
