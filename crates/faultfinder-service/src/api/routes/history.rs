//! `DELETE /api/v1/tests/{id}/results`: what a test has behind it is forgotten.

use super::test_resources::known;
use crate::api::context::{Actor, TraceId};
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::DeletedHistory;
use crate::api::status::Status;
use crate::service::Service;
use crate::store::{Forgotten, StoreError};
use crate::token::Scope;
use axum::Extension;
use axum::extract::State;
use http::Uri;
use std::sync::Arc;

/// Deletes all results of a test, and its summaries. The test itself stays as it is; it may also be one of a file, or one
/// that was deleted.
#[utoipa::path(
    delete, path = "/tests/{id}/results", tag = "tests", operation_id = "deleteResults",
    params(("id" = String, Path, description = "The id of a test, or of one that was deleted")),
    responses((status = 200, body = DeletedHistory), (status = 404)),
    security(("token" = ["tests:write"]))
)]
pub(crate) async fn delete(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsWrite])?;
    Query::of(&uri).finish()?;
    let unknown = match known(&service, &id).await {
        Ok(_) => None,
        Err(problem) if problem.status == Status::Gone || problem.is_damage() => None,
        // A test that was in a file before this process began has results, and nobody knows it.
        Err(problem) if problem.status == Status::NotFound => Some(problem),
        Err(problem) => return Err(problem),
    };
    let (of, test) = (Arc::clone(&service), id.clone());
    let deleted = service.changes().carry_out(async move {
        let forgotten = forget(&of, &test).await?;
        if unknown.is_none() || forgotten != Forgotten::default() {
            of.audit(&actor.id, "results.delete", &test, trace.as_str()).await;
            return Ok(forgotten);
        }
        unknown.map_or(Ok(forgotten), Err)
    });
    let deleted = deleted.await.ok_or_else(|| Problem::internal("the deletion of results panicked"))?;
    let Forgotten { results, summaries, .. } = deleted?;
    Ok(Reply::ok(&DeletedHistory { test: id, results, summaries }))
}

/// Forgets all there is, a bounded number at a time, so that others come to write in between.
async fn forget(service: &Service, test: &str) -> Result<Forgotten, StoreError> {
    let mut all = Forgotten::default();
    loop {
        let forgotten = service.store().forget_history(test.to_owned()).await?;
        all.results += forgotten.results;
        all.summaries += forgotten.summaries;
        if !forgotten.more {
            service.forget_history(test);
            return Ok(all);
        }
    }
}
