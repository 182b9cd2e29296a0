//! `/api/v1/runs`: runs of definitions that are not kept.

use crate::api::body::{BODY_BYTES_MAX, Fields, JsonObject, Received};
use crate::api::context::{Actor, TraceId};
use crate::api::definition::{self, Defined};
use crate::api::elsewhere::elsewhere;
use crate::api::openapi::Runnable;
use crate::api::problem::Problem;
use crate::api::reply::Reply;
use crate::api::resources::{All, ResultResource};
use crate::api::routes::locations::here;
use crate::rounds::share_of;
use crate::service::{RunOf, Service};
use crate::store::{Permit, ResultRecord, StoreError, Trigger};
use crate::token::Scope;
use axum::Extension;
use axum::extract::{Request, State};
use faultfinder_engine::PlannedTest;
use std::sync::Arc;
use std::time::Duration;

/// Most tests of one call.
const TESTS_MAX: usize = 10;

/// Runs the tests of a definition now, one after the other, and answers when their results are durable.
#[utoipa::path(
    post, path = "/runs", tag = "runs", operation_id = "run",
    request_body = Runnable,
    responses((status = 200, body = All<ResultResource>), (status = 501)),
    security(("token" = ["runs:execute"]))
)]
pub(crate) async fn create(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    request: Request,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::RunsExecute])?;
    let body = Received::of(&service, &actor, request, BODY_BYTES_MAX).await?;
    let (defined, location) = elsewhere(&service, &actor, body.len(), move || read(body.object()?)).await?;
    here(&service, location.as_deref())?;
    let of = RunOf {
        test: "".into(),
        version: 0,
        trigger: Trigger::Api,
        owner: Arc::clone(&actor.id),
        restricted: !actor.is_admin(),
        delay_ms: 0.0,
    };
    let Defined { suite, warnings } = defined;
    let turn = tokio::time::timeout(CALM_TIME_MAX, service.unkept().of(&actor.id).acquire_owned()).await;
    let turn = turn.map_err(|_| {
        Problem::unavailable("Overloaded", "Too many definitions of this token are being run.", 1)
    })?;
    let with = Arc::clone(&service);
    let runs = service.changes().carry_out(async move {
        let _turn = turn;
        let mut records = Vec::new();
        for test in suite.tests() {
            let record = run(&with, test, of.clone()).await?;
            with.audit(&of.owner, "runs.create", &record.id.to_string(), trace.as_str()).await;
            records.push(record);
        }
        Ok::<_, Problem>(records)
    });
    let records = runs.await.ok_or_else(|| Problem::internal("a run panicked"))??;
    let items: Vec<ResultResource> = records.into_iter().map(ResultResource::from).collect();
    Ok(Reply::ok(&All { items }).warn(warnings))
}

/// Reads the body: the tests that are to run, and where.
fn read(body: JsonObject) -> Result<(Defined, Option<String>), Problem> {
    let mut fields = Fields::new(body);
    let location = fields.text("location");
    let written = fields.required(definition::FIELD);
    let defined = match written.map(|written| definition::read("run", written)).transpose()? {
        Some(Ok(defined)) => Some(defined),
        Some(Err(violations)) => {
            fields.extend(violations);
            None
        }
        None => None,
    };
    match &defined {
        Some(defined) if defined.suite.tests().is_empty() => fields.wrong(definition::FIELD, "has no test"),
        Some(defined) if defined.suite.tests().len() > TESTS_MAX => {
            let count = defined.suite.tests().len();
            fields.wrong(definition::FIELD, format!("has {count} tests, at most {TESTS_MAX} run at once"));
        }
        _ => {}
    }
    fields.finish()?;
    defined
        .map(|defined| (defined, location))
        .ok_or_else(|| Problem::internal("a definition is neither good nor bad"))
}

/// How long a client waits for its result to be durable. The result is written later all the same.
const DURABLE_MAX: Duration = Duration::from_secs(30);

/// How long a run waits while others of its token wait to be judged.
const CALM_TIME_MAX: Duration = Duration::from_secs(30);

fn store_away() -> Problem {
    StoreError::Unavailable("results cannot be written".to_owned()).into()
}

/// Runs a test now and keeps the result.
///
/// # Errors
///
/// 503 when nothing can be begun or kept.
pub(super) async fn run(service: &Service, test: &PlannedTest, of: RunOf) -> Result<ResultRecord, Problem> {
    if service.is_closing() {
        return Err(Problem::shutting_down());
    }
    // Another service runs the tests of this database now.
    if !service.owns_store() {
        return Err(taken_over());
    }
    let starting = || Problem::unavailable("Starting", "The service is starting.", 1);
    let overloaded = |_| Problem::unavailable("Overloaded", "Too many runs are in flight.", 1);
    // A response that waits to be judged takes memory: no more of them are fetched for who has several.
    let calm = tokio::time::timeout(CALM_TIME_MAX, service.workers().calm(&of.owner)).await;
    calm.map_err(|_| Problem::unavailable("Overloaded", "Too many responses wait to be judged.", 1))?;
    let share = share_of(&of.owner, test, test.id());
    let place = service.scheduler().ok_or_else(starting)?.admit(share).await.map_err(overloaded)?;
    // Before anything is sent to anybody: what cannot be kept is not begun.
    let room = room(service)?;
    let record = service.run(test, of).await;
    // Only the client waits for the store: its place is free for another run.
    drop(place);
    written(room, record).await
}

/// Room for a result.
fn room(service: &Service) -> Result<Permit, Problem> {
    let room = service.writer().reserve().map_err(|_| store_away())?;
    if service.writer().stats().commits.away_since.is_some() {
        return Err(store_away());
    }
    Ok(room)
}

/// Comes back when a result is durable.
async fn written(room: Permit, record: ResultRecord) -> Result<ResultRecord, Problem> {
    let record = Arc::new(record);
    let written = tokio::time::timeout(DURABLE_MAX, room.write(Arc::clone(&record))).await;
    match written {
        Ok(written) => written.map_err(|why| store_away().with_story(why.to_string()))?,
        Err(_) => {
            return Err(store_away().with_story("the result waits to be written, and its client no longer"));
        }
    }
    Ok(Arc::unwrap_or_clone(record))
}

/// Keeps a result that is at hand as soon as there is room for it, if it is one.
///
/// # Errors
///
/// 503 when it cannot be kept.
pub(super) async fn durable(
    service: &Service,
    result: impl FnOnce() -> Option<ResultRecord>,
) -> Result<Option<ResultRecord>, Problem> {
    if service.is_closing() {
        return Err(Problem::shutting_down());
    }
    if !service.owns_store() {
        return Err(taken_over());
    }
    let room = room(service)?;
    match result() {
        Some(record) => Ok(Some(written(room, record).await?)),
        None => Ok(None),
    }
}

fn taken_over() -> Problem {
    StoreError::Unavailable("another service has taken this database over".to_owned()).into()
}
