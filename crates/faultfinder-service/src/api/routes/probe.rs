//! `/probe`: a module of a `blackbox.yml` with a target, as blackbox_exporter answers.

use crate::api::context::Actor;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::status::Status;
use crate::exporter;
use crate::modules::Wanted;
use crate::rounds::share_of;
use crate::service::Service;
use crate::token::Scope;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Uri, header};
use std::sync::Arc;
use std::time::Duration;

/// The module that is meant if none is named, as in the exporter.
const MODULE_DEFAULT: &str = "http_2xx";
/// Longest target, in bytes. Tests of targets are kept ready.
const TARGET_BYTES_MAX: usize = 2_000;
/// How long before the end of a scrape the probe ends, as in the exporter: the answer has to arrive, too.
const BEFORE_THE_END: Duration = Duration::from_millis(500);
/// How long Prometheus waits for this scrape, in seconds.
const SCRAPE_TIMEOUT: &str = "x-prometheus-scrape-timeout-seconds";

/// Probes a target as a module says, and answers with metrics. The result is not kept.
///
/// Prometheus' scrape configurations for blackbox_exporter can stay as they are, except for the token.
#[utoipa::path(
    get, path = "/probe", tag = "operation", operation_id = "probe",
    params(
        ("target" = String, Query, description = "What is probed"),
        ("module" = Option<String>, Query, description = "A module of the file; default http_2xx"),
        ("debug" = Option<bool>, Query, description = "Also the result, for people"),
    ),
    responses((status = 200, content((String = "text/plain"))), (status = 400), (status = 404), (status = 429), (status = 503)),
    security(("token" = ["runs:execute"]))
)]
pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    actor: Actor,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    actor.may(&[Scope::RunsExecute])?;
    let mut query = Query::of(&uri);
    let target = query.text("target").filter(|target| !target.is_empty());
    let module = query.text("module").unwrap_or_else(|| MODULE_DEFAULT.to_owned());
    let read = |text: &str| match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    let is_for_people = query.one_of("debug", "true or false", read).unwrap_or(false);
    match &target {
        None => query.wrong("target", "is missing: what is to be probed?"),
        Some(target) if target.len() > TARGET_BYTES_MAX => {
            query.wrong("target", format!("is longer than {TARGET_BYTES_MAX} bytes"));
        }
        Some(_) => {}
    }
    query.finish()?;
    if service.modules().is_none() {
        let message = "This service has no modules: set `modules` to a blackbox.yml.";
        return Err(Problem::new(Status::NotFound, "NoModules", message));
    }
    if service.is_closing() {
        return Err(Problem::shutting_down());
    }
    let restricted = !actor.is_admin();
    let wanted = Wanted { module, target: target.unwrap_or_default(), limit: limit(&headers), restricted };
    let (of, asked) = (Arc::clone(&service), wanted.clone());
    // It reads files.
    let planned =
        tokio::task::spawn_blocking(move || of.modules().map(|modules| modules.test(&asked, of.now()))).await;
    let planned = planned.map_err(|error| Problem::internal(error.to_string()))?;
    let planned = planned.ok_or_else(|| Problem::internal("the modules are gone"))?;
    let test = planned.map_err(|why| Problem::new(Status::BadRequest, "InvalidProbe", why))?;
    let starting = || Problem::unavailable("Starting", "The service is starting.", 1);
    let overloaded = |_| Problem::unavailable("Overloaded", "Too many runs are in flight.", 1);
    let share = share_of(&actor.id, &test, test.id());
    let place = service.scheduler().ok_or_else(starting)?.admit(share).await.map_err(overloaded)?;
    let result = service.probe(&test, &actor.id, restricted).await;
    drop(place);
    let metrics = exporter::text(&result);
    let text = if is_for_people {
        let result =
            serde_json::to_string_pretty(&result).map_err(|error| Problem::internal(error.to_string()))?;
        format!(
            "Result of the module {} with {}:\n{result}\n\nMetrics:\n{metrics}",
            wanted.module, wanted.target
        )
    } else {
        metrics
    };
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// How long the probe may take, by what Prometheus says of its scrape.
fn limit(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(SCRAPE_TIMEOUT)?.to_str().ok()?.parse().ok()?;
    let all = Duration::try_from_secs_f64(seconds).ok().filter(|all| !all.is_zero())?;
    Some(all.checked_sub(BEFORE_THE_END).filter(|left| !left.is_zero()).unwrap_or(all))
}
