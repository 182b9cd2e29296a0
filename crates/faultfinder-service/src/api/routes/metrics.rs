//! `/metrics`: what the service does, in numbers.

use crate::api::context::Actor;
use crate::api::problem::Problem;
use crate::metrics::format::Format;
use crate::metrics::scrape;
use crate::service::Service;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use std::sync::Arc;

/// The format depends on it, so a cache must keep the two apart.
const VARY: HeaderValue = HeaderValue::from_static("accept");

/// All metrics, as Prometheus' text format 0.0.4 or, if `Accept` prefers it, as `OpenMetrics` 1.0.0.
///
/// Any token will do: they tell names of tests, and nothing of what is in them.
#[utoipa::path(
    get, path = "/metrics", tag = "operation", operation_id = "metrics",
    responses(
        (status = 200, content((String = "text/plain"), (String = "application/openmetrics-text"))),
        (status = 429), (status = 503)
    ),
    security(("token" = []))
)]
pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    _: Actor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let format = Format::preferred(&headers);
    let text = scrape::text(&service, format).await.map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, format.content_type()), (header::VARY, VARY)], text).into_response())
}
