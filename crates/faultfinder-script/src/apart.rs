//! Work on a thread of its own, which is left behind when it does not end.
//!
//! The engine can be interrupted between two instructions of a script, and not inside of one: searching a text of a megabyte
//! for another one, or sorting long texts, can take hours. A thread cannot be ended from outside, so the caller stops
//! waiting, and only so many of them may be left behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::Builder;
use std::time::Duration;

/// Most threads that are left behind at the same time; each takes a processor, and its memory.
const LEFT_BEHIND_MAX: usize = 2;

/// The stack of a thread, in bytes.
const STACK_BYTES: usize = 1 << 20;

/// How many threads are left behind.
static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoResult {
    /// It did not end in time.
    Late,
    /// Too many others have not ended: it was not begun.
    Full,
    /// It ended without one, or there is no thread for it.
    Failed,
}

/// Has work done on a thread of its own, and waits for it for so long.
pub(crate) fn apart<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NoResult> {
    if LEFT_BEHIND.load(Ordering::SeqCst) >= LEFT_BEHIND_MAX {
        return Err(NoResult::Full);
    }
    let (done, result) = sync_channel(1);
    // Set by the one that comes first: the thread that ends, or the caller that stops waiting.
    let is_settled = Arc::new(AtomicBool::new(false));
    let settled = Arc::clone(&is_settled);
    let thread = Builder::new().name("script".to_owned()).stack_size(STACK_BYTES).spawn(move || {
        let _ = done.send(work());
        if settled.swap(true, Ordering::SeqCst) {
            LEFT_BEHIND.fetch_sub(1, Ordering::SeqCst);
        }
    });
    if thread.is_err() {
        return Err(NoResult::Failed);
    }
    match result.recv_timeout(time) {
        Ok(result) => Ok(result),
        Err(RecvTimeoutError::Disconnected) => Err(NoResult::Failed),
        Err(RecvTimeoutError::Timeout) => {
            LEFT_BEHIND.fetch_add(1, Ordering::SeqCst);
            if is_settled.swap(true, Ordering::SeqCst) {
                // It ended at this very moment.
                LEFT_BEHIND.fetch_sub(1, Ordering::SeqCst);
                return result.try_recv().map_err(|_| NoResult::Failed);
            }
            Err(NoResult::Late)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    // One test, as the count is that of the process.
    #[test]
    fn nobody_waits_for_what_does_not_end_and_only_so_much_of_it_is_begun() {
        let long = Duration::from_secs(60);
        assert_eq!(apart(long, || 5), Ok(5));
        let ends: Vec<_> = (0..LEFT_BEHIND_MAX)
            .map(|_| {
                let (end, ended) = channel::<()>();
                let late = apart(Duration::from_millis(1), move || ended.recv().is_ok());
                assert_eq!(late, Err(NoResult::Late));
                end
            })
            .collect();
        assert_eq!(apart(long, || 5), Err(NoResult::Full));
        drop(ends);
        // The threads end when they are let go.
        while apart(long, || 5) != Ok(5) {
            std::thread::yield_now();
        }
    }
}
