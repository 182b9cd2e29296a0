//! `/api/v1/notifiers`: where alerts are sent.

use crate::alerts;
use crate::api::context::{Actor, TraceId};
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::{All, NotifierResource, Trial};
use crate::service::Service;
use crate::token::Scope;
use axum::Extension;
use axum::extract::State;
use http::Uri;
use std::sync::Arc;

/// All notifiers, in the order of their file.
#[utoipa::path(
    get, path = "/notifiers", tag = "alerts", operation_id = "listNotifiers",
    responses((status = 200, body = All<NotifierResource>)),
    security(("token" = ["results:read"]))
)]
pub(crate) async fn list(
    State(service): State<Arc<Service>>,
    actor: Actor,
    uri: Uri,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::ResultsRead])?;
    Query::of(&uri).finish()?;
    let notifiers = service.alerts().notifiers().iter();
    let items: Vec<NotifierResource> = notifiers.map(|notifier| notifier.as_ref().into()).collect();
    Ok(Reply::ok(&All { items }))
}

/// Sends a notice that says that it is a test, once, and says what came of it.
#[utoipa::path(
    post, path = "/notifiers/{id}/test", tag = "alerts", operation_id = "testNotifier",
    params(("id" = String, Path, description = "The name of the notifier")),
    responses((status = 200, body = Trial), (status = 404)),
    security(("token" = ["tests:write"]))
)]
pub(crate) async fn test(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    uri: Uri,
    Named(name): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsWrite])?;
    Query::of(&uri).finish()?;
    let failure = try_out(&service, &trace, &actor, &name).await?;
    Ok(Reply::ok(&Trial { is_delivered: failure.is_none(), failure }))
}

/// Tries a notifier out, and yields why the notice was not delivered. It goes on when the client leaves: else what it has
/// begun at the notifier could stay open there.
///
/// # Errors
///
/// 404 when there is none of this name.
pub(crate) async fn try_out(
    service: &Arc<Service>,
    trace: &TraceId,
    actor: &Actor,
    name: &str,
) -> Result<Option<String>, Problem> {
    let notifier = service.alerts().notifiers().iter().find(|notifier| notifier.name() == name);
    let notifier = Arc::clone(notifier.ok_or_else(|| Problem::not_found("notifier", name))?);
    let (of, by, trace) = (Arc::clone(service), Arc::clone(&actor.id), trace.clone());
    let tried = service.changes().carry_out(async move {
        of.audit(&by, "notifiers.test", notifier.name(), trace.as_str()).await;
        let tried = alerts::try_out(&of, &notifier).await;
        tried.inspect_err(|why| {
            tracing::warn!(notifier = notifier.name(), "a test notice was not delivered: {why}");
        })
    });
    Ok(tried.await.ok_or_else(|| Problem::internal("a test of a notifier panicked"))?.err())
}
