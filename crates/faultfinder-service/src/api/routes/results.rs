//! `/api/v1/results`: what came of runs.

use crate::api::context::Actor;
use crate::api::cursor;
use crate::api::openapi::PageSize;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::{Reply, Unexpected};
use crate::api::resources::{List, ResultResource};
use crate::service::Service;
use crate::store::{Outcome, PAGE_MAX, ResultQuery, ResultRecord};
use crate::timestamp::Timestamp;
use crate::token::Scope;
use axum::extract::State;
use faultfinder_taxonomy::{Code, ConstraintViolation, ParameterLocation};
use http::Uri;
use std::sync::Arc;
use uuid::Uuid;

/// Rows of a page when nobody says how many.
pub(super) const PAGE_DEFAULT: usize = 50;

/// Results, the latest first.
#[utoipa::path(
    get, path = "/results", tag = "results", operation_id = "listResults",
    params(
        ("test" = Option<String>, Query, description = "Only results of the test with this id"),
        ("location" = Option<String>, Query, description = "Only results from this location"),
        ("status" = inline(Option<Outcome>), Query, description = "Only results with this status"),
        ("code" = Option<String>, Query, description = "Only results with this code of /api/v1/codes"),
        ("from" = inline(Option<Timestamp>), Query, description = "Only results that started at this time or later"),
        ("to" = inline(Option<Timestamp>), Query, description = "Only results that started before this time"),
        ("limit" = inline(Option<PageSize>), Query, description = "Maximum number; default 50; more than 500 is treated as 500"),
        ("cursor" = Option<String>, Query, description = "The `nextCursor` of the previous page"),
    ),
    responses((status = 200, body = List<ResultResource>)),
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
    let known = |name: &str| Code::ALL.iter().any(|code| code.as_str() == name).then(|| name.to_owned());
    let before = query.cursor(cursor::result);
    let wanted = ResultQuery {
        test: query.text("test"),
        location: query.text("location"),
        outcome: query.one_of("status", "passed, failed, error or missed", Outcome::from_name),
        code: query.one_of("code", "a code of /api/v1/codes", known),
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
    let page = service.store().results(wanted).await?;
    let next_cursor = page.next.as_ref().map(cursor::of_result);
    let items = page.rows.into_iter().map(ResultResource::from).collect();
    Ok(Reply::ok(&List { items, next_cursor }).warn(clamped(asked)).without(page.damaged))
}

/// One result.
#[utoipa::path(
    get, path = "/results/{id}", tag = "results", operation_id = "readResult",
    params(("id" = String, Path, description = "The id of a result")),
    responses((status = 200, body = ResultResource), (status = 404), (status = 410)),
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
    find(&service, &id).await.map(|record| Reply::ok(&ResultResource::from(record)))
}

/// The result of an id.
///
/// # Errors
///
/// 404 when there is none, 410 when it has expired, 503 when the store does not answer.
pub(crate) async fn find(service: &Service, id: &str) -> Result<ResultRecord, Problem> {
    let unknown = || Problem::not_found("result", id);
    let uuid: Uuid = id.parse().map_err(|_| unknown())?;
    match service.store().result(uuid).await? {
        Some(record) => Ok(record),
        None if expired(service, uuid) => Err(Problem::gone("result", id, "has expired")),
        None => Err(unknown()),
    }
}

/// Whether a result of this id, which says when it was made, would have been forgotten by now.
fn expired(service: &Service, id: Uuid) -> bool {
    let Some((seconds, nanos)) =
        id.get_timestamp().filter(|_| id.get_version_num() == 7).map(|made| made.to_unix())
    else {
        return false;
    };
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let made =
        Timestamp::from_millis(seconds.saturating_mul(1000).saturating_add(i64::from(nanos / 1_000_000)));
    made < service.now().before(service.config().keep_results)
}

/// The warning of a page that is shorter than was asked for.
pub(super) fn clamped(asked: Option<u64>) -> Vec<Unexpected> {
    let warning = |asked: u64| {
        let message = format!("A page has at most {PAGE_MAX} items; {asked} were requested.");
        let violation =
            ConstraintViolation::new("limit", format!("was set to {PAGE_MAX}"), ParameterLocation::Query);
        Unexpected::new(message, vec![violation])
    };
    asked.map(warning).into_iter().collect()
}
