//! What came of trying a notifier out.

use super::form;
use super::frame::{Frame, Section, shown};
use super::text::{TEXT_CHARS_MAX, cut, name};
use super::viewer::{Pages, Viewer};
use crate::api::context::TraceId;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::routes::notifiers;
use crate::token::Scope;
use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "trial.html")]
struct TrialView {
    frame: Frame,
    name: String,
    failure: Option<String>,
}

/// Sends a notice that says that it is a test.
pub(super) async fn post(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    viewer: Viewer,
    Named(notifier): Named,
    request: Request,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::TestsWrite])?;
    form::of(&viewer, request).await?.finish()?;
    let failure = notifiers::try_out(&pages.service, &trace, &viewer.actor, &notifier).await?;
    shown(&TrialView {
        frame: Frame::new("Test of a notifier", Section::Alerts, &viewer),
        name: name(&notifier),
        failure: failure.map(|failure| cut(&failure, TEXT_CHARS_MAX)),
    })
}
