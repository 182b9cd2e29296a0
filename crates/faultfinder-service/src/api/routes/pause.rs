//! `/api/v1/tests/{id}/pause` and `/resume`: off the schedule for a while, and on it again.

use super::test_resources::{change, changeable, known, shown};
use crate::api::context::{Actor, TraceId};
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::TestResource;
use crate::doubt;
use crate::service::Service;
use crate::store::{StoreError, TestRecord};
use crate::token::Scope;
use axum::Extension;
use axum::extract::State;
use http::Uri;
use std::sync::Arc;

/// Takes a test off its schedule. It can still be run on demand.
#[utoipa::path(
    post, path = "/tests/{id}/pause", tag = "tests", operation_id = "pauseTest",
    params(("id" = String, Path, description = "The id of a test")),
    responses((status = 200, body = TestResource), (status = 404), (status = 410)),
    security(("token" = ["tests:write"]))
)]
pub(crate) async fn pause(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsWrite])?;
    Query::of(&uri).finish()?;
    set(&service, &trace, &actor, id, true).await.map(|resource| Reply::ok(&resource))
}

/// Puts a test back on its schedule.
#[utoipa::path(
    post, path = "/tests/{id}/resume", tag = "tests", operation_id = "resumeTest",
    params(("id" = String, Path, description = "The id of a test")),
    responses((status = 200, body = TestResource), (status = 404), (status = 410)),
    security(("token" = ["tests:write"]))
)]
pub(crate) async fn resume(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsWrite])?;
    Query::of(&uri).finish()?;
    set(&service, &trace, &actor, id, false).await.map(|resource| Reply::ok(&resource))
}

/// Pauses or resumes a test. When it is so already, nothing changes, its version neither.
///
/// # Errors
///
/// 400 for a test of a file, 404 and 410 when there is none of this id, 503 when the store does not answer.
pub(crate) async fn set(
    service: &Arc<Service>,
    trace: &TraceId,
    actor: &Actor,
    id: String,
    paused: bool,
) -> Result<TestResource, Problem> {
    changeable(&known(service, &id).await?)?;
    let (of, test, trace, by) = (Arc::clone(service), id.clone(), trace.clone(), Arc::clone(&actor.id));
    let set = async move {
        let before = of.store().test(test.clone()).await?.filter(|test| test.deleted_at.is_none());
        let before = before.ok_or(StoreError::Absent(test))?;
        if before.paused == paused {
            return Ok(shown(&of, before));
        }
        let (version, updated_at) = (before.version.saturating_add(1), of.now());
        let record = TestRecord { version, paused, updated_at, ..before };
        of.store().replace_test(record.clone()).await?;
        take(&of, &record);
        let action = if paused { "tests.pause" } else { "tests.resume" };
        of.audit(&by, action, &record.id, trace.as_str()).await;
        Ok(shown(&of, record))
    };
    change(service, &id, set).await
}

/// Brings a changed test into the catalog: its definition is the one that is there, unless the catalog has another version.
fn take(service: &Arc<Service>, record: &TestRecord) {
    match service.catalog().get(&record.id) {
        Some(kept) if kept.record.version == record.version - 1 => service.put(kept.with(record.clone())),
        _ => doubt::settle(service, &record.id),
    }
}
