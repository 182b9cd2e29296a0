//! The outermost layer: problems become envelopes, panics problems, and the log has the whole story.

use super::context::TraceId;
use super::envelope::envelope;
use super::problem::Problem;
use super::reply::{Body, Unexpected};
use super::serve::HEAD_BYTES_MAX;
use super::status::Status;
use crate::service::Service;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use faultfinder_taxonomy::{ErrorEnvelope, Warning};
use futures_util::FutureExt as _;
use http::{HeaderValue, StatusCode, header};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

/// Answers a request, whatever happens inside, and counts it.
pub(crate) async fn outer(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (method, route) = (request.method().clone(), request.extensions().get::<MatchedPath>().cloned());
    let response = answer(request, next).await;
    let route = route.as_ref().map(MatchedPath::as_str);
    service.metrics().answered(&method, route, response.status(), began.elapsed());
    response
}

async fn answer(mut request: Request, next: Next) -> Response {
    let traceparent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let trace = TraceId::of(traceparent);
    request.extensions_mut().insert(trace.clone());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // At the highest level, so that what is said within has the trace however little of the log is wanted.
    let span = tracing::error_span!("request", trace_id = trace.as_str(), %method, path);
    let mut response = if head_bytes(&request) > HEAD_BYTES_MAX {
        Problem::of_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE).into_response()
    } else {
        let answered = AssertUnwindSafe(next.run(request).instrument(span)).catch_unwind().await;
        answered.unwrap_or_else(|panic| {
            Problem::internal(format!("a handler panicked: {}", said(panic.as_ref()))).into_response()
        })
    };
    if let Some(Body { json, warnings }) = response.extensions_mut().remove() {
        let warnings: Vec<_> = warnings.into_iter().map(|unexpected| warning(unexpected, &trace)).collect();
        return with_json(response, with_warnings(json, &warnings));
    }
    let status = response.status();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if status.is_client_error() || status.is_server_error() => Problem::of_status(status),
        None => return response,
    };
    let envelope = envelope(&problem, &trace);
    log(&problem, &envelope, &trace, method.as_str(), &path);
    if let Some(seconds) = problem.retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.status == Status::Unauthorized {
        let scheme = HeaderValue::from_static("Bearer realm=\"faultfinder\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    *response.status_mut() = problem.status.code();
    with_json(response, serde_json::to_vec(&envelope).unwrap_or_default().into())
}

/// How long the head of a request is, in bytes, as far as its size depends on the client.
fn head_bytes(request: &Request) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    // A colon, a space and the end of the line.
    let lines = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    lines.fold(target, usize::saturating_add)
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("nothing")
}

fn log(problem: &Problem, envelope: &ErrorEnvelope, trace: &TraceId, method: &str, path: &str) {
    let details = envelope.error.structured();
    let error_ref = details.and_then(|details| details.error_ref.as_deref()).unwrap_or_default();
    let (status, trace) = (problem.status.code().as_u16(), trace.as_str());
    let story = problem.story.as_deref().unwrap_or(&problem.message);
    if problem.status == Status::Internal {
        tracing::error!(error_ref, trace_id = trace, status, method, path, "{story}");
    } else {
        tracing::info!(error_ref, trace_id = trace, status, method, path, "{story}");
    }
}

fn warning(unexpected: Unexpected, trace: &TraceId) -> Warning {
    let reference = Uuid::new_v4().to_string();
    let (warning_ref, trace_id) = (reference.as_str(), trace.as_str());
    match &unexpected.damage {
        Some(damage) => tracing::error!(warning_ref, trace_id, "{damage}"),
        None => tracing::info!(warning_ref, trace_id, "{}", unexpected.message),
    }
    Warning::new(unexpected.message, reference, trace.as_str(), unexpected.violations)
}

/// The body of a success as [`faultfinder_taxonomy::WithWarnings`] writes it: the warnings first, if there are any, then
/// the fields of the object as they are.
fn with_warnings(object: Bytes, warnings: &[Warning]) -> Bytes {
    let Some(fields) = object.strip_prefix(b"{").filter(|_| !warnings.is_empty()) else { return object };
    let mut json = b"{\"warnings\":".to_vec();
    json.extend(serde_json::to_vec(warnings).unwrap_or_else(|_| b"[]".to_vec()));
    if !fields.starts_with(b"}") {
        json.push(b',');
    }
    json.extend_from_slice(fields);
    json.into()
}

fn with_json(mut response: Response, json: Bytes) -> Response {
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = json.into();
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_taxonomy::WithWarnings;
    use serde_json::{Value, json};

    #[test]
    fn a_success_is_written_as_the_contract_says() {
        let warning = |message: &str| Warning::new(message, "a reference", "a trace", Vec::new());
        for warnings in [Vec::new(), vec![warning("one")], vec![warning("one"), warning("two")]] {
            for body in [json!({}), json!({ "items": [], "nextCursor": "x" })] {
                let written = with_warnings(serde_json::to_vec(&body).unwrap().into(), &warnings);
                let contract = WithWarnings { warnings: warnings.clone(), body: body.clone() };
                assert_eq!(written, serde_json::to_vec(&contract).unwrap());
                let read: WithWarnings<Value> = serde_json::from_slice(&written).unwrap();
                assert_eq!((read.warnings.len(), read.body), (warnings.len(), body));
            }
        }
    }
}
