//! What is asked for, in pages.

use super::record::Outcome;
use crate::timestamp::Timestamp;
use uuid::Uuid;

/// Most rows of a page.
pub const PAGE_MAX: usize = 500;

/// Which tests are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a plain question")]
pub struct TestQuery {
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Only those that are paused, or are not.
    pub paused: Option<bool>,
    /// Only those behind this id.
    pub after: Option<String>,
    /// At most so many, up to [`PAGE_MAX`].
    pub limit: usize,
}

/// Which results are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a plain question")]
pub struct ResultQuery {
    /// Only those of this test.
    pub test: Option<String>,
    /// Only those from this location.
    pub location: Option<String>,
    /// Only those that ended so.
    pub outcome: Option<Outcome>,
    /// Only those with this code.
    pub code: Option<String>,
    /// Only those that began at this moment or later.
    pub from: Option<Timestamp>,
    /// Only those that began before this moment.
    pub to: Option<Timestamp>,
    /// Only those older than this one, by their moment and id.
    pub before: Option<(Timestamp, Uuid)>,
    /// At most so many, up to [`PAGE_MAX`].
    pub limit: usize,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "rows, and whether there are more")]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there are more behind them.
    pub more: bool,
}
