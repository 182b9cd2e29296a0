//! A status page as a web page.

use super::days::{DAYS, Day};
use super::incident::Incident;
use super::summary::KEPT;
use super::survey::{Component, Planned};
use crate::api::html::HTML;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::pages::assets::{ASSETS, Assets};
use crate::pages::frame::rendered;
use crate::pages::moment::Moment;
use crate::pages::text::{name, span};
use crate::pages::uptime::shown_percent;
use crate::pages::viewer::Pages;
use crate::timestamp::Timestamp;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use std::sync::Arc;

/// Width of the mark of a day, and of that with what is between two.
const MARK: usize = 5;
const STEP: usize = 7;

#[derive(Template)]
#[template(path = "status.html")]
struct StatusView {
    assets: &'static Assets,
    path: String,
    title: String,
    description: Option<String>,
    has_logo: bool,
    /// What is said of all components, with its sign and class.
    summary: (&'static str, &'static str, &'static str),
    components: Vec<ComponentView>,
    days: u32,
    width: usize,
    going_on: Vec<IncidentView>,
    over: Vec<IncidentView>,
    maintenance: Vec<PlannedView>,
    updated: Moment,
}

struct ComponentView {
    name: String,
    description: Option<String>,
    label: &'static str,
    sign: &'static str,
    class: &'static str,
    uptime: Option<String>,
    days: Vec<Mark>,
    /// The days in words.
    words: String,
}

struct Mark {
    x: usize,
    class: &'static str,
    words: String,
}

struct IncidentView {
    component: String,
    title: &'static str,
    started: Moment,
    ended: Option<Moment>,
    lasted: String,
    causes: Vec<String>,
}

struct PlannedView {
    components: String,
    starts: Moment,
    ends: Moment,
    has_begun: bool,
}

pub(in crate::pages) async fn get(
    State(pages): State<Arc<Pages>>,
    Named(path): Named,
) -> Result<Response, Problem> {
    let (page, survey) = pages.surveys.of(&pages.service, &path).await?;
    let now = pages.service.now();
    let incident = |incident: &Incident| IncidentView::new(incident, now);
    let (going_on, over): (Vec<_>, Vec<_>) =
        survey.incidents.iter().partition(|incident| incident.ended_at.is_none());
    let view = StatusView {
        assets: &ASSETS,
        path: page.path.clone(),
        title: name(&page.title),
        description: page.description.clone(),
        has_logo: page.logo.is_some(),
        summary: (survey.state.of_all(), survey.state.sign(), survey.state.class()),
        components: survey.components.iter().map(ComponentView::new).collect(),
        days: DAYS,
        width: usize::try_from(DAYS).unwrap_or_default() * STEP,
        going_on: going_on.into_iter().map(incident).collect(),
        over: over.into_iter().map(incident).collect(),
        maintenance: survey.maintenance.iter().map(|planned| PlannedView::new(planned, now)).collect(),
        updated: Moment::new(survey.updated_at, now),
    };
    let text = rendered(&view)?;
    let kept = header::HeaderValue::from_static(KEPT);
    Ok(([(header::CONTENT_TYPE, HTML), (header::CACHE_CONTROL, kept)], text).into_response())
}

/// The image of a page.
pub(in crate::pages) async fn logo(
    State(pages): State<Arc<Pages>>,
    Named(path): Named,
) -> Result<Response, Problem> {
    let page = pages.service.config().status_pages.iter().find(|page| page.path == path);
    let logo = page.and_then(|page| page.logo.as_ref());
    let logo = logo.ok_or_else(|| Problem::not_found("logo", &path))?;
    let fields = [
        (header::CONTENT_TYPE, logo.content_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        // An SVG that is opened by itself is a document: it may do nothing.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ];
    Ok((fields, logo.bytes.clone()).into_response())
}

impl ComponentView {
    fn new(component: &Component) -> Self {
        let mark =
            |(place, day): (usize, &Day)| Mark { x: place * STEP, class: day.class(), words: day.words() };
        let uptime = component.uptime_percent.map(shown_percent);
        let share = uptime.as_deref().unwrap_or("no data");
        Self {
            name: name(&component.name),
            description: component.description.clone(),
            label: component.state.label(),
            sign: component.state.sign(),
            class: component.state.class(),
            words: format!("uptime of the last {DAYS} days: {share}"),
            uptime,
            days: component.days.iter().enumerate().map(mark).collect(),
        }
    }
}

impl IncidentView {
    fn new(incident: &Incident, now: Timestamp) -> Self {
        let until = incident.ended_at.unwrap_or(now);
        let seconds = until.since(incident.started_at).as_secs();
        Self {
            component: name(&incident.component),
            title: incident.title,
            started: Moment::new(incident.started_at, now),
            ended: incident.ended_at.map(|at| Moment::new(at, now)),
            lasted: span(std::time::Duration::from_secs(seconds)),
            causes: incident.causes.iter().cloned().collect(),
        }
    }
}

impl PlannedView {
    fn new(planned: &Planned, now: Timestamp) -> Self {
        Self {
            components: planned.components.iter().map(|of| name(of)).collect::<Vec<_>>().join(", "),
            starts: Moment::new(planned.starts_at, now),
            ends: Moment::new(planned.ends_at, now),
            has_begun: planned.starts_at <= now,
        }
    }
}

const _: () = assert!(MARK < STEP, "marks do not touch");
