//! What a check answers.

use serde::Serialize;

/// What a check answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was looked at.
    pub(super) name: &'static str,
    /// How it is.
    pub(super) status: Status,
    /// What was found.
    pub(super) found: String,
    /// What to do about it; nothing when it is good.
    pub(super) todo: Option<String>,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// Good.
    Ok,
    /// Some tests cannot pass from here.
    Warning,
    /// Most tests cannot pass from here, or the service would not start.
    Problem,
}

impl Status {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

impl Finding {
    pub(super) fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, status: Status::Ok, found: found.into(), todo: None }
    }

    pub(super) fn warning(name: &'static str, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { name, status: Status::Warning, found: found.into(), todo: Some(todo.into()) }
    }

    pub(super) fn problem(name: &'static str, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { name, status: Status::Problem, found: found.into(), todo: Some(todo.into()) }
    }
}
