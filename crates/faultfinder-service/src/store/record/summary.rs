//! Hours and days that were rolled up.

use crate::timestamp::Timestamp;
use std::time::Duration;

/// How long a period is that results are rolled up over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: what is kept")]
pub enum Period {
    /// An hour of UTC.
    Hour,
    /// A day of UTC.
    Day,
}

impl Period {
    /// Its length.
    #[must_use]
    pub const fn length(self) -> Duration {
        match self {
            Self::Hour => Duration::from_secs(3_600),
            Self::Day => Duration::from_secs(86_400),
        }
    }
}

/// What came of a test in a period.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct Summary {
    /// When the period begins.
    pub begins: Timestamp,
    /// Runs that passed.
    pub passed: u64,
    /// Runs that the target failed.
    pub failed: u64,
    /// Runs that could not be carried out because of us.
    pub errors: u64,
    /// Runs that did not happen because of us.
    pub missed: u64,
    /// The median, the 95th and the 99th of 100 of the durations of runs that passed or failed, in milliseconds, by the
    /// nearest rank and within 2 % of the truth. Nothing without such runs.
    pub percentiles_ms: Option<[f64; 3]>,
}
