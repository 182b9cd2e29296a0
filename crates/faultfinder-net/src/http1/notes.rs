//! The data that was transferred over a connection, and when.

use crate::excerpt::EXCERPT_BYTES_MAX;
use tokio::time::Instant;

/// The data that was transferred over a connection since the latest request began, and when.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Notes {
    /// The first bytes of the response, at most 256.
    pub first_bytes: Vec<u8>,
    /// How many bytes of it arrived.
    pub read_bytes: u64,
    /// When the first one arrived.
    pub first_read: Option<Instant>,
    /// When bytes of the request were last written.
    pub last_write: Option<Instant>,
    /// Whether all of the request was written.
    pub is_sent: bool,
}

impl Notes {
    pub(super) fn wrote(&mut self, now: Instant) {
        self.last_write = Some(now);
    }

    /// Takes note of bytes that arrived at this moment.
    pub(super) fn read(&mut self, bytes: &[u8], at: Instant) {
        if bytes.is_empty() {
            return;
        }
        self.first_read.get_or_insert(at);
        self.read_bytes = self.read_bytes.saturating_add(bytes.len() as u64);
        let room = EXCERPT_BYTES_MAX.saturating_sub(self.first_bytes.len());
        self.first_bytes.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }
}
