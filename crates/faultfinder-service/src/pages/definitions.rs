//! Definition files: what is wrong with them.

use super::frame::{Frame, Section, shown};
use super::moment::Moment;
use super::text::{TEXT_CHARS_MAX, count, cut};
use super::viewer::{Pages, Viewer};
use crate::api::cursor;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::routes::definitions::{message, page};
use crate::definitions::DefinitionFile;
use crate::timestamp::Timestamp;
use crate::token::Scope;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use faultfinder_spec::Severity;
use http::Uri;
use std::sync::Arc;

/// Files of a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "definitions.html")]
struct DefinitionsView {
    frame: Frame,
    files: Vec<Row>,
    next: Option<String>,
    is_first: bool,
    /// Whether the viewer may see tokens.
    is_admin: bool,
}

/// A file.
struct Row {
    name: String,
    is_good: bool,
    tests: String,
    read: Moment,
    good: Option<Moment>,
    diagnostics: Vec<Diagnostic>,
}

/// Something that is wrong with a file.
struct Diagnostic {
    is_error: bool,
    place: String,
    path: Option<String>,
    message: String,
}

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::TestsRead])?;
    let mut query = Query::of(&uri);
    let after = query.cursor(cursor::file);
    query.finish()?;
    let service = &pages.service;
    let is_first = after.is_none();
    let (files, next) = page(service, after.as_deref(), PAGE);
    let now = service.now();
    let view = DefinitionsView {
        frame: Frame::new("Files", Section::Definitions, &viewer),
        files: files.iter().map(|file| Row::new(file, &viewer, now)).collect(),
        next: next.map(|next| format!("/definitions?cursor={next}")),
        is_first,
        is_admin: viewer.may(Scope::Admin),
    };
    shown(&view)
}

impl Row {
    fn new(file: &DefinitionFile, viewer: &Viewer, now: Timestamp) -> Self {
        let diagnostic = |one: &faultfinder_spec::Diagnostic| Diagnostic {
            is_error: one.severity == Severity::Error,
            place: format!("{}:{}", one.place.line, one.place.column),
            path: one.path.clone(),
            message: cut(&message(one, &viewer.actor), TEXT_CHARS_MAX),
        };
        Self {
            name: cut(&file.name, TEXT_CHARS_MAX),
            is_good: file.is_good(),
            tests: count(file.tests.len(), "test", "tests"),
            read: Moment::new(file.read_at, now),
            good: file.good_at.filter(|_| !file.is_good()).map(|at| Moment::new(at, now)),
            diagnostics: file.diagnostics.iter().map(diagnostic).collect(),
        }
    }
}
