//! The interface between the scheduler and its owner.

use super::{Moments, Share};
use crate::Timestamp;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;

/// Who carries runs out and keeps what came of them.
///
/// All functions are called by the scheduler's loop and hold it up: they must neither wait nor compute for long.
pub trait Carrier: Send + Sync + 'static {
    /// Begins a run that is due. The future is driven in a task of its own; it is dropped when the scheduler shuts down
    /// and the run does not end within the bound. `None`: it cannot be begun, because its result could not be kept.
    fn begin(&self, due: Due) -> Option<BoxFuture<'static, ()>>;

    /// What of the due moments of a test counts: those in its active times. The others are neither run nor missed.
    fn active(&self, moments: Moments) -> Option<Moments> {
        Some(moments)
    }

    /// On whose account the runs of a test take their places.
    fn share(&self, test: &Arc<str>) -> Share;

    /// Takes note of runs that did not happen, or that were broken off at shutdown.
    fn missed(&self, missed: Missed);
}

/// A run whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain facts")]
pub struct Due {
    /// The test.
    pub test: Arc<str>,
    /// When it should have begun.
    pub at: Timestamp,
    /// How much later it begins. Our own doing, never the target's.
    pub delay: Duration,
}

/// Consecutive runs of a test that did not happen, all for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain facts")]
pub struct Missed {
    /// The test.
    pub test: Arc<str>,
    /// When the first of them should have begun.
    pub first: Timestamp,
    /// How many, at least one, each an interval after the one before.
    pub count: u64,
    /// Why.
    pub reason: MissedReason,
}

/// Why a run did not happen: always something about this host or this process, never about the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: each is a label of the metrics and a word of results")]
pub enum MissedReason {
    /// The wall clock was set forward over the moment.
    ClockJumped,
    /// The host was suspended at the moment.
    HostSuspended,
    /// The run before it had not ended.
    StillRunning,
    /// Too many runs were in flight for too long, or this process did not get to run.
    Overloaded,
    /// The result could not have been kept.
    StoreAway,
    /// The service was shut down before the run began, or before it ended.
    ShuttingDown,
    /// The service did not run at the moment.
    NotRunning,
}

impl MissedReason {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ClockJumped,
        Self::HostSuspended,
        Self::StillRunning,
        Self::Overloaded,
        Self::StoreAway,
        Self::ShuttingDown,
        Self::NotRunning,
    ];

    /// Its name in results and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClockJumped => "clock_jumped",
            Self::HostSuspended => "host_suspended",
            Self::StillRunning => "still_running",
            Self::Overloaded => "overloaded",
            Self::StoreAway => "store_away",
            Self::ShuttingDown => "shutting_down",
            Self::NotRunning => "not_running",
        }
    }

    /// Its place in [`ALL`](Self::ALL).
    pub(crate) const fn place(self) -> usize {
        match self {
            Self::ClockJumped => 0,
            Self::HostSuspended => 1,
            Self::StillRunning => 2,
            Self::Overloaded => 3,
            Self::StoreAway => 4,
            Self::ShuttingDown => 5,
            Self::NotRunning => 6,
        }
    }
}

impl std::fmt::Display for MissedReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_stands_at_its_place() {
        for (place, reason) in MissedReason::ALL.into_iter().enumerate() {
            assert_eq!(reason.place(), place, "{reason}");
        }
    }
}
