//! Reports of jobs: `/api/v1/tests/{id}/heartbeat` with a token, and `/heartbeat/{key}` with the key of the test.

use super::runs::durable;
use crate::api::body::{Fields, JsonObject};
use crate::api::context::Actor;
use crate::api::openapi::NewReport;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::ReportTaken;
use crate::api::routes::test_resources::known;
use crate::api::status::Status;
use crate::catalog::Kept;
use crate::heartbeats::{OUTPUT_BYTES_MAX, Report, Taken, take};
use crate::service::Service;
use crate::token::Scope;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use faultfinder_taxonomy::ParameterLocation;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Uri};
use http_body_util::{BodyExt as _, Limited};
use std::sync::Arc;
use std::time::Duration;

/// Most bytes of a body that are read.
const BODY_BYTES_MAX: usize = 1_000_000;
/// How long a body may take to arrive.
const BODY_MAX: Duration = Duration::from_secs(30);

/// Takes the report of a job, and answers when its result is durable.
#[utoipa::path(
    post, path = "/tests/{id}/heartbeat", tag = "tests", operation_id = "reportHeartbeat",
    params(("id" = String, Path, description = "The id of a heartbeat")),
    request_body = NewReport,
    responses((status = 200, body = ReportTaken), (status = 404), (status = 410)),
    security(("token" = ["runs:execute"]))
)]
pub(crate) async fn report(
    State(service): State<Arc<Service>>,
    actor: Actor,
    Named(id): Named,
    request: Request,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::RunsExecute])?;
    let mut fields = Fields::new(JsonObject::small(&service, &actor, request).await?);
    let event = fields.text("event").unwrap_or_else(|| "end".to_owned());
    let exit_code = fields.integer("exitCode");
    let output = fields.text("output");
    if !matches!(event.as_str(), "start" | "end" | "fail") {
        fields.wrong("event", "must be start, end or fail");
    }
    let exit_code = match exit_code.map(u8::try_from) {
        None => None,
        Some(Ok(code)) => Some(code),
        Some(Err(_)) => {
            fields.wrong("exitCode", "must be an integer from 0 to 255");
            None
        }
    };
    fields.finish()?;
    let record = known(&service, &id).await?;
    let kept = heartbeat(&service, &record.id).ok_or_else(|| {
        let message = "is not a heartbeat: it is run, and does not report";
        Problem::violation("NotAHeartbeat", "id", message, ParameterLocation::Path)
    })?;
    let is_good = event == "end" && exit_code.is_none_or(|code| code == 0);
    let report = match event.as_str() {
        "start" => Report::Begins,
        _ => Report::Ends { is_good, exit_code, output },
    };
    let result = taken(&service, &kept, report).await?;
    let result = result.map(|id| id.to_string());
    Ok(Reply::ok(&ReportTaken { test: record.id, result }))
}

/// `/heartbeat/{key}`: the job has ended well.
pub(crate) async fn end(
    State(service): State<Arc<Service>>,
    Path(key): Path<String>,
    request: Request,
) -> Result<&'static str, Problem> {
    let output = output(request).await?;
    by_key(&service, &key, Report::Ends { is_good: true, exit_code: None, output }).await
}

/// `/heartbeat/{key}/{event}`: `start`, `fail`, or the exit code of the job.
pub(crate) async fn event(
    State(service): State<Arc<Service>>,
    Path((key, event)): Path<(String, String)>,
    request: Request,
) -> Result<&'static str, Problem> {
    let output = output(request).await?;
    let report = match event.as_str() {
        "start" => Report::Begins,
        "fail" => Report::Ends { is_good: false, exit_code: None, output },
        code => match code.parse::<u8>() {
            Ok(code) => Report::exit(code, output),
            Err(_) => {
                let message = "must be start, fail, or an exit code from 0 to 255";
                return Err(Problem::violation("InvalidEvent", "event", message, ParameterLocation::Path));
            }
        },
    };
    by_key(&service, &key, report).await
}

/// `/api/push/{key}?status=up&msg=..`, as Uptime Kuma takes it.
pub(crate) async fn push(
    State(service): State<Arc<Service>>,
    Path(key): Path<String>,
    uri: Uri,
) -> Result<&'static str, Problem> {
    let mut query = Query::of(&uri);
    let output = query.text("msg");
    let status = query.one_of("status", "up or down", |status| match status {
        "up" => Some(true),
        "down" => Some(false),
        _ => None,
    });
    // How long it took, by the job itself.
    let _ = query.text("ping");
    query.finish()?;
    let report = Report::Ends { is_good: status.unwrap_or(true), exit_code: None, output };
    by_key(&service, &key, report).await?;
    Ok("{\"ok\":true}")
}

/// `/api/v1/endpoints/{name}/external?success=true&error=..` with the key as a token, as Gatus takes it. The key says which test it
/// is; the name does not matter.
pub(crate) async fn external(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<&'static str, Problem> {
    let mut query = Query::of(&uri);
    let output = query.text("error").filter(|error| !error.is_empty());
    let success = query.one_of("success", "true or false", |text| text.parse::<bool>().ok());
    // How long it took, by the job itself.
    let _ = query.text("duration");
    if success.is_none() {
        query.wrong("success", "must be true or false");
    }
    query.finish()?;
    let key = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = key.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().to_owned();
    let report = Report::Ends { is_good: success.unwrap_or_default(), exit_code: None, output };
    by_key(&service, &key, report).await
}

/// A test that reports by itself.
fn heartbeat(service: &Service, id: &str) -> Option<Arc<Kept>> {
    service.catalog().get(id).filter(|kept| kept.planned().is_some_and(|test| test.heartbeat().is_some()))
}

async fn by_key(service: &Arc<Service>, key: &str, report: Report) -> Result<&'static str, Problem> {
    let test = service.heartbeats().of_key(key);
    let kept = test.and_then(|test| heartbeat(service, &test));
    // The key is a secret: it is not repeated.
    let unknown = || Problem::new(Status::NotFound, "NotFound", "There is no heartbeat with this key.");
    let kept = kept.ok_or_else(unknown)?;
    taken(service, &kept, report).await?;
    Ok("OK\n")
}

/// Takes a report, and comes back when its result is durable: its id.
async fn taken(
    service: &Arc<Service>,
    kept: &Arc<Kept>,
    report: Report,
) -> Result<Option<uuid::Uuid>, Problem> {
    let (of, kept) = (Arc::clone(service), Arc::clone(kept));
    let change = service.changes().carry_out(async move {
        durable(&of, || match take(&of, &kept, report) {
            Taken::Noted => None,
            Taken::Result(record) => Some(*record),
        })
        .await
    });
    let record = change.await.ok_or_else(|| Problem::internal("a report panicked"))??;
    Ok(record.map(|record| record.id))
}

/// What a job has written, as text: its end, if it is long.
async fn output(request: Request<Body>) -> Result<Option<String>, Problem> {
    let body = tokio::time::timeout(BODY_MAX, Limited::new(request.into_body(), BODY_BYTES_MAX).collect());
    let body = body.await.map_err(|_| Problem::of_status(http::StatusCode::REQUEST_TIMEOUT))?;
    let bytes = body.map_err(|_| {
        let message = format!("must have at most {BODY_BYTES_MAX} bytes");
        Problem::violation("BodyTooLarge", "body", message, ParameterLocation::PayloadBody)
    })?;
    let bytes = bytes.to_bytes();
    let end = bytes.len().saturating_sub(OUTPUT_BYTES_MAX.saturating_mul(2));
    let text = String::from_utf8_lossy(bytes.get(end..).unwrap_or_default()).into_owned();
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}
