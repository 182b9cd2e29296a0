//! A status page as JSON.

use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::pages::viewer::Pages;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use std::sync::Arc;

/// What is kept of it, by anyone.
pub(super) const KEPT: &str = "public, max-age=10";

pub(in crate::pages) async fn get(
    State(pages): State<Arc<Pages>>,
    Named(path): Named,
) -> Result<Response, Problem> {
    let (_, survey) = pages.surveys.of(&pages.service, &path).await?;
    let text = serde_json::to_string(&*survey)
        .map_err(|error| Problem::internal(format!("a status page cannot be written: {error}")))?;
    let fields = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, KEPT),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((fields, text).into_response())
}
