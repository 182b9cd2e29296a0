//! Times in which nothing is sent: those that there are, and a form for a new one.

use super::form;
use super::frame::{Frame, Section, left_out, shown};
use super::moment::Moment;
use super::text::{TEXT_CHARS_MAX, cut, name, sentence};
use super::viewer::{Pages, Viewer};
use crate::api::context::TraceId;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::routes::silences::{self, Wanted};
use crate::service::Service;
use crate::store::SilenceRecord;
use crate::timestamp::Timestamp;
use crate::token::Scope;
use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{Redirect, Response};
use http::Uri;
use std::sync::Arc;
use std::time::Duration;

/// How long a silence may be by the form, in hours, each with its words.
const LENGTHS: &[(&str, &str)] = &[
    ("1", "1 hour"),
    ("2", "2 hours"),
    ("4", "4 hours"),
    ("8", "8 hours"),
    ("24", "1 day"),
    ("72", "3 days"),
    ("168", "1 week"),
    ("720", "30 days"),
];
/// Most silences that have ended and are shown.
const ENDED_MAX: usize = 20;

#[derive(Template)]
#[template(path = "silences.html")]
struct SilencesView {
    frame: Frame,
    csrf: String,
    lasting: Vec<Row>,
    ended: Vec<Row>,
    left_out: Option<String>,
    can_change: bool,
    lengths: &'static [(&'static str, &'static str)],
    /// The id and the name of the only test that the form is about, if there is one.
    test: Option<(String, String)>,
}

/// A silence.
struct Row {
    id: String,
    /// What it concerns.
    about: String,
    is_maintenance: bool,
    /// Whether it goes on, or is still to come.
    has_begun: bool,
    starts: Moment,
    ends: Moment,
    comment: String,
    owner: String,
}

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::ResultsRead])?;
    let mut query = Query::of(&uri);
    let test = query.text("test");
    query.finish()?;
    let service = &pages.service;
    let now = service.now();
    let ended = service.store().ended_silences(now).await?;
    let row = |silence: &SilenceRecord| Row::new(service, silence, now);
    let view = SilencesView {
        frame: Frame::new("Silences", Section::Alerts, &viewer),
        csrf: viewer.csrf.to_string(),
        lasting: service.silences().lasting(now).iter().map(row).collect(),
        ended: ended.rows.iter().take(ENDED_MAX).map(row).collect(),
        left_out: left_out(&ended.damaged),
        can_change: viewer.may(Scope::TestsWrite),
        lengths: LENGTHS,
        test: test.map(|id| (id.clone(), name_of(service, &id))),
    };
    shown(&view)
}

/// Begins a silence.
pub(super) async fn begin(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    viewer: Viewer,
    request: Request,
) -> Result<Redirect, Problem> {
    viewer.demand(&[Scope::TestsWrite])?;
    let mut form = form::of(&viewer, request).await?;
    let hours = form.one_of("hours", "one of those that the form has", |hours| {
        let known = LENGTHS.iter().any(|(length, _)| *length == hours);
        hours.parse::<u64>().ok().filter(|_| known)
    });
    if hours.is_none() {
        form.wrong("hours", "is missing");
    }
    let words = |text: Option<String>| -> Vec<String> {
        text.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    };
    let now = pages.service.now();
    let wanted = Wanted {
        tests: words(form.text("test")),
        tags: words(form.text("tags")),
        starts_at: now,
        ends_at: hours.map(|hours| now.after(Duration::from_secs(hours * 60 * 60))),
        is_maintenance: form.one_of("maintenance", "yes", |word| (word == "yes").then_some(())).is_some(),
        comment: form.text("comment").unwrap_or_default(),
    };
    for (field, wrong) in wanted.objections(now) {
        form.wrong(field, wrong);
    }
    form.finish()?;
    silences::begin(&pages.service, &trace, &viewer.actor, wanted).await?;
    Ok(Redirect::to("/silences"))
}

/// Ends a silence.
pub(super) async fn end(
    State(pages): State<Arc<Pages>>,
    Extension(trace): Extension<TraceId>,
    viewer: Viewer,
    Named(id): Named,
    request: Request,
) -> Result<Redirect, Problem> {
    viewer.demand(&[Scope::TestsWrite])?;
    form::of(&viewer, request).await?.finish()?;
    silences::take_back(&pages.service, &trace, &viewer.actor, id).await?;
    Ok(Redirect::to("/silences"))
}

impl Row {
    fn new(service: &Service, silence: &SilenceRecord, now: Timestamp) -> Self {
        Self {
            id: silence.id.clone(),
            about: about(service, silence),
            is_maintenance: silence.is_maintenance,
            has_begun: silence.starts_at <= now,
            starts: Moment::new(silence.starts_at, now),
            ends: Moment::new(silence.ends_at, now),
            comment: cut(&silence.comment, TEXT_CHARS_MAX),
            owner: silence.owner.clone(),
        }
    }
}

/// What a silence concerns, in words.
fn about(service: &Service, silence: &SilenceRecord) -> String {
    let mut parts = Vec::new();
    match silence.tests.as_slice() {
        [] => {}
        [one] => parts.push(name_of(service, one)),
        [first, rest @ ..] => parts.push(format!("{} and {} more", name_of(service, first), rest.len())),
    }
    match silence.tags.as_slice() {
        [] => {}
        [tag] => parts.push(format!("tests with the tag {tag}")),
        tags => parts.push(format!("tests with all of the tags {}", tags.join(", "))),
    }
    if parts.is_empty() {
        return "All tests".to_owned();
    }
    let all = parts.join(", and ");
    // The name of a test stays as it is.
    name(&if silence.tests.is_empty() { sentence(&all) } else { all })
}

/// The name of a test, or its id if there is none.
fn name_of(service: &Service, id: &str) -> String {
    name(service.catalog().get(id).as_ref().map_or(id, |kept| kept.record.name.as_str()))
}

/// Until when nothing is sent about a test, if that is so now, and whether failures do not count either.
pub(super) fn over(service: &Service, id: &str, tags: &[String], now: Timestamp) -> Option<(Moment, bool)> {
    let all = service.silences().of(id, tags);
    let now_ms = now.millis();
    let lasting = || all.iter().filter(|silence| (silence.from..silence.until).contains(&now_ms));
    let until = lasting().map(|silence| silence.until).max()?;
    let is_maintenance = lasting().any(|silence| silence.is_maintenance);
    Some((Moment::new(Timestamp::from_millis(until), now), is_maintenance))
}
