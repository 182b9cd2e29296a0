//! How tests ended last, and since when they end that way.

use super::result::{Outcome, ResultRecord};
use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
use crate::timestamp::Timestamp;
use uuid::Uuid;

/// The latest result of a test, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a part of a row of the store")]
pub struct LastResult {
    /// The id of the test.
    pub test: String,
    /// Its own id.
    pub id: Uuid,
    /// When it began.
    pub started_at: Timestamp,
    /// How it ended: never [`Outcome::Missed`].
    pub outcome: Outcome,
    /// The code of its fault.
    pub code: Option<String>,
}

impl From<&ResultRecord> for LastResult {
    fn from(record: &ResultRecord) -> Self {
        let ResultRecord { id, started_at, outcome, .. } = *record;
        Self { test: record.test.clone(), id, started_at, outcome, code: record.code.clone() }
    }
}

impl FromRow for LastResult {
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
            code: row.maybe_text("code")?,
        })
    }
}

/// Since when a test ends the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct StatusSince {
    /// The id of the test.
    pub test: String,
    /// How it ends.
    pub outcome: Outcome,
    /// When the first run began that ended so.
    pub since: Timestamp,
}

impl ToRow for StatusSince {
    const TABLE: &'static str = "statuses";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("test", |row| (&row.test).into()),
        Column::int("outcome", |row| row.outcome.number()),
        Column::int("since", |row| row.since.millis()),
    ];
}

impl FromRow for StatusSince {
    const TABLE: &'static str = "statuses";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.text("test")
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            test: row.text("test")?,
            outcome: Outcome::read(row)?,
            since: Timestamp::from_millis(row.int("since")?),
        })
    }
}
