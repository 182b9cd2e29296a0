//! What those who are alerted receive.

use crate::machine::Trouble;
use serde::{Deserialize, Serialize};

/// What those who are alerted receive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "closed: what an alert says")]
pub struct Notice {
    /// What it is about.
    pub event: Event,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The number of the alert, from 1: one that begins gets the next number, and what follows has the same.
    pub alert: u64,
    /// When its first notice was sent, in milliseconds since 1970.
    pub opened_at: i64,
    /// One more for each notice of an alert, from 1: with the number of the alert it identifies the notice.
    pub number: u32,
    /// Why there is or was an alert.
    pub trouble: Trouble,
    /// Why it ended, for one that did.
    pub end: Option<End>,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "closed: notifiers have to send each")]
pub enum Event {
    /// An alert begins.
    Alert,
    /// It goes on for another reason.
    Change,
    /// It goes on.
    Reminder,
    /// It has ended.
    Recovery,
}

impl Event {
    /// Its name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Change => "change",
            Self::Reminder => "reminder",
            Self::Recovery => "recovery",
        }
    }
}

/// Why an alert ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "closed: notifiers have to send each")]
pub enum End {
    /// The test passes.
    Passed,
    /// Results are missing, which counts as passing.
    Missing,
    /// The test was paused.
    Paused,
    /// The test was deleted.
    Deleted,
}

impl End {
    /// Its name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Missing => "missing",
            Self::Paused => "paused",
            Self::Deleted => "deleted",
        }
    }
}
