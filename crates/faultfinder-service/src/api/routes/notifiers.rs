//! `/api/v1/notifiers`: where alerts are sent.

use crate::alerts::{self, Notifier};
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
    let items = service.alerts().notifiers().iter().map(|notifier| NotifierResource::of(notifier)).collect();
    Ok(Reply::ok(&All::<NotifierResource> { items }))
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

/// Tries a notifier out, and yields why the notice was not delivered.
///
/// # Errors
///
/// 404 when there is none of this name.
pub(crate) async fn try_out(
    service: &Service,
    trace: &TraceId,
    actor: &Actor,
    name: &str,
) -> Result<Option<String>, Problem> {
    let notifiers = service.alerts().notifiers();
    let Some(notifier): Option<&Notifier> =
        notifiers.iter().map(AsRef::as_ref).find(|notifier: &&Notifier| notifier.name() == name)
    else {
        return Err(Problem::not_found("notifier", name));
    };
    service.audit(&actor.id, "notifiers.test", name, trace.as_str()).await;
    let tried = alerts::try_out(service, notifier).await;
    Ok(tried
        .inspect_err(|why| tracing::warn!(notifier = name, "a test notice was not delivered: {why}"))
        .err())
}
