//! Tokens: those that there are, a form for a new one, and buttons that revoke them. For administrators.

use super::form;
use super::frame::{Frame, Section, left_out, shown};
use super::moment::Moment;
use super::text::name;
use super::viewer::{Pages, Viewer};
use crate::api::context::TraceId;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::routes::tokens::{NAME_CHARS_MAX, Wanted, make, take_back};
use crate::timestamp::Timestamp;
use crate::token::{Scope, Token};
use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{Redirect, Response};
use http::Uri;
use std::sync::Arc;
use std::time::Duration;

/// For how many days a token may be by the form, each with its words.
const LENGTHS: &[(&str, &str)] =
    &[("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("never", "no limit")];

#[derive(Template)]
#[template(path = "tokens.html")]
struct TokensView {
    frame: Frame,
    csrf: String,
    tokens: Vec<Row>,
    left_out: Option<String>,
    /// The name of a new token, and what it is: shown once.
    made: Option<(String, String)>,
    scopes: Vec<&'static str>,
    lengths: &'static [(&'static str, &'static str)],
    /// Whether tokens are needed here at all.
    are_needed: bool,
}

/// A token.
struct Row {
    id: String,
    name: String,
    scopes: String,
    created: Moment,
    expires: Option<Moment>,
}

impl Row {
    fn new(token: &Token, now: Timestamp) -> Self {
        let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        Self {
            id: token.id.clone(),
            name: name(&token.name),
            scopes: scopes.join(", "),
            created: Moment::new(token.created_at, now),
            expires: token.expires_at.map(|at| Moment::new(at, now)),
        }
    }
}

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::Admin])?;
    Query::of(&uri).finish()?;
    list(&pages, &viewer, None).await
}

/// The page, with a token that was made just now.
async fn list(pages: &Pages, viewer: &Viewer, made: Option<(String, String)>) -> Result<Response, Problem> {
    let now = pages.service.now();
    let tokens = pages.service.store().tokens().await?;
    let view = TokensView {
        frame: Frame::new("Tokens", Section::Definitions, viewer),
        csrf: viewer.csrf.to_string(),
        tokens: tokens.rows.iter().map(|token| Row::new(token, now)).collect(),
        left_out: left_out(&tokens.damaged),
        made,
        scopes: Scope::ALL.iter().map(|scope| scope.as_str()).collect(),
        lengths: LENGTHS,
        are_needed: pages.has_sign_in(),
    };
    shown(&view)
}

/// Makes a token, and shows it: it is not shown again.
pub(super) async fn create(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    viewer: Viewer,
    request: Request,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::Admin])?;
    let mut form = form::of(&viewer, request).await?;
    let named = form.text("name").unwrap_or_default();
    if !(1..=NAME_CHARS_MAX).contains(&named.trim().chars().count()) {
        form.wrong("name", format!("must have 1 to {NAME_CHARS_MAX} characters"));
    }
    let days = form.one_of("days", "one of those that the form has", |days| match days {
        "never" => Some(None),
        days => {
            LENGTHS.iter().find(|(known, _)| *known == days).and_then(|_| days.parse::<u64>().ok()).map(Some)
        }
    });
    let mut scopes = std::collections::BTreeSet::new();
    for scope in Scope::ALL {
        let is_wanted = form.one_of(scope.as_str(), "yes", |word| (word == "yes").then_some(()));
        scopes.extend(is_wanted.map(|()| *scope));
    }
    if days.is_none() {
        form.wrong("days", "is missing");
    }
    if scopes.is_empty() {
        form.wrong("scopes", "at least one is needed");
    }
    form.finish()?;
    let now = pages.service.now();
    let length = days.flatten().map(|days| Duration::from_secs(days.saturating_mul(86_400)));
    let expires_at = length.map(|length| now.after(length));
    let wanted = Wanted { name: named.trim().to_owned(), scopes, expires_at };
    let (token, secret) = make(&pages.service, &trace, &viewer.actor, wanted).await?;
    list(&pages, &viewer, Some((name(&token.name), secret))).await
}

/// Revokes a token.
pub(super) async fn revoke(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    viewer: Viewer,
    Named(id): Named,
    request: Request,
) -> Result<Redirect, Problem> {
    viewer.demand(&[Scope::Admin])?;
    form::of(&viewer, request).await?.finish()?;
    take_back(&pages.service, &trace, &viewer.actor, &id).await?;
    Ok(Redirect::to("/tokens"))
}
