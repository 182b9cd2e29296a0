//! `/api/v1/tests/{id}/uptime`: what came of a test over time.

use super::test_resources::known;
use crate::api::context::Actor;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::{Reply, Unexpected};
use crate::api::resources::Uptime;
use crate::service::Service;
use crate::store::Period;
use crate::timestamp::Timestamp;
use crate::token::Scope;
use axum::extract::State;
use faultfinder_taxonomy::{ConstraintViolation, ParameterLocation};
use http::Uri;
use std::sync::Arc;

/// Default number of periods: a day of hours, a month of days.
const HOURS_DEFAULT: u32 = 24;
const DAYS_DEFAULT: u32 = 30;
/// Most periods of one answer.
const PERIODS_MAX: u32 = 1_000;

/// What came of a test in each period of a range of time.
#[utoipa::path(
    get, path = "/tests/{id}/uptime", tag = "tests", operation_id = "readUptime",
    params(
        ("id" = String, Path, description = "The id of a test"),
        ("period" = inline(Option<Period>), Query, description = "Length of a period; default an hour"),
        ("from" = inline(Option<Timestamp>), Query, description = "Start; default the last 24 hours or 30 days"),
        ("to" = inline(Option<Timestamp>), Query, description = "End; default now"),
    ),
    responses((status = 200, body = Uptime), (status = 404), (status = 410)),
    security(("token" = ["results:read"]))
)]
pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::ResultsRead])?;
    let mut query = Query::of(&uri);
    let read = |name: &str| match name {
        "hour" => Some(Period::Hour),
        "day" => Some(Period::Day),
        _ => None,
    };
    let period = query.one_of("period", "hour or day", read).unwrap_or(Period::Hour);
    let (name, default) = match period {
        Period::Hour => ("hour", HOURS_DEFAULT),
        Period::Day => ("day", DAYS_DEFAULT),
    };
    let to = query.moment("to").unwrap_or_else(|| service.now());
    let given = query.moment("from");
    let from = given.unwrap_or_else(|| to.before(period.length() * default));
    if to < from {
        query.wrong("to", "is before `from`");
    } else if to.since(from) > period.length() * PERIODS_MAX {
        query.wrong("from", format!("is more than {PERIODS_MAX} periods before `to`"));
    }
    query.finish()?;
    let test = known(&service, &id).await?;
    let listed = service.store().periods(test.id.clone(), from, to, period).await?;
    let mut warnings = Vec::new();
    if given.is_none() {
        let violation =
            ConstraintViolation::new("from", format!("was set to {from}"), ParameterLocation::Query);
        warnings.push(Unexpected::new(format!("The last {default} periods are returned."), vec![violation]));
    }
    let uptime = Uptime::new(test.id, (from, to), name, &listed.rows);
    Ok(Reply::ok(&uptime).warn(warnings).without(listed.damaged))
}
