//! What buttons do: the same as the calls of the API.

use super::form;
use super::viewer::{Pages, Viewer};
use crate::api::context::TraceId;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::routes::{alerts, pause, test_resources};
use crate::token::Scope;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Redirect;
use std::sync::Arc;

/// Runs a test, and shows the result when it is durable.
pub(super) async fn run(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    viewer: Viewer,
    Named(id): Named,
    request: Request,
) -> Result<Redirect, Problem> {
    viewer.demand(&[Scope::TestsRead, Scope::RunsExecute])?;
    form::of(&viewer, request).await?.finish()?;
    let result = test_resources::run_now(&pages.service, &trace, &viewer.actor, id.clone()).await?;
    let page = match viewer.may(Scope::ResultsRead) {
        true => format!("/results/{}", result.id),
        false => format!("/tests/{id}"),
    };
    Ok(Redirect::to(&page))
}

/// Takes a test off its schedule.
pub(super) async fn pause(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    viewer: Viewer,
    Named(id): Named,
    request: Request,
) -> Result<Redirect, Problem> {
    set(&pages, &trace, &viewer, id, request, true).await
}

/// Puts a test back on its schedule.
pub(super) async fn resume(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    viewer: Viewer,
    Named(id): Named,
    request: Request,
) -> Result<Redirect, Problem> {
    set(&pages, &trace, &viewer, id, request, false).await
}

async fn set(
    pages: &Pages,
    trace: &TraceId,
    viewer: &Viewer,
    id: String,
    request: Request,
    paused: bool,
) -> Result<Redirect, Problem> {
    viewer.demand(&[Scope::TestsWrite])?;
    form::of(viewer, request).await?.finish()?;
    pause::set(&pages.service, trace, &viewer.actor, id.clone(), paused).await?;
    Ok(Redirect::to(&format!("/tests/{id}")))
}

/// Notes that somebody works on an alert.
pub(super) async fn acknowledge(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    viewer: Viewer,
    Named(id): Named,
    request: Request,
) -> Result<Redirect, Problem> {
    viewer.demand(&[Scope::TestsWrite])?;
    form::of(&viewer, request).await?.finish()?;
    alerts::work_on(&pages.service, &trace, &viewer.actor, id).await?;
    Ok(Redirect::to("/alerts"))
}
