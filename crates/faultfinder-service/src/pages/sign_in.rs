//! Signing in with a token, and out again.

use super::frame::{Frame, first, shown};
use super::viewer::{Pages, Viewer, local};
use super::{cookie, form};
use crate::api::access::{note_failure, owner};
use crate::api::context::TraceId;
use crate::api::html::Finished;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::status::Status;
use crate::token::TokenHash;
use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CONTENT_TYPE, SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode, Uri};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInView {
    frame: Frame,
    /// Where to go afterwards.
    to: String,
    /// Whether a token was tried that does not count.
    is_refused: bool,
}

/// The first page that a viewer may see.
pub(super) async fn home(viewer: Viewer) -> Redirect {
    Redirect::to(first(&viewer))
}

/// The form.
pub(super) async fn get(State(pages): State<Arc<Pages>>, uri: Uri) -> Result<Response, Problem> {
    if !pages.has_sign_in() {
        return Ok(Redirect::to("/").into_response());
    }
    let to = Query::of(&uri).text("to");
    shown(&view(local(to.as_deref()), false))
}

fn view(to: &str, is_refused: bool) -> SignInView {
    SignInView { frame: Frame::bare("Sign in"), to: to.to_owned(), is_refused }
}

/// Signs in. A token is looked at as the API does, and one that does not count is noted likewise.
pub(super) async fn sign_in(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    request: Request,
) -> Result<Response, Problem> {
    if !pages.has_sign_in() {
        return Ok(Redirect::to("/").into_response());
    }
    let (parts, body) = request.into_parts();
    let is_secure = cookie::is_secure(&pages.service, &parts);
    let mut form = form::read(Request::from_parts(parts.clone(), body)).await?;
    let to = form.text("to");
    let to = local(to.as_deref());
    let token = form.text("token").map(|token| token.trim().to_owned()).unwrap_or_default();
    let is_possible = !token.is_empty() && token.len() <= TokenHash::BYTES_MAX;
    let hash = TokenHash::of(&token);
    let actor = if is_possible { owner(&pages.service, hash).await } else { Err(unknown()) };
    let actor = match actor {
        Ok(actor) => actor,
        Err(problem) if problem.status == Status::Unauthorized => {
            tracing::info!("a token was refused at sign-in: {}", problem.story.unwrap_or_default());
            note_failure(&pages.service, &parts);
            return refused(to);
        }
        Err(problem) => return Err(problem),
    };
    // A session that was there before is not taken over: a new one begins.
    if let Some(before) = cookie::read(&parts.headers) {
        pages.sessions.end(before);
    }
    let secret = pages.sessions.begin(hash, pages.service.now());
    pages.service.audit(&actor.id, "login", &actor.id, trace.as_str()).await;
    Ok(with_cookie(Redirect::to(to), cookie::set(Some(&secret), is_secure)))
}

fn unknown() -> Problem {
    Problem::new(Status::Unauthorized, "Unauthorized", Status::Unauthorized.text()).with_story("no token")
}

/// The form again.
fn refused(to: &str) -> Result<Response, Problem> {
    let mut response = shown(&view(to, true))?;
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let scheme = HeaderValue::from_static("Bearer realm=\"faultfinder\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response.extensions_mut().insert(Finished);
    Ok(response)
}

/// Signs out.
pub(super) async fn sign_out(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let is_secure = cookie::is_secure(&pages.service, &parts);
    form::of(&viewer, Request::from_parts(parts.clone(), body)).await?;
    if let Some(secret) = cookie::read(&parts.headers) {
        pages.sessions.end(secret);
    }
    Ok(with_cookie(Redirect::to("/sign-in"), cookie::set(None, is_secure)))
}

fn with_cookie(redirect: Redirect, cookie: Option<HeaderValue>) -> Response {
    let mut response = redirect.into_response();
    response.headers_mut().remove(CONTENT_TYPE);
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}
