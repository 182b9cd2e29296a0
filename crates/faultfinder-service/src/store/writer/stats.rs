//! What the writer has done, and why a result was not written.

use crate::timestamp::Timestamp;
use std::time::Duration;

/// Why a result was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: each is an answer of the API")]
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
    /// Results that the store refused while it accepted others.
    pub refused: u64,
    /// Commits that succeeded.
    pub succeeded: u64,
    /// Commits that failed and were, or will be, tried again.
    pub failed: u64,
    /// Why a commit failed last.
    pub last_error: Option<String>,
    /// Since when no commit succeeds; nothing when the last one did.
    pub away_since: Option<Timestamp>,
    /// How long the last commit that succeeded took.
    pub took: Duration,
}

/// From here on a commit is slow: a disk that syncs takes milliseconds.
const SLOW_COMMIT: Duration = Duration::from_millis(250);
/// From here on a result has waited for too long; some of that it waits for others to share its commit.
const SLOW_RESULT: Duration = Duration::from_millis(350);

impl WriterStats {
    /// Whether the store takes results more slowly than it should.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.commits.took > SLOW_COMMIT || self.oldest > SLOW_RESULT
    }
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
    /// How long the oldest of them has waited.
    pub oldest: Duration,
    /// What it has done.
    pub commits: Commits,
}
