//! What is asked for, and how it comes: in pages, or whole.

use super::error::Damage;
use super::record::{Outcome, TestRecord};
use crate::timestamp::Timestamp;

/// Most rows of a page.
pub const PAGE_MAX: usize = 500;

/// Most bytes of what is long in the rows of a page: definitions, and what came of runs. A page has one row, however long.
pub(in crate::store) const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Which tests are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a plain question")]
pub struct TestQuery {
    /// Only tests with this tag.
    pub tag: Option<String>,
    /// Only those that are paused, or are not.
    pub paused: Option<bool>,
    /// Only those behind this id.
    pub after: Option<String>,
    /// At most so many, from 1 to [`PAGE_MAX`]; fewer if they are long: 4 MiB end a page.
    pub limit: usize,
}

impl TestQuery {
    /// Whether a test is one of those that are asked for, wherever it is in their order.
    pub(crate) fn is_met_by(&self, test: &TestRecord) -> bool {
        self.tag.as_ref().is_none_or(|tag| test.tags.contains(tag))
            && self.paused.is_none_or(|paused| test.paused == paused)
    }
}

/// Which results are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a plain question")]
pub struct ResultQuery {
    /// Only those of this test.
    pub test: Option<String>,
    /// Only results from this location.
    pub location: Option<String>,
    /// Only results with this status.
    pub outcome: Option<Outcome>,
    /// Only those with this code.
    pub code: Option<String>,
    /// Only results that started at this time or later.
    pub from: Option<Timestamp>,
    /// Only results that started before this time.
    pub to: Option<Timestamp>,
    /// Only those older than this one.
    pub before: Option<ResultKey>,
    /// At most so many, from 1 to [`PAGE_MAX`]; fewer if they are long: 4 MiB end a page.
    pub limit: usize,
}

/// Which entries of the audit log are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a plain question")]
pub struct AuditQuery {
    /// Only what this actor did.
    pub actor: Option<String>,
    /// Only these actions.
    pub action: Option<String>,
    /// Only what was done to this.
    pub subject: Option<String>,
    /// Only entries of this time or later.
    pub from: Option<Timestamp>,
    /// Only entries before this time.
    pub to: Option<Timestamp>,
    /// Only those older than this one.
    pub before: Option<AuditKey>,
    /// At most so many, from 1 to [`PAGE_MAX`].
    pub limit: usize,
}

/// Where an entry is in the order of the audit log: by its moment, then by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a place in an order")]
pub struct AuditKey {
    /// When.
    pub at: Timestamp,
    /// Its number.
    pub number: i64,
}

/// Which alerts are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a plain question")]
pub struct AlertQuery {
    /// Only those of this test.
    pub test: Option<String>,
    /// Only those that go on, or have ended.
    pub open: Option<bool>,
    /// Only those older than this one.
    pub before: Option<AlertKey>,
    /// At most so many, from 1 to [`PAGE_MAX`].
    pub limit: usize,
}

/// Where an alert is in the order of alerts: by its beginning, then by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a place in an order")]
pub struct AlertKey {
    /// When it began.
    pub opened_at: Timestamp,
    /// Its id.
    pub id: String,
}

/// Where a result is in the order of results: by its moment, then by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a place in an order")]
pub struct ResultKey {
    /// When it began.
    pub started_at: Timestamp,
    /// Its id as it is kept: of a damaged row whatever is there.
    pub id: Vec<u8>,
}

/// A page of rows. What cannot be read is left out of it, and hides nothing behind it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "rows, and what is behind them")]
pub struct Page<T, K> {
    /// The rows.
    pub rows: Vec<T>,
    /// The rows of this page that cannot be read.
    pub damaged: Vec<Damage>,
    /// Where the next page begins: behind this one. Nothing when this is the last.
    pub next: Option<K>,
}

/// All rows of a kind. What cannot be read is left out.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "rows, and what is wrong with others")]
pub struct Listed<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The rows that cannot be read.
    pub damaged: Vec<Damage>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), damaged: Vec::new() }
    }
}

impl<T> Listed<T> {
    /// Adds a row to those that can be read, or to the others.
    pub(in crate::store) fn add(&mut self, row: Result<T, Damage>) {
        match row {
            Ok(row) => self.rows.push(row),
            Err(damage) => self.damaged.push(damage),
        }
    }
}

impl<T> FromIterator<Result<T, Damage>> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = Result<T, Damage>>>(rows: I) -> Self {
        let mut listed = Self::default();
        rows.into_iter().for_each(|row| listed.add(row));
        listed
    }
}
