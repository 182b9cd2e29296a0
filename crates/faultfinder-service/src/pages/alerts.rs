//! What went wrong for long enough: what goes on, and what has ended.

use super::frame::{Frame, Section, left_out, shown};
use super::moment::Moment;
use super::text::{TEXT_CHARS_MAX, cut, encoded, name, sentence};
use super::viewer::{Pages, Viewer};
use crate::alerts::{Facts, HOST, Notifier};
use crate::api::cursor;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::service::Service;
use crate::store::{AlertQuery, AlertRecord};
use crate::timestamp::Timestamp;
use crate::token::Scope;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use std::sync::Arc;

/// Alerts of a page, and most alerts that go on and are shown.
const PAGE: usize = 50;
const OPEN_MAX: usize = 200;

#[derive(Template)]
#[template(path = "alerts.html")]
struct AlertsView {
    frame: Frame,
    csrf: String,
    /// Those that go on; on the first page only.
    open: Vec<Row>,
    ended: Vec<Row>,
    left_out: Option<String>,
    next: Option<String>,
    is_first: bool,
    can_acknowledge: bool,
    links_tests: bool,
    /// How many silences have not ended.
    silences: usize,
    /// Where alerts are sent; on the first page only.
    notifiers: Vec<NotifierRow>,
    /// The paths and titles of the pages that anyone may see.
    status_pages: Vec<(String, String)>,
}

/// An alert.
struct Row {
    id: String,
    /// The id of the test; nothing for this host.
    test: Option<String>,
    name: String,
    kind: String,
    summary: String,
    reason: String,
    opened: Moment,
    ended: Option<Moment>,
    lasted: String,
    code: Option<String>,
    /// The id of the result that failed last.
    result: Option<String>,
    is_acknowledged: bool,
    priority: Option<u8>,
}

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::ResultsRead])?;
    let mut query = Query::of(&uri);
    let before = query.cursor(cursor::alert);
    query.finish()?;
    let (service, is_first) = (&pages.service, before.is_none());
    let now = service.now();
    let (mut open, mut damaged) = (Vec::new(), Vec::new());
    if is_first {
        let wanted = AlertQuery { open: Some(true), limit: OPEN_MAX, ..AlertQuery::default() };
        let page = service.store().alerts(wanted).await?;
        (open, damaged) = (page.rows, page.damaged);
    }
    let wanted = AlertQuery { open: Some(false), limit: PAGE, before, ..AlertQuery::default() };
    let page = service.store().alerts(wanted).await?;
    damaged.extend(page.damaged);
    let rows = |records: Vec<AlertRecord>| {
        records.into_iter().map(|record| Row::new(service, record, now)).collect::<Vec<_>>()
    };
    let view = AlertsView {
        frame: Frame::new("Alerts", Section::Alerts, &viewer),
        csrf: viewer.csrf.to_string(),
        open: rows(open),
        ended: rows(page.rows),
        left_out: left_out(&damaged),
        next: page.next.as_ref().map(|next| format!("/alerts?cursor={}", cursor::of_alert(next))),
        is_first,
        can_acknowledge: viewer.may(Scope::TestsWrite),
        links_tests: viewer.may(Scope::TestsRead),
        silences: service.silences().lasting(now).len(),
        notifiers: if is_first { notifiers(service) } else { Vec::new() },
        status_pages: if is_first { status_pages(service) } else { Vec::new() },
    };
    shown(&view)
}

/// The paths and titles of the pages that anyone may see.
fn status_pages(service: &Service) -> Vec<(String, String)> {
    let pages = service.config().status_pages.iter();
    pages.map(|page| (page.path.clone(), name(&page.title))).collect()
}

/// Where alerts are sent.
struct NotifierRow {
    name: String,
    kind: &'static str,
    /// Its name in a path.
    path: String,
}

fn notifiers(service: &Service) -> Vec<NotifierRow> {
    let row = |notifier: &Arc<Notifier>| NotifierRow {
        name: name(notifier.name()),
        kind: notifier.kind().as_str(),
        path: encoded(notifier.name()),
    };
    service.alerts().notifiers().iter().map(row).collect()
}

impl Row {
    fn new(service: &Service, record: AlertRecord, now: Timestamp) -> Self {
        let facts = notice(&record);
        let (_, open) = service.alerts().state(&record.test);
        let is_open = open.as_deref() == Some(record.id.as_str());
        let until = record.ended_at.unwrap_or(now);
        let fault = facts.as_ref().and_then(|facts| facts.fault.as_ref());
        Self {
            is_acknowledged: is_open && service.alerts().is_acknowledged(&record.test),
            name: name(facts.as_ref().map_or(&record.test, |facts| &facts.test.name)),
            kind: sentence(&facts.as_ref().map_or("unknown", |facts| facts.kind.as_str()).replace('_', " ")),
            summary: summary(facts.as_ref()),
            reason: facts
                .as_ref()
                .map(|facts| sentence(&cut(&facts.reason, TEXT_CHARS_MAX)))
                .unwrap_or_default(),
            opened: Moment::new(record.opened_at, now),
            lasted: Moment::new(record.opened_at, until).span,
            ended: record.ended_at.map(|at| Moment::new(at, now)),
            result: fault.map(|fault| fault.result.clone()),
            code: fault.map(|fault| fault.code.clone()),
            priority: facts.as_ref().and_then(|facts| facts.priority),
            id: record.id,
            test: Some(record.test).filter(|test| test != HOST),
        }
    }
}

/// What the last notice of an alert says, unless it cannot be read.
pub(super) fn notice(record: &AlertRecord) -> Option<Facts> {
    let read = serde_json::from_str(record.body.as_str());
    read.inspect_err(|error| {
        tracing::error!(alert = record.id.as_str(), "the notice of an alert cannot be read: {error}")
    })
    .ok()
}

/// It in one line.
pub(super) fn summary(facts: Option<&Facts>) -> String {
    facts.map_or_else(
        || "What it says cannot be read.".to_owned(),
        |facts| cut(&facts.summary, TEXT_CHARS_MAX),
    )
}
