//! What is shown of tests, results and tokens. The document of the API describes these very types.

use super::openapi::violations;
use crate::alerts::Notifier;
use crate::state::State;
use crate::store::{
    AlertRecord, Audited, Delivery, Origin, Outcome, Period, RawObject, ResultRecord, RetriesOff,
    SilenceRecord, Summary, TestRecord, Trigger,
};
use crate::timestamp::Timestamp;
use crate::token::{Scope, Token};
use faultfinder_taxonomy::{Blame, Code, ConstraintViolation, Elsewhere, Protocol};
use serde::Serialize;
use utoipa::ToSchema;

/// The status of a test that has no result yet.
pub(crate) const UNKNOWN: &str = "unknown";

/// A test.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Test)]
pub(crate) struct TestResource {
    id: String,
    /// 1 for a new one, one more for each change.
    #[schema(minimum = 1)]
    version: i64,
    name: String,
    tags: Vec<String>,
    /// How often it runs; absent when it runs on demand only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    every_seconds: Option<u64>,
    /// Whether it does not run at its interval for now.
    paused: bool,
    /// Where it came from: `api` or `file`. What is in a file is changed there.
    #[schema(pattern = "^(api|file)$")]
    origin: &'static str,
    /// The file, for one that came from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    file: Option<String>,
    /// How its last run ended: `passed`, `failed` or `error`; `unknown` before the first one. A run that was missed does not
    /// count.
    #[schema(pattern = "^(passed|failed|error|unknown)$")]
    status: &'static str,
    /// When the first run began of those that ended so, up to the last one.
    #[schema(required)]
    since: Option<Timestamp>,
    /// The code of the fault of its last run: one of `/api/v1/codes`.
    #[schema(required)]
    code: Option<String>,
    #[schema(required)]
    last_result: Option<LastResultResource>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// Present while automatic retries are off: the target refused the credentials of the test. They are on again when
    /// the test, or a secret that it uses, changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retries_off: Option<RetriesOffResource>,
    /// Its definition as it was given; null for a test of a file.
    #[schema(value_type = Option<Object>, required)]
    definition: Option<RawObject>,
}

/// The result of the last run of a test. It can be read as soon as it is durable.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LastResult)]
struct LastResultResource {
    #[schema(format = "uuid")]
    id: String,
    started_at: Timestamp,
}

/// Since when and why automatic retries are off.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RetriesOff)]
struct RetriesOffResource {
    since: Timestamp,
    /// The message of the fault.
    message: String,
}

impl TestResource {
    /// A test, and whether its automatic retries are off.
    pub(crate) fn new(record: TestRecord, retries_off: Option<RetriesOff>) -> Self {
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
            status: UNKNOWN,
            since: None,
            code: None,
            last_result: None,
            created_at: record.created_at,
            updated_at: record.updated_at,
            retries_off: retries_off
                .map(|RetriesOff { since, message, .. }| RetriesOffResource { since, message }),
            definition: record.definition,
        }
    }

    /// The same test with how it ended last.
    pub(crate) fn in_state(mut self, state: Option<State>) -> Self {
        if let Some(State { since, last }) = state {
            (self.status, self.since, self.code) = (last.outcome.as_str(), Some(since), last.code);
            let (id, started_at) = (last.id.to_string(), last.started_at);
            self.last_result = Some(LastResultResource { id, started_at });
        }
        self
    }
}

/// A result.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Result)]
pub(crate) struct ResultResource {
    #[schema(format = "uuid")]
    id: String,
    /// The id of the test; absent for a run of a definition that is not kept.
    #[serde(skip_serializing_if = "String::is_empty")]
    test: String,
    /// The version of the test when it ran; 0 without a test.
    #[schema(minimum = 0)]
    test_version: i64,
    location: String,
    /// When it began, or should have begun.
    started_at: Timestamp,
    #[schema(value_type = Outcome)]
    status: &'static str,
    /// The code of its fault: one of `/api/v1/codes`.
    #[schema(required)]
    code: Option<String>,
    #[schema(minimum = 0)]
    duration_ms: f64,
    /// How much later it began than it should have: our own doing, never the target's.
    #[schema(minimum = 0)]
    delay_ms: f64,
    /// Who asked for it: `schedule` or `api`.
    #[schema(pattern = "^(schedule|api)$")]
    trigger: &'static str,
    /// What `faultfinder run --format json` says of a run: timings, fault, assertions, attempts; `reason` and `count`
    /// for a run that did not happen.
    #[schema(value_type = Object)]
    result: RawObject,
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
            result: record.body,
        }
    }
}

/// A list, page by page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    /// Asks for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) next_cursor: Option<String>,
}

/// A list that is never longer than a page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct All<T> {
    pub(crate) items: Vec<T>,
}

/// A code of the taxonomy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Code)]
pub(crate) struct CodeResource {
    code: &'static str,
    title: &'static str,
    description: &'static str,
    /// The protocols that can end with it.
    #[schema(value_type = Vec<String>)]
    protocols: &'static [Protocol],
    /// Who usually has to act.
    #[schema(value_type = String)]
    blame: Blame,
    /// What to do next, most likely first.
    hints: &'static [&'static str],
    /// What its faults are called elsewhere; the first row that fits holds.
    #[schema(value_type = Vec<Object>)]
    elsewhere: Vec<&'static Elsewhere>,
}

impl From<Code> for CodeResource {
    fn from(code: Code) -> Self {
        let explained = code.explanation();
        Self {
            code: code.as_str(),
            title: explained.title,
            description: explained.description,
            protocols: explained.protocols,
            blame: explained.blame,
            hints: explained.hints,
            elsewhere: Elsewhere::of(code).collect(),
        }
    }
}

/// A place where tests run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Location {
    pub(crate) name: String,
}

/// What is wrong with a definition.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verdict {
    /// Whether it can be used.
    pub(crate) valid: bool,
    /// Its tests; none when it cannot be used.
    pub(crate) tests: Vec<TestName>,
    /// Everything that is wrong with it.
    #[schema(schema_with = violations)]
    pub(crate) constraint_violations: Vec<ConstraintViolation>,
}

/// A test of a definition that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TestName {
    pub(crate) name: String,
}

/// A test that was deleted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deleted {
    pub(crate) id: String,
    pub(crate) deleted_at: Timestamp,
}

/// The history of a test that was deleted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletedHistory {
    /// The id of the test.
    pub(crate) test: String,
    /// Results that were deleted.
    pub(crate) results: u64,
    /// Summaries of hours and days that were deleted.
    pub(crate) summaries: u64,
}

/// A token that was revoked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Revoked {
    pub(crate) id: String,
    pub(crate) revoked_at: Timestamp,
}

/// A process that answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Alive {
    /// Always `ok`.
    pub(crate) status: &'static str,
}

/// What came of a test in a range of time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Uptime {
    test: String,
    from: Timestamp,
    to: Timestamp,
    #[schema(value_type = Period)]
    period: &'static str,
    /// Passed runs of 100 that passed or failed; null without any.
    #[schema(required, minimum = 0, maximum = 100)]
    uptime_percent: Option<f64>,
    passed: u64,
    failed: u64,
    errors: u64,
    missed: u64,
    periods: Vec<PeriodResource>,
}

/// What came of a test in a period.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UptimePeriod)]
struct PeriodResource {
    begins: Timestamp,
    #[schema(required, minimum = 0, maximum = 100)]
    uptime_percent: Option<f64>,
    passed: u64,
    failed: u64,
    errors: u64,
    missed: u64,
    #[serde(rename = "p50Ms")]
    #[schema(required)]
    p50: Option<f64>,
    #[serde(rename = "p95Ms")]
    #[schema(required)]
    p95: Option<f64>,
    #[serde(rename = "p99Ms")]
    #[schema(required)]
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
pub(crate) fn percent(passed: u64, failed: u64) -> Option<f64> {
    let all = passed.saturating_add(failed);
    #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 runs")]
    let share = |part: u64| (part as f64 / all as f64 * 100_000.0).round() / 1000.0;
    (all > 0).then(|| share(passed))
}

/// A token, without what it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Token)]
pub(crate) struct TokenResource {
    id: String,
    name: String,
    scopes: Vec<Scope>,
    created_at: Timestamp,
    #[schema(required)]
    expires_at: Option<Timestamp>,
    /// The token itself. Shown once, when it is created.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
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

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEntry)]
pub(crate) struct AuditResource {
    at: Timestamp,
    /// The id of the token; `admin` for the token of the configuration, `local` where none is needed, `unknown` for a login
    /// that failed.
    actor: String,
    /// What was done.
    action: String,
    /// What it was done to: the id of a test, token or result; for a login that failed the address of the client.
    subject: String,
    /// The W3C trace id of the request.
    trace_id: String,
}

impl From<Audited> for AuditResource {
    fn from(entry: Audited) -> Self {
        let Audited { at, actor, action, subject, trace_id, number: _ } = entry;
        Self { at, actor, action, subject, trace_id }
    }
}

/// An alert: a test failed by the rule of its `alert`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Alert)]
pub(crate) struct AlertResource {
    #[schema(format = "uuid")]
    id: String,
    /// The id of the test.
    test: String,
    /// Its number among the alerts of the test, from 1.
    #[schema(minimum = 1)]
    number: i64,
    opened_at: Timestamp,
    /// When it ended; null for one that goes on.
    #[schema(required)]
    ended_at: Option<Timestamp>,
    /// The latest notice of it: what is wrong, why, since when, in which locations, and what broke.
    #[schema(value_type = Object)]
    notice: RawObject,
}

impl From<AlertRecord> for AlertResource {
    fn from(record: AlertRecord) -> Self {
        let AlertRecord { id, test, number, opened_at, ended_at, body } = record;
        Self { id, test, number, opened_at, ended_at, notice: body }
    }
}

/// An alert, with what was sent of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertDetails {
    #[serde(flatten)]
    pub(crate) alert: AlertResource,
    /// Whether somebody works on it: then no reminders are sent.
    pub(crate) is_acknowledged: bool,
    /// Its notices on their way to notifiers, the latest first, at most 500.
    pub(crate) deliveries: Vec<DeliveryResource>,
}

/// That a report of a job was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportTaken {
    /// The id of the test.
    pub(crate) test: String,
    /// The id of the result; null when the job has only begun.
    #[schema(required)]
    #[schema(format = "uuid")]
    pub(crate) result: Option<String>,
}

/// A time in which nothing is sent about tests.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Silence)]
pub(crate) struct SilenceResource {
    #[schema(format = "uuid")]
    id: String,
    /// The ids of the tests that it concerns.
    tests: Vec<String>,
    /// It also concerns each test that has all of these tags. With neither tests nor tags it concerns all.
    tags: Vec<String>,
    starts_at: Timestamp,
    ends_at: Timestamp,
    /// Whether failures do not count either.
    is_maintenance: bool,
    comment: String,
    /// The id of the token that made it; `admin` for the token of the configuration, `local` where none is needed.
    owner: String,
    created_at: Timestamp,
}

impl From<SilenceRecord> for SilenceResource {
    fn from(record: SilenceRecord) -> Self {
        let SilenceRecord { id, tests, tags, starts_at, ends_at, is_maintenance, comment, owner, created_at } =
            record;
        Self { id, tests, tags, starts_at, ends_at, is_maintenance, comment, owner, created_at }
    }
}

/// Where alerts are sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Notifier)]
pub(crate) struct NotifierResource {
    name: String,
    /// What receives the alerts: `webhook`, `slack`, `pagerduty` and so on.
    #[serde(rename = "type")]
    kind: &'static str,
}

impl From<&Notifier> for NotifierResource {
    fn from(notifier: &Notifier) -> Self {
        Self { name: notifier.name().to_owned(), kind: notifier.kind().as_str() }
    }
}

/// What came of trying a notifier out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Trial {
    /// Whether the notifier took it: it answered with a status below 300, or sends e-mail and all recipients were accepted.
    pub(crate) is_delivered: bool,
    /// Why not.
    #[schema(required)]
    pub(crate) failure: Option<String>,
}

/// A notice on its way to a notifier.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Delivery)]
pub(crate) struct DeliveryResource {
    /// The number of the notice among those of the alert, from 1.
    #[schema(minimum = 1)]
    notice: i64,
    /// The name of the notifier.
    notifier: String,
    /// `waiting`, `delivered` or `given_up`.
    #[schema(pattern = "^(waiting|delivered|given_up)$")]
    state: &'static str,
    /// When the notice came about.
    at: Timestamp,
    /// How often it was tried.
    #[schema(minimum = 0)]
    attempts: i64,
    /// When it was delivered or given up.
    #[schema(required)]
    ended_at: Option<Timestamp>,
    /// When it is tried next, for one that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_at: Option<Timestamp>,
    /// Why the latest attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    failure: Option<String>,
}

impl From<Delivery> for DeliveryResource {
    fn from(delivery: Delivery) -> Self {
        let Delivery { notice, notifier, at, due_at, attempts, ended_at, failure, .. } = delivery;
        let state = match (ended_at, &failure) {
            (None, _) => "waiting",
            (Some(_), None) => "delivered",
            (Some(_), Some(_)) => "given_up",
        };
        let next_at = Some(due_at).filter(|_| ended_at.is_none());
        Self { notice, notifier, state, at, attempts, ended_at, next_at, failure }
    }
}
