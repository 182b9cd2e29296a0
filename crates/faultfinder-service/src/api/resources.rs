//! What is shown of tests, results and tokens.

use crate::store::{Origin, ResultRecord, Summary, TestRecord, Trigger};
use crate::{Scope, Timestamp, Token};
use serde::Serialize;
use serde_json::Value;

/// A test.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestResource {
    id: String,
    version: i64,
    name: String,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    every_seconds: Option<u64>,
    paused: bool,
    origin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    definition: Value,
}

impl From<TestRecord> for TestResource {
    fn from(record: TestRecord) -> Self {
        let (origin, file) = match record.origin {
            Origin::Api => ("api", None),
            Origin::File(file) => ("file", Some(file)),
        };
        Self {
            id: record.id,
            version: record.version,
            name: record.name,
            tags: record.tags,
            every_seconds: record.every.map(|every| every.as_secs()),
            paused: record.paused,
            origin,
            file,
            created_at: record.created_at,
            updated_at: record.updated_at,
            definition: serde_json::from_str(&record.definition).unwrap_or_default(),
        }
    }
}

/// A result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultResource {
    id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    test: String,
    test_version: i64,
    location: String,
    started_at: Timestamp,
    status: &'static str,
    code: Option<String>,
    duration_ms: f64,
    delay_ms: f64,
    trigger: &'static str,
    result: Value,
}

impl From<ResultRecord> for ResultResource {
    fn from(record: ResultRecord) -> Self {
        Self {
            id: record.id.to_string(),
            test: record.test,
            test_version: record.test_version,
            location: record.location,
            started_at: record.started_at,
            status: record.outcome.as_str(),
            code: record.code,
            duration_ms: record.duration_ms,
            delay_ms: record.delay_ms,
            trigger: match record.trigger {
                Trigger::Schedule => "schedule",
                Trigger::Api => "api",
            },
            result: serde_json::from_str(&record.body).unwrap_or_default(),
        }
    }
}

/// A list, page by page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    /// Asks for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<String>,
}

/// What came of a test in a range of time.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Uptime {
    test: String,
    from: Timestamp,
    to: Timestamp,
    period: &'static str,
    /// Passed runs of 100 that passed or failed; absent without any.
    uptime_percent: Option<f64>,
    passed: u64,
    failed: u64,
    errors: u64,
    missed: u64,
    periods: Vec<PeriodResource>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PeriodResource {
    begins: Timestamp,
    uptime_percent: Option<f64>,
    passed: u64,
    failed: u64,
    errors: u64,
    missed: u64,
    #[serde(rename = "p50Ms")]
    p50: Option<f64>,
    #[serde(rename = "p95Ms")]
    p95: Option<f64>,
    #[serde(rename = "p99Ms")]
    p99: Option<f64>,
}

impl Uptime {
    pub(crate) fn new(
        test: String,
        range: (Timestamp, Timestamp),
        period: &'static str,
        rows: &[Summary],
    ) -> Self {
        let sum = |of: fn(&Summary) -> u64| rows.iter().map(of).sum();
        let (passed, failed) = (sum(|row| row.passed), sum(|row| row.failed));
        Self {
            test,
            from: range.0,
            to: range.1,
            period,
            uptime_percent: percent(passed, failed),
            passed,
            failed,
            errors: sum(|row| row.errors),
            missed: sum(|row| row.missed),
            periods: rows.iter().map(PeriodResource::from).collect(),
        }
    }
}

impl From<&Summary> for PeriodResource {
    fn from(row: &Summary) -> Self {
        let [p50, p95, p99] = row.percentiles_ms.map_or([None; 3], |all| all.map(Some));
        Self {
            begins: row.begins,
            uptime_percent: percent(row.passed, row.failed),
            passed: row.passed,
            failed: row.failed,
            errors: row.errors,
            missed: row.missed,
            p50,
            p95,
            p99,
        }
    }
}

/// Passed of 100 that passed or failed, with three decimals. What failed because of us says nothing of the target.
fn percent(passed: u64, failed: u64) -> Option<f64> {
    let all = passed.saturating_add(failed);
    #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 runs")]
    let share = |part: u64| (part as f64 / all as f64 * 100_000.0).round() / 1000.0;
    (all > 0).then(|| share(passed))
}

/// A token, without what it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenResource {
    id: String,
    name: String,
    scopes: Vec<Scope>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    /// Told once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
}

impl From<Token> for TokenResource {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            scopes: token.scopes.into_iter().collect(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            token: None,
        }
    }
}
