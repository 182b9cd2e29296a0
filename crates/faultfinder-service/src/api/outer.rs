//! The outermost layer: problems become envelopes, or pages for a browser; panics become problems; and the log has the whole
//! story.

use super::budget::Budget;
use super::client::Client;
use super::context::TraceId;
use super::envelope::envelope;
use super::exchange::Exchange;
use super::gate::Gate;
use super::html::{self, ErrorPage, Failure, Finished, HTML, Streamed};
use super::problem::Problem;
use super::reply::{Body, Unexpected};
use super::serve::{HEAD_BYTES_MAX, Refused};
use super::status::Status;
use crate::connections::TooMany;
use crate::service::Service;
use axum::body::HttpBody as _;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use faultfinder_taxonomy::{ErrorEnvelope, Warning};
use futures_util::FutureExt as _;
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt as _, Collected};
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

/// What the outermost layer needs.
#[derive(Debug)]
pub(crate) struct Outer {
    service: Arc<Service>,
    gate: Gate,
    budget: Budget,
    error_page: ErrorPage,
}

/// A request, as the log names it.
struct Asked {
    trace: TraceId,
    method: Method,
    path: String,
    /// Whether a browser asks for a page; then the path and query, if they can be asked for again.
    page: Option<Option<String>>,
    /// The address of the client; nothing where there is no connection.
    client: Option<IpAddr>,
}

impl Outer {
    /// The layer of a service whose errors are written for browsers by `error_page`.
    pub(crate) fn new(service: Arc<Service>, error_page: ErrorPage) -> Self {
        let gate = Gate::new(service.config());
        Self { service, gate, budget: Budget::new(), error_page }
    }

    /// Looks at a request before any layer does.
    fn admit(&self, request: &Request) -> Result<(), Problem> {
        match request.extensions().get::<Refused>() {
            Some(Refused::TooMany(TooMany::OfAddress)) => {
                return Err(Problem::throttled("This address has too many connections.", 1));
            }
            Some(Refused::TooMany(TooMany::InAll)) => {
                return Err(Problem::unavailable("Overloaded", "Too many connections are open.", 1));
            }
            Some(Refused::NotTls) => {
                let message = "This port speaks HTTPS: use https:// in the URL.";
                return Err(Problem::new(Status::BadRequest, "BadRequest", message));
            }
            None => {}
        }
        if head_bytes(request) > HEAD_BYTES_MAX {
            return Err(Problem::of_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
        }
        self.gate.check(request.uri(), request.headers())
    }

    /// An answer whose memory is counted, as long as there is room for it.
    async fn counted(&self, response: Response) -> Result<Response, Problem> {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.map(Collected::to_bytes);
        let bytes = bytes.map_err(|error| Problem::internal(format!("an answer has no body: {error}")))?;
        let bytes = self.budget.hold(bytes).ok_or_else(|| {
            Problem::unavailable("Overloaded", "Too many answers wait for their clients to read them.", 1)
        })?;
        Ok(Response::from_parts(parts, bytes.into()))
    }
}

/// Answers a request, whatever happens inside, and counts it.
pub(crate) async fn outer(State(outer): State<Arc<Outer>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (method, route) = (request.method().clone(), request.extensions().get::<MatchedPath>().cloned());
    let (exchange, size) = (request.extensions().get::<Arc<Exchange>>().cloned(), request.body().size_hint());
    let is_refused = request.extensions().get::<Refused>().is_some();
    let mut response = answer(&outer, request, next).await;
    if is_refused || outer.service.is_closing() || exchange.is_some_and(|exchange| exchange.ends(&size)) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let route = route.as_ref().map(MatchedPath::as_str);
    outer.service.metrics().answered(&method, route, response.status(), began.elapsed());
    response
}

/// A path as the log has it: the key of a heartbeat is a secret.
fn without_key(path: &str) -> String {
    for prefix in ["/heartbeat/", "/api/push/"] {
        if let Some(rest) = path.strip_prefix(prefix) {
            let event = rest.find('/').and_then(|end| rest.get(end..)).unwrap_or_default();
            return format!("{prefix}***{event}");
        }
    }
    path.to_owned()
}

async fn answer(outer: &Outer, mut request: Request, next: Next) -> Response {
    let traceparent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let asked = Asked {
        trace: TraceId::of(traceparent),
        method: request.method().clone(),
        path: without_key(request.uri().path()),
        page: html::is_asked_for(request.uri().path(), request.headers()).then(|| target(&request)),
        client: request.extensions().get::<Client>().map(|client| client.address),
    };
    let Asked { trace, method, path, client, .. } = &asked;
    request.extensions_mut().insert(trace.clone());
    // At the highest level, so that what is said within has the trace however little of the log is wanted.
    let client = client.map(tracing::field::display);
    let span = tracing::error_span!("request", trace_id = trace.as_str(), client, %method, path);
    let mut response = match outer.admit(&request) {
        Ok(()) => AssertUnwindSafe(next.run(request).instrument(span)).catch_unwind().await.unwrap_or_else(
            |panic| {
                Problem::internal(format!("a handler panicked: {}", said(panic.as_ref()))).into_response()
            },
        ),
        Err(problem) => problem.into_response(),
    };
    if let Some(Body { json, warnings }) = response.extensions_mut().remove() {
        let warnings: Vec<_> = warnings.into_iter().map(|unexpected| warning(unexpected, trace)).collect();
        response = with_json(response, with_warnings(json, &warnings));
    }
    if response.extensions().get::<Streamed>().is_some() {
        return response;
    }
    let status = response.status();
    let is_finished = response.extensions().get::<Finished>().is_some();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if !is_finished && (status.is_client_error() || status.is_server_error()) => {
            Problem::of_status(status)
        }
        None => match outer.counted(response).await {
            Ok(response) => return response,
            Err(problem) => {
                response = Response::default();
                problem
            }
        },
    };
    refusal(response, &problem, &asked, outer.error_page)
}

/// The answer of a problem.
fn refusal(mut response: Response, problem: &Problem, asked: &Asked, error_page: ErrorPage) -> Response {
    let envelope = envelope(problem, &asked.trace);
    let reference = error_ref(&envelope);
    log(problem, reference, asked);
    if let Some(seconds) = problem.retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.status == Status::Unauthorized {
        let scheme = HeaderValue::from_static("Bearer realm=\"faultfinder\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    *response.status_mut() = problem.status.code();
    if let Some(target) = &asked.page {
        let target = target.as_deref();
        let page = error_page(&Failure { problem, reference, trace: &asked.trace, target });
        html::secure(response.headers_mut());
        return with_body(response, HTML, page.into());
    }
    with_json(response, serde_json::to_vec(&envelope).unwrap_or_default().into())
}

/// The path and query of a request that only reads.
fn target(request: &Request) -> Option<String> {
    let target = request.uri().path_and_query()?.as_str();
    (request.method() == Method::GET).then(|| target.to_owned())
}

/// What an error is called in the log.
fn error_ref(envelope: &ErrorEnvelope) -> &str {
    envelope.error.structured().and_then(|details| details.error_ref.as_deref()).unwrap_or_default()
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

fn log(problem: &Problem, error_ref: &str, asked: &Asked) {
    let (status, trace_id) = (problem.status.code().as_u16(), asked.trace.as_str());
    let (method, path) = (asked.method.as_str(), asked.path.as_str());
    let client = asked.client.map(tracing::field::display);
    let story = problem.story.as_deref().unwrap_or(&problem.message);
    if problem.status == Status::Internal {
        tracing::error!(error_ref, trace_id, client, status, method, path, "{story}");
    } else {
        tracing::info!(error_ref, trace_id, client, status, method, path, "{story}");
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

fn with_json(response: Response, json: Bytes) -> Response {
    with_body(response, HeaderValue::from_static("application/json"), json)
}

fn with_body(mut response: Response, content_type: HeaderValue, body: Bytes) -> Response {
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = body.into();
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
