//! `/api/v1/audit`: who did what. For administrators.

use super::results::{PAGE_DEFAULT, clamped};
use crate::api::context::Actor;
use crate::api::cursor;
use crate::api::openapi::PageSize;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::{AuditResource, List};
use crate::service::Service;
use crate::store::{AuditQuery, PAGE_MAX};
use crate::timestamp::Timestamp;
use crate::token::Scope;
use axum::extract::State;
use http::Uri;
use std::sync::Arc;

/// Who did what, the latest first. It is kept as long as summaries.
#[utoipa::path(
    get, path = "/audit", tag = "audit", operation_id = "listAudit",
    params(
        ("actor" = Option<String>, Query, description = "Only what the token with this id did, or `admin`, `local`, `unknown`"),
        ("action" = Option<String>, Query, description = "Only this action, such as `tests.delete`"),
        ("subject" = Option<String>, Query, description = "Only what was done to this"),
        ("from" = inline(Option<Timestamp>), Query, description = "Only entries of this time or later"),
        ("to" = inline(Option<Timestamp>), Query, description = "Only entries before this time"),
        ("limit" = inline(Option<PageSize>), Query, description = "Maximum number; default 50; more than 500 is treated as 500"),
        ("cursor" = Option<String>, Query, description = "The `nextCursor` of the previous page"),
    ),
    responses((status = 200, body = List<AuditResource>)),
    security(("token" = ["admin"]))
)]
pub(crate) async fn list(
    State(service): State<Arc<Service>>,
    actor: Actor,
    uri: Uri,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::Admin])?;
    let mut query = Query::of(&uri);
    let (limit, asked) = query.limit(PAGE_DEFAULT, PAGE_MAX);
    let before = query.cursor(cursor::audited);
    let wanted = AuditQuery {
        actor: query.text("actor"),
        action: query.text("action"),
        subject: query.text("subject"),
        from: query.moment("from"),
        to: query.moment("to"),
        before,
        limit,
    };
    if let (Some(from), Some(to)) = (wanted.from, wanted.to)
        && to < from
    {
        query.wrong("to", "is before `from`");
    }
    query.finish()?;
    let page = service.store().audited(wanted).await?;
    let next_cursor = page.next.as_ref().map(cursor::of_audited);
    let items = page.rows.into_iter().map(AuditResource::from).collect();
    Ok(Reply::ok(&List { items, next_cursor }).warn(clamped(asked)).without(page.damaged))
}
