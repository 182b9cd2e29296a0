//! Tests.

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
    /// The definition, a JSON object as a definition file holds it, with this one test. What it says is kept as it was
    /// written, secrets too.
    pub definition: String,
    /// Where it came from.
    pub origin: Origin,
    /// Whether it does not run for now.
    pub paused: bool,
    /// Whether the denied networks are denied to it: who wrote it is no administrator.
    pub restricted: bool,
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
