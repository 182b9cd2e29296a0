//! Runs without what they say: what lists and charts of many runs are made of.

use super::result::{Outcome, ResultRecord};
use crate::store::row::{Columns, FromRow, Wrong};
use crate::timestamp::Timestamp;
use uuid::Uuid;

/// A run of a test, without what it says.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a part of a row of the store")]
pub struct RecentRun {
    /// The id of the test.
    pub test: String,
    /// The id of the result.
    pub id: Uuid,
    /// When it began, or should have begun.
    pub started_at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
}

impl FromRow for RecentRun {
    const TABLE: &'static str = "results";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        ResultRecord::name(row)
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            test: row.text("test")?,
            id: row.uuid("id")?,
            started_at: Timestamp::from_millis(row.int("started_at")?),
            outcome: Outcome::read(row)?,
            duration_ms: row.float("duration_ms")?,
        })
    }
}

/// A run that did not pass, and the runs of its test before and after it that happened.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a part of rows of the store")]
pub struct Trouble {
    /// The id of the test.
    pub test: String,
    /// The id of the result.
    pub id: Uuid,
    /// When it began, or should have begun.
    pub started_at: Timestamp,
    /// How it ended: never [`Outcome::Passed`].
    pub outcome: Outcome,
    /// The code of its fault.
    pub code: Option<String>,
    /// Whether the run before it passed, or there was none. What was missed does not count.
    pub is_first: bool,
    /// The run after it, if that one passed: its id, and when it began. What was missed does not count.
    pub passed_again: Option<(Uuid, Timestamp)>,
}

impl FromRow for Trouble {
    const TABLE: &'static str = "results";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        ResultRecord::name(row)
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        let after = row.maybe_int("after_outcome")? == Some(Outcome::Passed.number());
        let passed_again = match row.maybe_int("after_at")?.filter(|_| after) {
            Some(at) => Some((row.uuid("after_id")?, Timestamp::from_millis(at))),
            None => None,
        };
        Ok(Self {
            test: row.text("test")?,
            id: row.uuid("id")?,
            started_at: Timestamp::from_millis(row.int("started_at")?),
            outcome: Outcome::read(row)?,
            code: row.maybe_text("code")?,
            is_first: row
                .maybe_int("outcome_before")?
                .is_none_or(|before| before == Outcome::Passed.number()),
            passed_again,
        })
    }
}
