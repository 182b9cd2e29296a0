//! Between rows and records: the same words in both databases.

use super::error::StoreError;
use super::record::{Origin, Outcome, ResultRecord, TestRecord, Trigger};
use super::tally::{Tally, durations};
use crate::timestamp::Timestamp;
use crate::token::{Scope, Token};
use sqlx::Row as _;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// The columns of a test, in the order in which they are written.
pub(super) const TEST: &str = "id, version, name, tags, every_ms, definition, file, paused, restricted, created_at, updated_at, deleted_at";

/// The columns of a result, in the order in which they are written.
pub(super) const RESULT: &str = "id, test, test_version, location, started_at, outcome, code, duration_ms, delay_ms, \
                                 triggered_by, body";

/// A row of either database.
pub(super) trait Columns {
    /// A number.
    fn int(&self, name: &str) -> Result<i64, StoreError>;
    /// A number, or nothing.
    fn maybe_int(&self, name: &str) -> Result<Option<i64>, StoreError>;
    /// A number with a fraction.
    fn float(&self, name: &str) -> Result<f64, StoreError>;
    /// A text.
    fn text(&self, name: &str) -> Result<String, StoreError>;
    /// A text, or nothing.
    fn maybe_text(&self, name: &str) -> Result<Option<String>, StoreError>;
    /// Bytes.
    fn bytes(&self, name: &str) -> Result<Vec<u8>, StoreError>;
}

macro_rules! columns {
    ($row:ty) => {
        impl Columns for $row {
            fn int(&self, name: &str) -> Result<i64, StoreError> {
                Ok(self.try_get(name)?)
            }
            fn maybe_int(&self, name: &str) -> Result<Option<i64>, StoreError> {
                Ok(self.try_get(name)?)
            }
            fn float(&self, name: &str) -> Result<f64, StoreError> {
                Ok(self.try_get(name)?)
            }
            fn text(&self, name: &str) -> Result<String, StoreError> {
                Ok(self.try_get(name)?)
            }
            fn maybe_text(&self, name: &str) -> Result<Option<String>, StoreError> {
                Ok(self.try_get(name)?)
            }
            fn bytes(&self, name: &str) -> Result<Vec<u8>, StoreError> {
                Ok(self.try_get(name)?)
            }
        }
    };
}

columns!(sqlx::sqlite::SqliteRow);
columns!(sqlx::postgres::PgRow);

/// A moment, or nothing.
fn maybe_moment(row: &impl Columns, name: &str) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.maybe_int(name)?.map(Timestamp::from_millis))
}

/// The test of a row.
pub(super) fn test(row: &impl Columns) -> Result<TestRecord, StoreError> {
    let tags = serde_json::from_str(&row.text("tags")?);
    Ok(TestRecord {
        id: row.text("id")?,
        version: row.int("version")?,
        name: row.text("name")?,
        tags: tags.map_err(|error| StoreError::Broken(format!("tags of a test: {error}")))?,
        every: row.maybe_int("every_ms")?.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis),
        definition: row.text("definition")?,
        origin: row.maybe_text("file")?.map_or(Origin::Api, Origin::File),
        paused: row.int("paused")? != 0,
        restricted: row.int("restricted")? != 0,
        created_at: Timestamp::from_millis(row.int("created_at")?),
        updated_at: Timestamp::from_millis(row.int("updated_at")?),
        deleted_at: maybe_moment(row, "deleted_at")?,
    })
}

/// Tags as they are kept.
pub(super) fn tags(tags: &[String]) -> String {
    serde_json::Value::from(tags).to_string()
}

/// An interval as it is kept.
pub(super) fn every_ms(every: Option<Duration>) -> Option<i64> {
    every.map(|every| i64::try_from(every.as_millis()).unwrap_or(i64::MAX))
}

/// The file that a test comes from.
pub(super) fn file(origin: Origin) -> Option<String> {
    match origin {
        Origin::Api => None,
        Origin::File(file) => Some(file),
    }
}

/// The result of a row.
pub(super) fn result(row: &impl Columns) -> Result<ResultRecord, StoreError> {
    let id = Uuid::from_slice(&row.bytes("id")?);
    Ok(ResultRecord {
        id: id.map_err(|error| StoreError::Broken(format!("the id of a result: {error}")))?,
        test: row.text("test")?,
        test_version: row.int("test_version")?,
        location: row.text("location")?,
        started_at: Timestamp::from_millis(row.int("started_at")?),
        outcome: outcome(row)?,
        code: row.maybe_text("code")?,
        duration_ms: row.float("duration_ms")?,
        delay_ms: row.float("delay_ms")?,
        trigger: match row.int("triggered_by")? {
            0 => Trigger::Schedule,
            1 => Trigger::Api,
            other => return Err(StoreError::Broken(format!("a result was triggered by {other}"))),
        },
        body: row.text("body")?,
    })
}

/// The outcome of a row.
pub(super) fn outcome(row: &impl Columns) -> Result<Outcome, StoreError> {
    let number = row.int("outcome")?;
    let known = Outcome::ALL.iter().copied().find(|outcome| outcome_number(*outcome) == number);
    known.ok_or_else(|| StoreError::Broken(format!("a result has the outcome {number}")))
}

/// An outcome as it is kept.
pub(super) const fn outcome_number(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Passed => 0,
        Outcome::Failed => 1,
        Outcome::Error => 2,
        Outcome::Missed => 3,
    }
}

/// A trigger as it is kept.
pub(super) const fn trigger_number(trigger: Trigger) -> i64 {
    match trigger {
        Trigger::Schedule => 0,
        Trigger::Api => 1,
    }
}

/// A text that both databases keep: PostgreSQL has none with a zero in it.
pub(super) fn kept(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// A number that both databases keep; one that is none is 0.
pub(super) const fn finite(number: f64) -> f64 {
    if number.is_finite() { number } else { 0.0 }
}

/// The tally of a row.
pub(super) fn tally(row: &impl Columns) -> Result<Tally, StoreError> {
    Ok(Tally {
        passed: row.int("passed")?,
        failed: row.int("failed")?,
        errors: row.int("errors")?,
        missed: row.int("missed")?,
        durations: durations(&row.bytes("durations")?)?,
    })
}

/// The token of a row.
pub(super) fn token(row: &impl Columns) -> Result<Token, StoreError> {
    let scopes: Option<BTreeSet<Scope>> =
        row.text("scopes")?.split_whitespace().map(Scope::from_name).collect();
    Ok(Token {
        id: row.text("id")?,
        name: row.text("name")?,
        scopes: scopes.ok_or_else(|| StoreError::Broken("a token has an unknown scope".to_owned()))?,
        created_at: Timestamp::from_millis(row.int("created_at")?),
        expires_at: maybe_moment(row, "expires_at")?,
        revoked_at: maybe_moment(row, "revoked_at")?,
    })
}

/// Scopes as they are kept.
pub(super) fn scopes(scopes: &BTreeSet<Scope>) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}
