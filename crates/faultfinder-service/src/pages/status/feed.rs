//! The incidents of a status page as a feed (RFC 4287).

use super::incident::Incident;
use super::summary::KEPT;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::pages::frame::rendered;
use crate::pages::viewer::Pages;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "feed.xml", escape = "xml")]
struct FeedView {
    title: String,
    /// What identifies the feed, and where the page is.
    id: String,
    url: String,
    updated: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: String,
    title: String,
    published: String,
    updated: String,
    text: String,
}

pub(in crate::pages) async fn get(
    State(pages): State<Arc<Pages>>,
    Named(path): Named,
) -> Result<Response, Problem> {
    let (page, survey) = pages.surveys.of(&pages.service, &path).await?;
    let latest =
        survey.incidents.iter().map(|incident| incident.ended_at.unwrap_or(incident.started_at)).max();
    let view = FeedView {
        title: page.title.clone(),
        id: format!("urn:faultfinder:status:{}", page.path),
        // Without a URL of its own, a reader takes it from where it got the feed.
        url: page.url.clone().unwrap_or_else(|| format!("/status/{}", page.path)),
        updated: latest.unwrap_or_default().to_string(),
        entries: survey.incidents.iter().map(Entry::new).collect(),
    };
    let text = rendered(&view)?;
    let fields =
        [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"), (header::CACHE_CONTROL, KEPT)];
    Ok((fields, text).into_response())
}

impl Entry {
    fn new(incident: &Incident) -> Self {
        let what = incident.title.to_lowercase();
        let mut text = match incident.ended_at {
            Some(ended) => format!("From {} to {ended}.", incident.started_at),
            None => format!("Since {}.", incident.started_at),
        };
        for cause in &incident.causes {
            text.push_str(&format!(" {cause}."));
        }
        Self {
            id: format!("urn:uuid:{}", incident.id),
            title: match incident.ended_at {
                Some(_) => format!("Resolved: {} was {what}", incident.component),
                None => format!("{} is {what}", incident.component),
            },
            published: incident.started_at.to_string(),
            updated: incident.ended_at.unwrap_or(incident.started_at).to_string(),
            text,
        }
    }
}
