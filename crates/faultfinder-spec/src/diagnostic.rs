//! What is wrong with a source, and where.

use crate::{Place, Source};
use serde::Serialize;

mod render;

/// Most diagnostics of one source; one more says how many were left out.
pub const DIAGNOSTICS_MAX: usize = 200;

/// Something that is wrong with a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "closed: what is wrong and where")]
pub struct Diagnostic {
    /// Name of the source, as given to [`Source::new`].
    pub source: String,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// Whether the source can be used all the same.
    pub severity: Severity,
    /// What was expected and what was found; a lower-case fragment.
    pub message: String,
    /// A short hint that stands at the caret, such as the nearest valid spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The field it is about: `tests[0].http.port`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What other tools call this mistake (`ERR_SOCKET_BAD_PORT`): the name of a fault's detail, where it would be
    /// `INVALID_REQUEST` had it been found when the test ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "closed: it can be used, or not")]
pub enum Severity {
    /// The source cannot be used.
    Error,
    /// It can be used, but probably does not say what was meant.
    Warning,
}

impl Diagnostic {
    /// An error at a place, for callers that find more than this crate does (a bad assertion, a missing file).
    #[must_use]
    pub fn error(source: &Source, place: Place, message: impl Into<String>) -> Self {
        Self {
            source: source.name().to_owned(),
            place,
            severity: Severity::Error,
            message: message.into(),
            label: None,
            help: None,
            path: None,
            name: None,
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(source: &Source, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(source, place, message) }
    }

    /// With a short hint at the caret.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// About this field.
    #[must_use]
    pub fn at(mut self, path: Option<String>) -> Self {
        self.path = path;
        self
    }

    /// With other tools' name for it.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Whether the source cannot be used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.source, self.place, self.message)
    }
}
