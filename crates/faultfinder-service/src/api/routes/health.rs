//! `/healthz` and `/readyz`: whether the process lives, and whether it can do its work.
//!
//! Anyone may ask at any rate: the store is checked at most once a second, and the response contains no file, address or
//! error text.

use crate::api::problem::Problem;
use crate::api::reply::Reply;
use crate::api::resources::Alive;
use crate::service::Service;
use crate::timestamp::Timestamp;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// When to look again whether it can do its work, in seconds.
const AGAIN_SECONDS: u64 = 5;

/// Whether the process answers.
#[utoipa::path(
    get, path = "/healthz", tag = "operation", operation_id = "live",
    responses((status = 200, body = Alive))
)]
pub(crate) async fn live() -> Reply {
    Reply::ok(&Alive { status: "ok" })
}

/// Whether it can do its work.
#[utoipa::path(
    get, path = "/readyz", tag = "operation", operation_id = "ready",
    responses((status = 200, body = Parts), (status = 503))
)]
pub(crate) async fn ready(State(service): State<Arc<Service>>) -> Result<Reply, Problem> {
    if service.is_closing() {
        return Err(Problem::shutting_down());
    }
    let parts = Parts::of(&service).await;
    let (error_code, message) = match (parts.store.ok, parts.schedule.ok, parts.definitions.useless) {
        (true, true, false) => return Ok(Reply::ok(&parts)),
        (false, ..) => ("StoreUnavailable", "The database is temporarily unavailable."),
        (true, false, _) => ("ScheduleStopped", "Tests no longer run on schedule; the log says why."),
        (true, true, true) => (
            "NoUsableDefinitions",
            "No definition file can be used, and there is no other test: GET /api/v1/definitions and the log say why.",
        ),
    };
    Err(Problem::unavailable(error_code, message, AGAIN_SECONDS).with_details(&parts))
}

/// How the parts of a service are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Readiness)]
struct Parts {
    status: &'static str,
    store: StorePart,
    schedule: SchedulePart,
    definitions: DefinitionsPart,
}

/// How the store is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StoreReadiness)]
struct StorePart {
    ok: bool,
    kind: &'static str,
    /// Since when nothing is written, or nothing is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    away_since: Option<Timestamp>,
    /// Whether it takes results more slowly than it should: a commit takes more than 250 ms.
    slow: bool,
    /// How long its last commit of results took, in milliseconds.
    #[schema(minimum = 0)]
    commit_ms: f64,
    /// Results that wait for it.
    buffered: usize,
}

/// How the schedule is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScheduleReadiness)]
struct SchedulePart {
    ok: bool,
    tests: usize,
}

/// A file with mistakes does not make a service unready: other files, and the tests that it had before, go on. A service
/// without any test because all of its files have mistakes does nothing of what it was meant to do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DefinitionsReadiness)]
struct DefinitionsPart {
    /// Whether no file has an error, so that the tests are those of the files as they are.
    ok: bool,
    /// Tests of files.
    tests: usize,
    /// Definition files, those with errors included.
    files: usize,
    /// Files with errors: their previous tests continue, if they had any.
    bad: usize,
    /// Errors in all files.
    errors: usize,
    /// When all files were without an error last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    good_at: Option<Timestamp>,
    /// Whether there are files, none of them can be used, and there is no other test.
    #[serde(skip)]
    useless: bool,
}

impl DefinitionsPart {
    fn of(service: &Service) -> Self {
        let Some(loaded) = service.loaded() else {
            return Self { ok: true, tests: 0, files: 0, bad: 0, errors: 0, good_at: None, useless: false };
        };
        Self {
            ok: loaded.is_current(),
            tests: loaded.tests,
            files: loaded.files.len(),
            bad: loaded.bad,
            errors: loaded.errors,
            good_at: loaded.good_at,
            useless: loaded.is_useless() && service.catalog().is_empty(),
        }
    }
}

impl Parts {
    async fn of(service: &Service) -> Self {
        let writer = service.writer().stats();
        let away_since = [writer.commits.away_since, service.store_away_since().await];
        let away_since = away_since.into_iter().flatten().min();
        let store = StorePart {
            ok: away_since.is_none(),
            kind: service.store().kind(),
            away_since,
            slow: writer.is_slow(),
            commit_ms: writer.commits.took.as_secs_f64() * 1000.0,
            buffered: writer.buffered,
        };
        let schedule = service.scheduler().map_or(SchedulePart { ok: false, tests: 0 }, |scheduler| {
            SchedulePart { ok: scheduler.is_running(), tests: scheduler.stats().tests }
        });
        let definitions = DefinitionsPart::of(service);
        let status = if store.ok && schedule.ok && !definitions.useless { "ok" } else { "unavailable" };
        Self { status, store, schedule, definitions }
    }
}
