//! `Idempotency-Key`: a request that is sent again is answered again, and not carried out twice
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! What is remembered is the response, by caller and key, in the store. Which requests are under way is known in memory: a
//! service has its store to itself. A request that a crash cut off is carried out when it comes again. Errors are written
//! anew, with a reference of their own; so are the references of warnings.

use super::body::{BODY_BYTES_MAX, read};
use super::context::Actor;
use super::problem::Problem;
use super::reply::{Body, Lasting, Unexpected};
use super::status::Status;
use crate::service::Service;
use crate::store::{Remembered, StoreError};
use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use faultfinder_taxonomy::{ConstraintViolation, Fact, ParameterLocation};
use http::header::LOCATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The header with the key of a request.
pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The header of a response that is given again.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Longest key, in characters.
pub(crate) const KEY_CHARS_MAX: usize = 255;

/// Most responses that are remembered for one caller, and their length together, in bytes.
const OF_CALLER_MAX: u64 = 10_000;
const OF_CALLER_BYTES_MAX: u64 = 64 << 20;

/// Answers a POST with a key as it was answered before, or carries it out.
pub(crate) async fn idempotent(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    answer(&service, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn answer(service: &Arc<Service>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let actor = Actor::from_request_parts(&mut parts, service).await?;
    let key = key(&parts.headers)?;
    let request = Request::from_parts(parts.clone(), body);
    let (body, room) = read(service, &actor, request, BODY_BYTES_MAX).await?;
    parts.extensions.insert(room);
    let fingerprint = fingerprint(&key, &parts, &body);
    let key = hashed(&key);
    let begun = service.under_way().begin(&actor.id, &key).ok_or_else(in_use)?;
    let from = service.now().before(Remembered::KEPT);
    let known = service.store().remembered(actor.id.to_string(), key.clone()).await?;
    if let Some(known) = known.filter(|known| known.at >= from) {
        return if known.request == fingerprint { again(&known.response) } else { Err(reused()) };
    }
    let of_caller = service.store().remembered_of(actor.id.to_string(), from).await?;
    if of_caller.count >= OF_CALLER_MAX || of_caller.bytes >= OF_CALLER_BYTES_MAX {
        let oldest = of_caller.oldest.unwrap_or_default();
        return Err(Problem::throttled(
            "This token has too many idempotency keys.",
            oldest.since(from).as_secs(),
        ));
    }
    let (of, owner) = (Arc::clone(service), actor.id.to_string());
    // To the end, even if the client leaves: it will ask again.
    let done = service.changes().carry_out(async move {
        let response = next.run(Request::from_parts(parts, body.into())).await;
        let written = Written::of(&response).and_then(|written| serde_json::to_string(&written).ok());
        if let Some(response) = written {
            let remembered = Remembered { owner, key, request: fingerprint, at: of.now(), response };
            if let Err(error) = of.store().remember(remembered).await {
                tracing::error!("a response is not remembered by its idempotency key: {error}");
            }
        }
        drop(begun);
        response
    });
    done.await.ok_or_else(|| Problem::internal("a handler panicked"))
}

/// The key of a request.
fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut all = headers.get_all(KEY).iter();
    let one = all.next().filter(|_| all.next().is_none()).and_then(|value| value.to_str().ok());
    let is_key = |text: &&str| {
        (1..=KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    one.filter(is_key).map(str::to_owned).ok_or_else(|| {
        let message = format!("must be one key of 1 to {KEY_CHARS_MAX} visible ASCII characters");
        Problem::violation("InvalidRequest", KEY.as_str(), message, ParameterLocation::Header)
    })
}

/// A key as it is kept. The key itself is not: without it, nobody can try from a fingerprint what the request was.
fn hashed(key: &str) -> String {
    Sha256::digest(key).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// What tells a request from others with the same key. There may be secrets in it, so it is mixed with the key, which only
/// the caller has.
fn fingerprint(key: &str, parts: &Parts, body: &[u8]) -> Vec<u8> {
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let mut hash = Sha256::new();
    for part in [key, " ", parts.method.as_str(), " ", target, "\n"] {
        hash.update(part.as_bytes());
    }
    hash.update(body);
    hash.finalize().to_vec()
}

fn in_use() -> Problem {
    let message =
        "The first request with this idempotency key is still being carried out: repeat this one later.";
    Problem::new(Status::Conflict, "IdempotencyKeyInUse", message)
}

fn reused() -> Problem {
    let message = "This idempotency key was used for another request: choose another key.";
    Problem::new(Status::Conflict, "IdempotencyKeyReused", message)
}

/// A response as it is remembered.
#[derive(Debug, Serialize, Deserialize)]
enum Written {
    Success {
        status: u16,
        location: Option<String>,
        body: String,
        warnings: Vec<(String, Vec<ConstraintViolation>)>,
    },
    Failure {
        status: u16,
        message: String,
        error_code: String,
        violations: Vec<ConstraintViolation>,
        current_version: Option<i64>,
        details: BTreeMap<String, Fact>,
    },
}

impl Written {
    /// What is remembered of a response. Nothing of what another attempt may do better: our own failures, and what was
    /// refused because of who asks, or how often.
    fn of(response: &Response) -> Option<Self> {
        let status = response.status();
        let is_lasting = !status.is_server_error()
            && ![StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS]
                .contains(&status);
        let extensions = Some(response.extensions()).filter(|_| is_lasting)?;
        if let Some(problem) = extensions.get::<Problem>().cloned() {
            return Some(Self::Failure {
                status: status.as_u16(),
                message: problem.message,
                error_code: problem.error_code.into_owned(),
                violations: problem.violations,
                current_version: problem.current_version,
                details: problem.details,
            });
        }
        let Body { json, warnings } = extensions.get::<Body>()?;
        let json = extensions.get::<Lasting>().map_or(json, |lasting| &lasting.0);
        let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        Some(Self::Success {
            status: status.as_u16(),
            location: location.map(str::to_owned),
            body: String::from_utf8(json.to_vec()).ok()?,
            warnings: warnings.iter().map(|one| (one.message.clone(), one.violations.clone())).collect(),
        })
    }

    /// The response again.
    fn response(self) -> Option<Response> {
        match self {
            Self::Success { status, location, body, warnings } => {
                let mut response = StatusCode::from_u16(status).ok()?.into_response();
                if let Some(location) = location {
                    response.headers_mut().insert(LOCATION, HeaderValue::from_str(&location).ok()?);
                }
                let warnings =
                    warnings.into_iter().map(|(message, all)| Unexpected::new(message, all)).collect();
                response.extensions_mut().insert(Body { json: body.into(), warnings });
                Some(response)
            }
            Self::Failure { status, message, error_code, violations, current_version, details } => {
                let status = *Status::ALL.iter().find(|known| known.code().as_u16() == status)?;
                let problem = Problem {
                    error_code: error_code.into(),
                    violations,
                    current_version,
                    details,
                    ..Problem::new(status, status.word(), message)
                };
                Some(problem.into_response())
            }
        }
    }
}

/// A response that is remembered, marked as such.
fn again(response: &str) -> Result<Response, Problem> {
    let written = serde_json::from_str::<Written>(response).ok().and_then(Written::response);
    let broken = || StoreError::Broken("a remembered response cannot be read".to_owned());
    let mut response = written.ok_or_else(broken)?;
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_attempt_may_do_better_is_not_written_down() {
        for (problem, is_written) in [
            (Problem::not_found("test", "a"), true),
            (Problem::new(Status::Unauthorized, "Unauthorized", "a"), false),
            (Problem::missing(Vec::new()), false),
            (Problem::throttled("a", 1), false),
            (Problem::unavailable("Overloaded", "a", 1), false),
            (Problem::internal("a"), false),
        ] {
            let response = problem.into_response();
            assert_eq!(Written::of(&response).is_some(), is_written, "{response:?}");
        }
    }
}
