//! Who asks for a page: somebody who has signed in, or, without an admin token, anyone on this host.

use super::cookie;
use super::sessions::{Sessions, random};
use super::text::encoded;
use crate::api::access;
use crate::api::context::Actor;
use crate::api::problem::Problem;
use crate::api::status::Status;
use crate::service::Service;
use crate::token::{Scope, TokenHash};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use http::request::Parts;
use std::sync::Arc;

/// What all pages share.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) service: Arc<Service>,
    pub(super) sessions: Sessions,
    /// What forms carry where nobody signs in.
    local_csrf: Arc<str>,
    pub(super) streams: super::streams::Streams,
    pub(super) surveys: super::status::Surveys,
}

impl Pages {
    pub(super) fn new(service: Arc<Service>) -> Self {
        let (sessions, streams) = (Sessions::default(), super::streams::Streams::default());
        let surveys = super::status::Surveys::new(&service.config().status_pages);
        Self { service, sessions, local_csrf: random().into(), streams, surveys }
    }

    /// Whether one signs in here.
    pub(super) fn has_sign_in(&self) -> bool {
        self.service.config().admin_token.is_some()
    }
}

/// Who asks for a page.
#[derive(Debug, Clone)]
pub(super) struct Viewer {
    pub(super) actor: Actor,
    /// What forms on the page carry.
    pub(super) csrf: Arc<str>,
    /// Whether there is a session that can be ended.
    pub(super) has_session: bool,
}

impl Viewer {
    /// Whether it has a scope.
    pub(super) fn may(&self, scope: Scope) -> bool {
        self.actor.lacks(&[scope]).is_empty()
    }

    /// Demands scopes.
    ///
    /// # Errors
    ///
    /// 403 with all that are missing.
    pub(super) fn demand(&self, needed: &[Scope]) -> Result<(), Problem> {
        let missing = self.actor.lacks(needed);
        if missing.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = missing.iter().map(|scope| scope.as_str()).collect();
        let message = format!("The token of this session does not have the scope {}.", names.join(", "));
        Err(Problem { message, ..Problem::missing(missing) })
    }

    /// Whether a form carries what this page gave it; takes the same time whatever it is.
    pub(super) fn is_own_form(&self, csrf: &str) -> bool {
        TokenHash::of(csrf).is_same(&TokenHash::of(&self.csrf))
    }
}

impl FromRequestParts<Arc<Pages>> for Viewer {
    /// A problem, or the way to the page where one signs in.
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, pages: &Arc<Pages>) -> Result<Self, Response> {
        if !pages.has_sign_in() {
            let csrf = Arc::clone(&pages.local_csrf);
            return Ok(Self { actor: Actor::admin("local"), csrf, has_session: false });
        }
        let secret = cookie::read(&parts.headers);
        let session = secret.and_then(|secret| pages.sessions.of(secret, pages.service.now()));
        let (Some(secret), Some(session)) = (secret, session) else { return Err(to_sign_in(parts)) };
        match access::owner(&pages.service, session.token).await {
            Ok(actor) => Ok(Self { actor, csrf: session.csrf, has_session: true }),
            // The token was revoked or has expired.
            Err(problem) if problem.status == Status::Unauthorized => {
                pages.sessions.end(secret);
                Err(to_sign_in(parts))
            }
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// The way to the page where one signs in, and from there to what was asked for.
fn to_sign_in(parts: &Parts) -> Response {
    let target = parts.uri.path_and_query().map(|target| target.as_str());
    let target = target.filter(|target| parts.method == Method::GET && *target != "/");
    let to = target.map_or_else(String::new, |target| format!("?to={}", encoded(target)));
    Redirect::to(&format!("/sign-in{to}")).into_response()
}

/// A target within this service, as it was given; the first page for any other. A browser takes `//` and `/\` for the
/// beginning of another host.
pub(super) fn local(target: Option<&str>) -> &str {
    let is_local = |target: &&str| {
        target.starts_with('/')
            && !target.starts_with("//")
            && !target.contains('\\')
            && target.bytes().all(|byte| byte.is_ascii_graphic())
    };
    target.filter(is_local).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_host() {
        assert_eq!(local(Some("/tests?tag=a%20b")), "/tests?tag=a%20b");
        for target in ["//evil.test", "/\\evil.test", "https://evil.test", "evil", "", "/a\r\nb", "/\tb"] {
            assert_eq!(local(Some(target)), "/", "{target:?}");
        }
        assert_eq!(local(None), "/");
    }
}
