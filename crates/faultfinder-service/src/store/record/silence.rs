//! Times in which nothing is sent about tests.

use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
use crate::timestamp::Timestamp;

/// A time in which nothing is sent about tests.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct SilenceRecord {
    /// A UUID, as text.
    pub id: String,
    /// The ids of tests that it concerns.
    pub tests: Vec<String>,
    /// It also concerns tests that have all of these tags; with neither tests nor tags it concerns all tests.
    pub tags: Vec<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it has ended.
    pub ends_at: Timestamp,
    /// Whether failures do not count either.
    pub is_maintenance: bool,
    /// Why, for people.
    pub comment: String,
    /// The id of the token that made it, or `admin` or `local`.
    pub owner: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ToRow for SilenceRecord {
    const TABLE: &'static str = "silences";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("id", |row| (&row.id).into()),
        Column::text("tests", |row| json(&row.tests).into()),
        Column::text("tags", |row| json(&row.tags).into()),
        Column::int("starts_at", |row| row.starts_at.millis()),
        Column::int("ends_at", |row| row.ends_at.millis()),
        Column::int("maintenance", |row| i64::from(row.is_maintenance)),
        Column::text("comment", |row| (&row.comment).into()),
        Column::text("owner", |row| (&row.owner).into()),
        Column::int("created_at", |row| row.created_at.millis()),
    ];
}

impl FromRow for SilenceRecord {
    const TABLE: &'static str = "silences";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.text("id")
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            id: row.text("id")?,
            tests: texts(row, "tests")?,
            tags: texts(row, "tags")?,
            starts_at: Timestamp::from_millis(row.int("starts_at")?),
            ends_at: Timestamp::from_millis(row.int("ends_at")?),
            is_maintenance: row.int("maintenance")? != 0,
            comment: row.text("comment")?,
            owner: row.text("owner")?,
            created_at: Timestamp::from_millis(row.int("created_at")?),
        })
    }
}

fn json(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

fn texts(row: &impl Columns, name: &str) -> Result<Vec<String>, Wrong> {
    serde_json::from_str(&row.text(name)?).map_err(|error| Wrong::column(name, error))
}
