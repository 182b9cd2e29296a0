//! `/metrics`: what the service does, in numbers.

use crate::api::context::Actor;
use crate::api::problem::Problem;
use crate::metrics::scrape;
use crate::service::Service;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use std::sync::Arc;

/// The media type of `OpenMetrics` text (OpenMetrics 1.0, "Content type").
const CONTENT_TYPE: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// All metrics, as `OpenMetrics` text.
///
/// Any token will do: they tell names of tests, and nothing of what is in them.
#[utoipa::path(
    get, path = "/metrics", tag = "operation", operation_id = "metrics",
    responses(
        (status = 200, body = String, content_type = "application/openmetrics-text"),
        (status = 429), (status = 503)
    ),
    security(("token" = []))
)]
pub(crate) async fn get(State(service): State<Arc<Service>>, _: Actor) -> Result<Response, Problem> {
    let text = scrape::text(&service).await.map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}
