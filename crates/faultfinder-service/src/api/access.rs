//! Tokens and scopes.

use super::client::Client;
use super::context::{Actor, TraceId};
use super::problem::Problem;
use super::status::Status;
use crate::service::Service;
use crate::token::{Scope, TokenHash};
use axum::extract::FromRequestParts;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use http::request::Parts;
use std::sync::Arc;

/// What every token begins with, so that people and scanners recognize one.
pub(crate) const TOKEN_PREFIX: &str = "fft_";

/// The actor of a login that failed, in the audit log.
const UNKNOWN: &str = "unknown";

impl FromRequestParts<Arc<Service>> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Problem> {
        if service.config().admin_token.is_none() {
            return Ok(Self::admin("local"));
        }
        // Who brings no token at all has not tried to log in.
        let header = parts.headers.get(AUTHORIZATION).ok_or_else(|| refused("no token"))?;
        let actor = login(service, header).await;
        if actor.as_ref().is_err_and(|problem| problem.status == Status::Unauthorized) {
            note_failure(service, parts);
        }
        actor
    }
}

fn refused(why: &str) -> Problem {
    Problem::new(Status::Unauthorized, "Unauthorized", Status::Unauthorized.text()).with_story(why)
}

/// Whose token an authorization header has.
async fn login(service: &Service, header: &HeaderValue) -> Result<Actor, Problem> {
    let token = header
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer") && token.len() <= TokenHash::BYTES_MAX
        })
        .map(|(_, token)| token.trim())
        .ok_or_else(|| refused("the authorization header has no bearer token"))?;
    owner(service, TokenHash::of(token)).await
}

/// Whose token it is that has this hash.
///
/// # Errors
///
/// 401 when there is none, or it has expired or was revoked; 503 when the store does not answer.
pub(crate) async fn owner(service: &Service, hash: TokenHash) -> Result<Actor, Problem> {
    // Hashes of the same length, compared without an early end.
    if service.config().admin_token.as_ref().is_some_and(|admin| hash.is_same(admin)) {
        return Ok(Actor::admin("admin"));
    }
    let now = service.now();
    match service.store().token(hash).await? {
        Some(token) if token.revoked_at.is_some() => Err(refused("the token was revoked")),
        Some(token) if token.expires_at.is_some_and(|at| at <= now) => Err(refused("the token has expired")),
        Some(token) => Ok(Actor { id: token.id.into(), scopes: Arc::new(token.scopes) }),
        None => Err(refused("the token is unknown")),
    }
}

/// Notes for the audit log from where a login failed. Nobody waits for that.
pub(crate) fn note_failure(service: &Arc<Service>, parts: &Parts) {
    let Some(address) = parts.extensions.get::<Client>().map(|client| client.address) else { return };
    if !service.failed_logins().is_noted(address, service.now()) {
        return;
    }
    let trace = parts.extensions.get::<TraceId>().cloned().unwrap_or_else(|| TraceId::of(None));
    let of = Arc::clone(service);
    service.changes().begin(async move {
        of.audit(UNKNOWN, "login.failed", &address.to_string(), trace.as_str()).await;
    });
}

impl Actor {
    /// Demands scopes.
    ///
    /// # Errors
    ///
    /// 403 with all that are missing.
    pub(crate) fn may(&self, needed: &[Scope]) -> Result<(), Problem> {
        let missing = self.lacks(needed);
        if missing.is_empty() { Ok(()) } else { Err(Problem::missing(missing)) }
    }
}
