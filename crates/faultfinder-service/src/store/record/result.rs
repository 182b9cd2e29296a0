//! Results.

use crate::timestamp::Timestamp;
use uuid::Uuid;

/// What came of one run.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct ResultRecord {
    /// A UUID of version 7: in the order of time.
    pub id: Uuid,
    /// The test; empty for a run of a definition that is not kept.
    pub test: String,
    /// Its version when it ran.
    pub test_version: i64,
    /// Where it ran.
    pub location: String,
    /// When it began, or should have begun.
    pub started_at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// The code of its fault.
    pub code: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// How much later it began than it should have, in milliseconds. Our own doing, never the target's.
    pub delay_ms: f64,
    /// Who asked for it.
    pub trigger: Trigger,
    /// The result as JSON, an object; for a run that did not happen why, and how many.
    pub body: String,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: the contract names these four")]
pub enum Outcome {
    /// Everything held.
    Passed,
    /// The target failed the test.
    Failed,
    /// The test could not be carried out: a failure of ours.
    Error,
    /// It did not run, because of this host.
    Missed,
}

impl Outcome {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Passed, Self::Failed, Self::Error, Self::Missed];

    /// Its name in the API and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Missed => "missed",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.as_str() == name)
    }
}

/// Who asked for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: the schedule and the API are all there is")]
pub enum Trigger {
    /// Its time had come.
    Schedule,
    /// A call of the API.
    Api,
}
