//! `/api/v1/alerts`: what went wrong for long enough, and what was sent of it.

use super::results::{PAGE_DEFAULT, clamped};
use crate::api::context::{Actor, TraceId};
use crate::api::cursor;
use crate::api::openapi::PageSize;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::{AlertDetails, AlertResource, DeliveryResource, List};
use crate::service::Service;
use crate::store::{AlertQuery, AlertRecord, PAGE_MAX};
use crate::token::Scope;
use axum::Extension;
use axum::extract::State;
use http::Uri;
use std::sync::Arc;

/// All alerts, the latest first.
#[utoipa::path(
    get, path = "/alerts", tag = "alerts", operation_id = "listAlerts",
    params(
        ("test" = Option<String>, Query, description = "Only alerts of the test with this id"),
        ("open" = Option<bool>, Query, description = "Only alerts that go on, or only those that have ended"),
        ("limit" = inline(Option<PageSize>), Query, description = "Maximum number; default 50; more than 500 is treated as 500"),
        ("cursor" = Option<String>, Query, description = "The `nextCursor` of the previous page"),
    ),
    responses((status = 200, body = List<AlertResource>)),
    security(("token" = ["results:read"]))
)]
pub(crate) async fn list(
    State(service): State<Arc<Service>>,
    actor: Actor,
    uri: Uri,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::ResultsRead])?;
    let mut query = Query::of(&uri);
    let (limit, asked) = query.limit(PAGE_DEFAULT, PAGE_MAX);
    let before = query.cursor(cursor::alert);
    let wanted = AlertQuery {
        test: query.text("test"),
        open: query.one_of("open", "true or false", |open| open.parse::<bool>().ok()),
        before,
        limit,
    };
    query.finish()?;
    let page = service.store().alerts(wanted).await?;
    let next_cursor = page.next.as_ref().map(cursor::of_alert);
    let items = page.rows.into_iter().map(AlertResource::from).collect();
    Ok(Reply::ok(&List { items, next_cursor }).warn(clamped(asked)).without(page.damaged))
}

/// An alert, with what was sent of it.
#[utoipa::path(
    get, path = "/alerts/{id}", tag = "alerts", operation_id = "getAlert",
    params(("id" = String, Path, description = "The id of the alert")),
    responses((status = 200, body = AlertDetails), (status = 404)),
    security(("token" = ["results:read"]))
)]
pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::ResultsRead])?;
    Query::of(&uri).finish()?;
    details(&service, find(&service, id).await?).await
}

/// Somebody works on it: no reminders are sent until it ends.
#[utoipa::path(
    post, path = "/alerts/{id}/acknowledge", tag = "alerts", operation_id = "acknowledgeAlert",
    params(("id" = String, Path, description = "The id of the alert")),
    responses((status = 200, body = AlertDetails), (status = 404), (status = 410)),
    security(("token" = ["tests:write"]))
)]
pub(crate) async fn acknowledge(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsWrite])?;
    Query::of(&uri).finish()?;
    let alert = work_on(&service, &trace, &actor, id).await?;
    details(&service, alert).await
}

/// Notes that somebody works on an alert.
///
/// # Errors
///
/// 404 when there is none of this id, 410 when it has ended.
pub(crate) async fn work_on(
    service: &Service,
    trace: &TraceId,
    actor: &Actor,
    id: String,
) -> Result<AlertRecord, Problem> {
    let alert = find(service, id).await?;
    if alert.ended_at.is_some() || !service.acknowledge(&alert.test, &alert.id) {
        return Err(Problem::gone("alert", &alert.id, "has ended"));
    }
    service.audit(&actor.id, "alerts.acknowledge", &alert.id, trace.as_str()).await;
    Ok(alert)
}

async fn find(service: &Service, id: String) -> Result<AlertRecord, Problem> {
    let alert = service.store().alert(id.clone()).await?;
    alert.ok_or_else(|| Problem::not_found("alert", &id))
}

async fn details(service: &Service, alert: AlertRecord) -> Result<Reply, Problem> {
    let deliveries = service.store().deliveries(alert.id.clone()).await?;
    let rows = deliveries.rows.into_iter().map(DeliveryResource::from).collect();
    let (_, open) = service.alerts().state(&alert.test);
    let is_acknowledged = open.as_ref() == Some(&alert.id) && service.alerts().is_acknowledged(&alert.test);
    let details = AlertDetails { alert: alert.into(), is_acknowledged, deliveries: rows };
    Ok(Reply::ok(&details).without(deliveries.damaged))
}
