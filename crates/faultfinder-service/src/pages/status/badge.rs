//! A status page, or one of its components, as an image for other pages.

use super::days::uptime;
use super::summary::KEPT;
use super::survey::{Component, Survey};
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::pages::frame::rendered;
use crate::pages::text::cut;
use crate::pages::uptime::shown_percent;
use crate::pages::viewer::Pages;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Uri, header};
use std::sync::Arc;

/// Longest label, in characters.
const LABEL_CHARS_MAX: usize = 60;
/// Width of a character at 11 px, and of what is beside a text.
const CHAR: usize = 7;
const MARGIN: usize = 12;

#[derive(Template)]
#[template(path = "badge.svg", escape = "html")]
struct BadgeView {
    label: String,
    value: String,
    color: &'static str,
    label_width: usize,
    value_width: usize,
}

/// What a badge shows.
#[derive(Debug, Clone, Copy)]
enum Shows {
    State,
    /// The uptime of so many days.
    Uptime(usize),
}

pub(in crate::pages) async fn get(
    State(pages): State<Arc<Pages>>,
    Named(path): Named,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let (wanted, label) = (query.text("component"), query.text("label"));
    let shows = query.one_of("show", "state, uptime, uptime7 or uptime30", |word| match word {
        "state" => Some(Shows::State),
        "uptime" => Some(Shows::Uptime(90)),
        "uptime7" => Some(Shows::Uptime(7)),
        "uptime30" => Some(Shows::Uptime(30)),
        _ => None,
    });
    query.finish()?;
    let (_, survey) = pages.surveys.of(&pages.service, &path).await?;
    let component = match &wanted {
        Some(wanted) => {
            let found = survey.components.iter().find(|component| component.name == *wanted);
            Some(found.ok_or_else(|| Problem::not_found("component", wanted))?)
        }
        None => None,
    };
    let text = rendered(&badge(&survey, component, shows.unwrap_or(Shows::State), label))?;
    let fields = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, KEPT),
        // Other sites show it: that is what it is for.
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    Ok((fields, text).into_response())
}

fn badge(survey: &Survey, component: Option<&Component>, shows: Shows, label: Option<String>) -> BadgeView {
    let (default, value, color) = match shows {
        Shows::State => {
            let state = component.map_or(survey.state, |component| component.state);
            let color = match state.class() {
                "failed" => "#c0392b",
                "error" => "#b7791f",
                "passed" => "#2f855a",
                _ => "#6b7280",
            };
            ("status", state.label().to_lowercase(), color)
        }
        Shows::Uptime(days) => {
            let components = component.map_or(survey.components.as_slice(), std::slice::from_ref);
            let shares: Vec<f64> = components.iter().filter_map(|of| uptime(&of.days, days)).collect();
            // Of several components the worst: a mean would hide it.
            let share = shares.into_iter().reduce(f64::min);
            let color = match share {
                Some(share) if share >= 99.0 => "#2f855a",
                Some(share) if share >= 95.0 => "#b7791f",
                Some(_) => "#c0392b",
                None => "#6b7280",
            };
            ("uptime", share.map_or_else(|| "no data".to_owned(), shown_percent), color)
        }
    };
    let label = label.or_else(|| component.map(|component| component.name.clone()));
    let label = cut(&label.unwrap_or_else(|| default.to_owned()), LABEL_CHARS_MAX);
    let width = |text: &str| text.chars().count().saturating_mul(CHAR).saturating_add(MARGIN);
    BadgeView { label_width: width(&label), value_width: width(&value), label, value, color }
}
