//! What is wrong with a request, or with us.

use super::status::Status;
use crate::store::StoreError;
use crate::token::Scope;
use axum::response::{IntoResponse, Response};
use faultfinder_taxonomy::{ConstraintViolation, Fact, ParameterLocation};
use http::StatusCode;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What is wrong with a request, or with us. The outermost layer makes an envelope of it.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: Status,
    pub(crate) message: String,
    pub(crate) error_code: Cow<'static, str>,
    pub(crate) violations: Vec<ConstraintViolation>,
    pub(crate) missing_scopes: Vec<Scope>,
    pub(crate) retry_after_seconds: Option<u64>,
    /// The current version, for a conflict.
    pub(crate) current_version: Option<i64>,
    /// More details, by name.
    pub(crate) details: BTreeMap<String, Fact>,
    /// The whole story, for the log alone.
    pub(crate) story: Option<String>,
}

impl Problem {
    /// A problem of this kind, named by a word that callers can rely on.
    pub(crate) fn new(status: Status, error_code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            error_code: Cow::Borrowed(error_code),
            violations: Vec::new(),
            missing_scopes: Vec::new(),
            retry_after_seconds: None,
            current_version: None,
            details: BTreeMap::new(),
            story: None,
        }
    }

    /// The problem of an error that has none: of the router, or of a layer of a library.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let known = Status::ALL.iter().copied().find(|known| known.code() == status);
        match known {
            Some(Status::Internal) => Self::internal("a layer answered 500 without a problem"),
            Some(Status::NotFound) => Self::new(Status::NotFound, "NoSuchRoute", Status::NotFound.text()),
            Some(known) => Self::new(known, known.word(), known.text()),
            None if status.is_server_error() => {
                Self::internal(format!("a layer answered {status} without a problem"))
            }
            None => Self::new(Status::BadRequest, "BadRequest", Status::BadRequest.text()),
        }
    }

    /// 400 with everything that is wrong.
    pub(crate) fn violations(error_code: &'static str, violations: Vec<ConstraintViolation>) -> Self {
        Self { violations, ..Self::new(Status::BadRequest, error_code, "Constraints violated.") }
    }

    /// 400 with one thing that is wrong.
    pub(crate) fn violation(
        error_code: &'static str,
        path: &str,
        message: impl Into<String>,
        location: ParameterLocation,
    ) -> Self {
        Self::violations(error_code, vec![ConstraintViolation::new(path, message, location)])
    }

    /// 403 with all scopes that are missing.
    pub(crate) fn missing(scopes: Vec<Scope>) -> Self {
        Self {
            missing_scopes: scopes,
            ..Self::new(Status::Forbidden, "MissingScopes", Status::Forbidden.text())
        }
    }

    /// 404.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::new(Status::NotFound, "NotFound", format!("There is no {what} {}.", quoted(id)))
    }

    /// 410.
    pub(crate) fn gone(what: &str, id: &str, why: &str) -> Self {
        Self::new(Status::Gone, "Gone", format!("The {what} {} {why}.", quoted(id)))
    }

    /// 500: the body says nothing, the log everything.
    pub(crate) fn internal(story: impl Into<String>) -> Self {
        Self {
            story: Some(story.into()),
            ..Self::new(Status::Internal, "InternalError", Status::Internal.text())
        }
    }

    /// 503 with the advice to come back.
    pub(crate) fn unavailable(error_code: &'static str, message: &str, seconds: u64) -> Self {
        Self {
            retry_after_seconds: Some(seconds.max(1)),
            ..Self::new(Status::Unavailable, error_code, message)
        }
    }

    /// 503 of a service that ends.
    pub(crate) fn shutting_down() -> Self {
        Self::unavailable("ShuttingDown", "The service is shutting down.", SHUTTING_DOWN_SECONDS)
    }

    /// 429 with the advice to come back.
    pub(crate) fn throttled(message: &str, seconds: u64) -> Self {
        Self {
            retry_after_seconds: Some(seconds.max(1)),
            ..Self::new(Status::TooManyRequests, "TooManyRequests", message)
        }
    }

    /// The same problem with the fields of an object as further details.
    pub(crate) fn with_details(mut self, object: &impl serde::Serialize) -> Self {
        let fields = serde_json::to_value(object).and_then(serde_json::from_value);
        self.details = fields.unwrap_or_default();
        self
    }

    /// Whether it is that a record is there and cannot be read.
    pub(crate) fn is_damage(&self) -> bool {
        self.error_code == DAMAGED
    }

    pub(crate) fn with_story(mut self, story: impl Into<String>) -> Self {
        self.story = Some(story.into());
        self
    }
}

/// The word for a record that is there and cannot be read.
const DAMAGED: &str = "DamagedRecord";

/// When to look again whether another service answers in the place of one that ends, in seconds.
const SHUTTING_DOWN_SECONDS: u64 = 5;

/// How long to wait for a store that is away, in seconds: longer than its writer waits before it tries again.
const STORE_AWAY_SECONDS: u64 = 5;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::unavailable(
                "StoreUnavailable",
                "The database is temporarily unavailable.",
                STORE_AWAY_SECONDS,
            )
            .with_story(error.to_string()),
            StoreError::Conflict { current } => Self {
                current_version: Some(current),
                ..Self::new(
                    Status::Conflict,
                    "VersionConflict",
                    format!("The current version is {current}: read the resource again."),
                )
            },
            // What is damaged has a word of its own: no later call of the same will do better.
            StoreError::Damaged(damage) => Self {
                message: "The record is damaged; the log has the details under this errorRef.".to_owned(),
                error_code: Cow::Borrowed(DAMAGED),
                ..Self::internal(damage.to_string())
            },
            // Who can meet them tells them apart before.
            StoreError::Exists(_)
            | StoreError::Absent(_)
            | StoreError::Revoked(_)
            | StoreError::Broken(_) => Self::internal(error.to_string()),
        }
    }
}

impl IntoResponse for Problem {
    /// The status and the problem itself; the outermost layer writes the body.
    fn into_response(self) -> Response {
        let mut response = self.status.code().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Longest text of a request that a message repeats, in characters.
const QUOTED_CHARS_MAX: usize = 80;

/// A text of the request as a message repeats it: bounded, and without control characters.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED_CHARS_MAX).flat_map(char::escape_debug).collect();
    if text.chars().nth(QUOTED_CHARS_MAX).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
