//! What all pages share: the head, the way from page to page, and how a page becomes an answer.

use super::assets::{ASSETS, Assets};
use super::text::{count, visible};
use super::viewer::Viewer;
use crate::api::html::HTML;
use crate::api::problem::Problem;
use crate::store::Damage;
use crate::token::Scope;
use askama::Template;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;

/// A page of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Tests,
    Events,
    Alerts,
    Definitions,
    Codes,
    /// A page that is not in the menu.
    Other,
}

impl Section {
    const ALL: [Self; 5] = [Self::Tests, Self::Events, Self::Alerts, Self::Definitions, Self::Codes];

    const fn path(self) -> &'static str {
        match self {
            Self::Tests => "/tests",
            Self::Events => "/events",
            Self::Alerts => "/alerts",
            Self::Definitions => "/definitions",
            Self::Codes => "/codes",
            Self::Other => "/",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Tests => "Tests",
            Self::Events => "Events",
            Self::Alerts => "Alerts",
            Self::Definitions => "Files",
            Self::Codes => "Codes",
            Self::Other => "Start",
        }
    }

    /// What one needs to see it.
    const fn scope(self) -> Option<Scope> {
        match self {
            Self::Tests | Self::Definitions => Some(Scope::TestsRead),
            Self::Events | Self::Alerts => Some(Scope::ResultsRead),
            Self::Codes | Self::Other => None,
        }
    }
}

/// An entry of the menu.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: &'static str,
    pub(super) label: &'static str,
    pub(super) is_here: bool,
}

/// What all pages share.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) menu: Vec<Entry>,
    /// What the form that signs out carries; nothing without a session.
    pub(super) sign_out: Option<String>,
    /// Whether the page follows what changes.
    pub(super) is_live: bool,
    pub(super) assets: &'static Assets,
}

impl Frame {
    /// The frame of a page for this viewer.
    pub(super) fn new(title: impl Into<String>, section: Section, viewer: &Viewer) -> Self {
        let may = |section: &Section| section.scope().is_none_or(|scope| viewer.may(scope));
        let entry = |of: Section| Entry { path: of.path(), label: of.label(), is_here: of == section };
        Self {
            title: title.into(),
            menu: Section::ALL.into_iter().filter(may).map(entry).collect(),
            sign_out: viewer.has_session.then(|| viewer.csrf.to_string()),
            is_live: false,
            assets: &ASSETS,
        }
    }

    /// The frame of a page for anyone, such as that of an error.
    pub(super) fn bare(title: impl Into<String>) -> Self {
        Self { title: title.into(), menu: Vec::new(), sign_out: None, is_live: false, assets: &ASSETS }
    }

    /// The same for a page that follows what changes.
    pub(super) fn live(self) -> Self {
        Self { is_live: true, ..self }
    }
}

/// The first page that a viewer may see.
pub(super) fn first(viewer: &Viewer) -> &'static str {
    let mut all = Section::ALL.into_iter();
    let may = |section: &Section| section.scope().is_none_or(|scope| viewer.may(scope));
    all.find(may).unwrap_or(Section::Codes).path()
}

/// What a list says of records that it leaves out because they are damaged; the log has what is wrong with each.
pub(super) fn left_out(damaged: &[Damage]) -> Option<String> {
    damaged.iter().for_each(|damage| tracing::error!("{damage}; it is left out of a page"));
    let records = count(damaged.len(), "record is damaged and", "records are damaged and");
    (!damaged.is_empty()).then(|| format!("{records} left out of this list; the log has the details."))
}

/// A page as text.
pub(super) fn rendered(page: &impl Template) -> Result<String, Problem> {
    let text =
        page.render().map_err(|error| Problem::internal(format!("a page cannot be written: {error}")))?;
    Ok(visible(text))
}

/// A page as an answer.
pub(super) fn shown(page: &impl Template) -> Result<Response, Problem> {
    Ok(([(CONTENT_TYPE, HTML)], rendered(page)?).into_response())
}
