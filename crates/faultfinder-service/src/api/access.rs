//! Tokens and scopes.

use super::context::Actor;
use super::problem::Problem;
use super::status::Status;
use crate::service::Service;
use crate::token::{Scope, TokenHash};
use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use std::sync::Arc;

/// Longest token that is looked up, in bytes.
const TOKEN_BYTES_MAX: usize = 256;

/// What every token begins with, so that people and scanners recognize one.
pub(crate) const TOKEN_PREFIX: &str = "fft_";

impl FromRequestParts<Arc<Service>> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Problem> {
        let Some(admin) = service.config().admin_token.as_ref() else { return Ok(Self::admin("local")) };
        let refused = |why: &str| {
            Problem::new(Status::Unauthorized, "Unauthorized", Status::Unauthorized.text()).with_story(why)
        };
        let header = parts.headers.get(AUTHORIZATION).ok_or_else(|| refused("no token"))?;
        let token = header
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && token.len() <= TOKEN_BYTES_MAX)
            .map(|(_, token)| token.trim())
            .ok_or_else(|| refused("the authorization header has no bearer token"))?;
        let hash = TokenHash::of(token);
        // Hashes of the same length, compared without an early end.
        if hash.is_same(admin) {
            return Ok(Self::admin("admin"));
        }
        let now = service.now();
        match service.store().token(hash).await? {
            Some(token) if token.revoked_at.is_some() => Err(refused("the token was revoked")),
            Some(token) if token.expires_at.is_some_and(|at| at <= now) => {
                Err(refused("the token has expired"))
            }
            Some(token) => Ok(Self { id: token.id.into(), scopes: Arc::new(token.scopes) }),
            None => Err(refused("the token is unknown")),
        }
    }
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
