//! The outermost layer: problems become envelopes, panics problems, and the log has the whole story.

use super::context::TraceId;
use super::problem::{Problem, Status};
use super::reply::{Body, Unexpected};
use super::serve::HEAD_BYTES_MAX;
use crate::service::Service;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use faultfinder_taxonomy::{ErrorBody, ErrorEnvelope, StructuredDetails, Warning, WithWarnings};
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
        by_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE).into_response()
    } else {
        let answered = AssertUnwindSafe(next.run(request).instrument(span)).catch_unwind().await;
        answered.unwrap_or_else(|panic| {
            Problem::internal(format!("a handler panicked: {}", said(panic.as_ref()))).into_response()
        })
    };
    if let Some(Body { fields, warnings }) = response.extensions_mut().remove() {
        let warnings = warnings.into_iter().map(|unexpected| warning(unexpected, &trace)).collect();
        return with_json(response, &WithWarnings { warnings, body: fields });
    }
    let status = response.status();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if status.is_client_error() || status.is_server_error() => by_status(status),
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
    with_json(response, &envelope)
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

/// The problem of an error that has none: of the router, or of a layer of a library.
pub(crate) fn by_status(status: StatusCode) -> Problem {
    let known = Status::ALL.iter().copied().find(|known| known.code() == status);
    match known {
        Some(Status::Internal) => Problem::internal("a layer answered 500 without a word"),
        Some(Status::NotFound) => Problem::new(Status::NotFound, "NoSuchRoute", Status::NotFound.text()),
        Some(known) => Problem::new(known, word(known), known.text()),
        None if status.is_server_error() => {
            Problem::internal(format!("a layer answered {status} without a word"))
        }
        None => Problem::new(Status::BadRequest, "BadRequest", Status::BadRequest.text()),
    }
}

/// The word of a status that has no better one.
pub(super) const fn word(status: Status) -> &'static str {
    match status {
        Status::BadRequest => "BadRequest",
        Status::Unauthorized => "Unauthorized",
        Status::Forbidden => "MissingScopes",
        Status::NotFound => "NotFound",
        Status::MethodNotAllowed => "MethodNotAllowed",
        Status::RequestTimeout => "RequestTimeout",
        Status::Conflict => "VersionConflict",
        Status::Gone => "Gone",
        Status::TooManyRequests => "TooManyRequests",
        Status::HeadersTooLarge => "HeadersTooLarge",
        Status::Internal => "InternalError",
        Status::NotImplemented => "NotImplemented",
        Status::Unavailable => "Unavailable",
    }
}

/// The envelope of a problem, with a reference of its own.
pub(crate) fn envelope(problem: &Problem, trace: &TraceId) -> ErrorEnvelope {
    let mut details = StructuredDetails::new(Uuid::new_v4().to_string(), trace.as_str())
        .with_error_code(problem.error_code)
        .with_violations(problem.violations.iter().cloned())
        .with_missing_scopes(problem.missing_scopes.iter().map(|scope| scope.as_str()));
    for (name, fact) in &problem.details {
        details = details.with(name, fact.clone());
    }
    if let Some(version) = problem.current_version {
        details = details.with("currentVersion", version);
    }
    let error = ErrorBody::new(problem.status.code().as_u16(), problem.message.clone()).with_details(details);
    ErrorEnvelope::new(match problem.retry_after_seconds {
        Some(seconds) => error.with_retry_after(seconds),
        None => error,
    })
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
    tracing::info!(warning_ref = reference, trace_id = trace.as_str(), "{}", unexpected.message);
    Warning::new(unexpected.message, reference, trace.as_str(), unexpected.violations)
}

fn with_json(mut response: Response, body: &impl serde::Serialize) -> Response {
    let json = serde_json::to_vec(body).unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = json.into();
    response
}
