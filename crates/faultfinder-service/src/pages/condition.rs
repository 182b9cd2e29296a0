//! How a test is now: how its last run ended, unless that says nothing of now.

use crate::catalog::Kept;
use crate::state::State;
use crate::store::Outcome;
use crate::timestamp::Timestamp;
use faultfinder_engine::PlannedTest;
use std::time::Duration;

/// Intervals without a result after which the last one says nothing of now.
const STALE_AFTER: u32 = 3;

/// How a test is now. In the order in which they want attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Condition {
    /// The target failed its last run.
    Failed,
    /// Its last run could not be carried out.
    Error,
    /// It has had no result for longer than three intervals.
    Stale,
    /// It has not run yet.
    New,
    /// Its last run passed.
    Passed,
    /// It does not run for now.
    Paused,
}

impl Condition {
    pub(super) const ALL: [Self; 6] =
        [Self::Failed, Self::Error, Self::Stale, Self::New, Self::Passed, Self::Paused];

    /// How a test is at a moment, with how it ended last.
    pub(super) fn of(kept: &Kept, state: Option<&State>, now: Timestamp) -> Self {
        if kept.record.paused {
            return Self::Paused;
        }
        if is_stale(kept, state, now) {
            return Self::Stale;
        }
        match state.map(|state| state.last.outcome) {
            Some(Outcome::Passed) => Self::Passed,
            Some(Outcome::Failed) => Self::Failed,
            Some(Outcome::Error) => Self::Error,
            Some(Outcome::Missed) => Self::Stale,
            None => Self::New,
        }
    }

    /// How it is called in query strings and classes.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Stale => "stale",
            Self::New => "new",
            Self::Passed => "passed",
            Self::Paused => "paused",
        }
    }

    /// The condition of this word.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|condition| condition.word() == word)
    }

    /// How people call it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Failed => "Failed",
            Self::Error => "Error",
            Self::Stale => "No results",
            Self::New => "Not run yet",
            Self::Passed => "Passed",
            Self::Paused => "Paused",
        }
    }

    /// What it means.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Failed => "the target failed the last run",
            Self::Error => "the last run could not be carried out by this service",
            Self::Stale => "no result for longer than three intervals",
            Self::New => "it has not run yet",
            Self::Passed => "the last run passed",
            Self::Paused => "it is off its schedule",
        }
    }

    /// A sign that differs also without colors.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Failed => "✕",
            Self::Error => "!",
            Self::Stale => "?",
            Self::New => "○",
            Self::Passed => "✓",
            Self::Paused => "‖",
        }
    }

    /// Whether its last result says what is wrong.
    pub(super) const fn is_red(self) -> bool {
        matches!(self, Self::Failed | Self::Error)
    }

    /// Whether somebody should look at it.
    pub(super) const fn is_trouble(self) -> bool {
        matches!(self, Self::Failed | Self::Error | Self::Stale)
    }
}

/// Whether a test should have had a result for long. One that runs on demand only never should, and one with active times
/// only while they have lasted for long enough.
fn is_stale(kept: &Kept, state: Option<&State>, now: Timestamp) -> bool {
    let Some(every) = kept.record.every else { return false };
    let bound = every.saturating_mul(STALE_AFTER);
    // What has never run is not late before it has been there for as long.
    let last = state.map_or(kept.record.updated_at, |state| state.last.started_at);
    let is_active = |at: Timestamp| {
        let active = kept.planned().and_then(PlannedTest::active_times);
        active.is_none_or(|active| active.at(at.millis()).0)
    };
    now.since(last) > bound && is_active(now) && is_active(now.before(bound.min(DAY)))
}

const DAY: Duration = Duration::from_secs(86_400);

/// The sign of how a run ended.
pub(super) const fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "✓",
        Outcome::Failed => "✕",
        Outcome::Error => "!",
        Outcome::Missed => "–",
    }
}

/// How people call the end of a run.
pub(super) const fn label(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "Passed",
        Outcome::Failed => "Failed",
        Outcome::Error => "Error",
        Outcome::Missed => "Did not run",
    }
}
