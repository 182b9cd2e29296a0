//! Who did what. For administrators.

use super::frame::{Frame, Section, left_out, shown};
use super::moment::Moment;
use super::text::{TEXT_CHARS_MAX, cut};
use super::viewer::{Pages, Viewer};
use crate::api::cursor;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::store::AuditQuery;
use crate::token::Scope;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use std::sync::Arc;

/// Entries of a page.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditView {
    frame: Frame,
    entries: Vec<Row>,
    left_out: Option<String>,
    next: Option<String>,
    is_first: bool,
}

/// An entry.
struct Row {
    at: Moment,
    actor: String,
    action: String,
    subject: String,
}

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::Admin])?;
    let mut query = Query::of(&uri);
    let before = query.cursor(cursor::audited);
    query.finish()?;
    let (is_first, now) = (before.is_none(), pages.service.now());
    let page =
        pages.service.store().audited(AuditQuery { before, limit: PAGE, ..AuditQuery::default() }).await?;
    let view = AuditView {
        frame: Frame::new("Who did what", Section::Definitions, &viewer),
        entries: page
            .rows
            .iter()
            .map(|row| Row {
                at: Moment::new(row.at, now),
                actor: cut(&row.actor, TEXT_CHARS_MAX),
                action: row.action.clone(),
                subject: cut(&row.subject, TEXT_CHARS_MAX),
            })
            .collect(),
        left_out: left_out(&page.damaged),
        next: page.next.as_ref().map(|next| format!("/audit?cursor={}", cursor::of_audited(next))),
        is_first,
    };
    shown(&view)
}
