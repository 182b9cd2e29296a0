//! What waits to be written, and the room that is reserved for what will come.

use super::stats::NotWritten;
use crate::store::record::ResultRecord;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

/// What a result takes in addition to its texts, about; and what is reserved for one that is not there yet.
const ROW_BYTES: usize = 256;
const RESERVED_BYTES: usize = 2_048;

/// How much a writer buffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain limits")]
pub struct WriterLimits {
    /// Results that wait, and runs that have room reserved.
    pub records: usize,
    /// Bytes that results may take before nothing more is reserved. A run counts as 2 KiB until its result is there, so
    /// the runs in flight may exceed this by what their results are larger.
    pub bytes: usize,
}

impl Default for WriterLimits {
    /// Half a minute of 100,000 tests that run each minute: 50,000 results and 128 MiB.
    fn default() -> Self {
        Self { records: 50_000, bytes: 128 * 1_024 * 1_024 }
    }
}

/// Why no room can be reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: each is an answer of the API")]
pub enum Full {
    /// Too many results wait.
    #[error("{0} results wait to be written")]
    Records(usize),
    /// Results that wait take too many bytes.
    #[error("the results that wait to be written have {0} bytes")]
    Bytes(usize),
    /// The writer is closing.
    #[error("results are no longer written")]
    Closing,
}

/// A result that waits, and who waits for it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) record: Arc<ResultRecord>,
    pub(super) done: oneshot::Sender<Result<(), NotWritten>>,
    pub(super) bytes: usize,
    pub(super) came: Instant,
}

#[derive(Debug, Default)]
struct State {
    entries: VecDeque<Entry>,
    bytes: usize,
    reserved: usize,
    closing: bool,
    /// Nothing will be written any more.
    ended: bool,
}

/// What the callers and the task share.
#[derive(Debug)]
pub(super) struct Shared {
    limits: WriterLimits,
    state: Mutex<State>,
    changed: Notify,
}

impl Shared {
    pub(super) fn new(limits: WriterLimits) -> Self {
        Self { limits, state: Mutex::default(), changed: Notify::new() }
    }

    // Nothing panics while it is held, so what it guards is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reserve(shared: &Arc<Self>) -> Result<Permit, Full> {
        let mut state = shared.state();
        let records = state.entries.len() + state.reserved;
        let bytes = state.bytes.saturating_add(state.reserved.saturating_mul(RESERVED_BYTES));
        if state.closing {
            Err(Full::Closing)
        } else if records >= shared.limits.records {
            Err(Full::Records(records))
        } else if bytes >= shared.limits.bytes {
            Err(Full::Bytes(bytes))
        } else {
            state.reserved += 1;
            drop(state);
            Ok(Permit { shared: Some(Arc::clone(shared)) })
        }
    }

    /// Results that wait, runs that have room reserved, bytes.
    pub(super) fn counts(&self) -> (usize, usize, usize) {
        let state = self.state();
        (state.entries.len(), state.reserved, state.bytes)
    }

    /// Whether nothing is there and nothing will come.
    pub(super) fn is_over(&self) -> bool {
        let state = self.state();
        state.closing && state.entries.is_empty() && state.reserved == 0
    }

    pub(super) fn is_closing(&self) -> bool {
        self.state().closing
    }

    /// When the oldest result came.
    pub(super) fn oldest(&self) -> Option<Instant> {
        self.state().entries.front().map(|entry| entry.came)
    }

    /// The oldest results, as many as a batch holds; they stay here until they are [taken](Self::take).
    pub(super) fn batch(&self, rows_max: usize, bytes_max: usize) -> Vec<Arc<ResultRecord>> {
        let state = self.state();
        let mut bytes = 0_usize;
        let fits = |entry: &&Entry| {
            let first = bytes == 0;
            bytes = bytes.saturating_add(entry.bytes);
            first || bytes <= bytes_max
        };
        state.entries.iter().take(rows_max).take_while(fits).map(|entry| Arc::clone(&entry.record)).collect()
    }

    /// Takes the oldest results out.
    pub(super) fn take(&self, count: usize) -> Vec<Entry> {
        let mut state = self.state();
        let count = count.min(state.entries.len());
        let taken: Vec<Entry> = state.entries.drain(..count).collect();
        state.bytes = taken.iter().fold(state.bytes, |bytes, entry| bytes.saturating_sub(entry.bytes));
        taken
    }

    pub(super) fn close(&self) {
        self.state().closing = true;
        self.changed.notify_one();
    }

    /// Gives up what waits, and yields how many that were.
    pub(super) fn clear(&self) -> usize {
        let mut state = self.state();
        state.bytes = 0;
        state.ended = true;
        let lost = std::mem::take(&mut state.entries);
        drop(state);
        lost.len()
    }

    /// Waits for a result, for room given back, or for the end. One change may be reported twice, none is missed.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }
}

/// Room for one result.
#[derive(Debug)]
#[must_use = "the room is given back when this is dropped"]
pub struct Permit {
    shared: Option<Arc<Shared>>,
}

impl Permit {
    /// Hands over the result. It will be written whether anybody waits for it or not, unless the writer ends before.
    pub fn write(mut self, record: impl Into<Arc<ResultRecord>>) -> Written {
        let (done, written) = oneshot::channel();
        if let Some(shared) = self.shared.take() {
            let record = record.into();
            let texts = [&record.test, &record.location, record.body.as_str()].map(str::len);
            let bytes = texts.iter().sum::<usize>() + record.code.as_ref().map_or(0, String::len) + ROW_BYTES;
            let mut state = shared.state();
            state.reserved = state.reserved.saturating_sub(1);
            if !state.ended {
                state.bytes = state.bytes.saturating_add(bytes);
                state.entries.push_back(Entry { record, done, bytes, came: Instant::now() });
            }
            drop(state);
            shared.changed.notify_one();
        }
        Written { written }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            let mut state = shared.state();
            state.reserved = state.reserved.saturating_sub(1);
            drop(state);
            shared.changed.notify_one();
        }
    }
}

/// Completes when a result is durable. Who does not care drops it; the result is written all the same.
#[derive(Debug)]
pub struct Written {
    written: oneshot::Receiver<Result<(), NotWritten>>,
}

impl Future for Written {
    type Output = Result<(), NotWritten>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.written).poll(context).map(|told| told.unwrap_or(Err(NotWritten::Ended)))
    }
}
