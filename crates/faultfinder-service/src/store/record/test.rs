//! Tests: the record, and the row that it is kept as.

use crate::store::object::RawObject;
use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
use crate::timestamp::Timestamp;
use std::time::Duration;

/// A test that is kept.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct TestRecord {
    /// At most 64 letters, digits and `-`.
    pub id: String,
    /// 1 for a new one, one more for each change.
    pub version: i64,
    /// Its name as written.
    pub name: String,
    /// Words to group it by.
    pub tags: Vec<String>,
    /// How often it runs; on demand only when there is none.
    pub every: Option<Duration>,
    /// The definition as a definition file holds it, with this one test: verbatim, but with a mask for each secret.
    /// Nothing for a test of a file: its definition stays there.
    pub definition: Option<RawObject>,
    /// The secrets of the definition, sealed; nothing when it has none.
    pub sealed: Option<String>,
    /// Where it came from.
    pub origin: Origin,
    /// Whether it does not run for now.
    pub paused: bool,
    /// Whether the denied networks are denied to it: the author of its definition was not an administrator.
    pub restricted: bool,
    /// The id of the token that wrote it; `admin` for the admin token, `local` where none is needed, empty for a test of a
    /// file.
    pub owner: String,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
}

/// Where a test came from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: files and the API are all there is")]
pub enum Origin {
    /// From the API, which may change it.
    Api,
    /// From this file, which alone can change it.
    File(String),
}

/// What is kept of a test without a definition.
const NO_DEFINITION: &str = "null";

impl ToRow for TestRecord {
    const TABLE: &'static str = "tests";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("id", |row| (&row.id).into()),
        Column::int("version", |row| row.version),
        Column::text("name", |row| (&row.name).into()),
        Column::text("tags", |row| serde_json::Value::from(row.tags.as_slice()).to_string().into()),
        Column::maybe_int("every_ms", |row| row.every.map(millis)),
        Column::text("definition", |row| {
            row.definition.as_ref().map_or(NO_DEFINITION, RawObject::as_str).into()
        }),
        Column::maybe_text("file", |row| match &row.origin {
            Origin::Api => None,
            Origin::File(file) => Some(file.into()),
        }),
        Column::int("paused", |row| row.paused.into()),
        Column::int("restricted", |row| row.restricted.into()),
        Column::int("created_at", |row| row.created_at.millis()),
        Column::int("updated_at", |row| row.updated_at.millis()),
        Column::maybe_int("deleted_at", |row| row.deleted_at.map(Timestamp::millis)),
        Column::text("owner", |row| (&row.owner).into()),
        Column::maybe_text("sealed", |row| row.sealed.as_ref().map(Into::into)),
    ];
}

fn millis(every: Duration) -> i64 {
    i64::try_from(every.as_millis()).unwrap_or(i64::MAX)
}

impl FromRow for TestRecord {
    const TABLE: &'static str = "tests";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.text("id")
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            id: row.text("id")?,
            version: row.int("version")?,
            name: row.text("name")?,
            tags: serde_json::from_str(&row.text("tags")?)
                .map_err(|_| Wrong::column("tags", "is not a JSON array of texts"))?,
            every: row.maybe_int("every_ms")?.map(every).transpose()?,
            definition: definition(row)?,
            sealed: row.maybe_text("sealed")?,
            origin: row.maybe_text("file")?.map_or(Origin::Api, Origin::File),
            paused: row.int("paused")? != 0,
            restricted: row.int("restricted")? != 0,
            owner: row.text("owner")?,
            created_at: Timestamp::from_millis(row.int("created_at")?),
            updated_at: Timestamp::from_millis(row.int("updated_at")?),
            deleted_at: row.maybe_int("deleted_at")?.map(Timestamp::from_millis),
        })
    }
}

fn every(millis: i64) -> Result<Duration, Wrong> {
    let millis = u64::try_from(millis).map_err(|_| Wrong::column("every_ms", "is negative"))?;
    Ok(Duration::from_millis(millis))
}

/// The definition of a row; only a test of a file has none.
fn definition(row: &impl Columns) -> Result<Option<RawObject>, Wrong> {
    let text = row.text("definition")?;
    if text == NO_DEFINITION && row.maybe_text("file")?.is_some() {
        return Ok(None);
    }
    RawObject::parse(text).map(Some).map_err(|error| Wrong::column("definition", error))
}
