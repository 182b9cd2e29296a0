//! What is wrong with a request, or with us.

use crate::{Scope, store::StoreError};
use axum::response::{IntoResponse, Response};
use faultfinder_taxonomy::{ConstraintViolation, Fact, ParameterLocation};
use http::StatusCode;
use std::collections::BTreeMap;

/// The statuses of errors: those of the platform's table, and three of HTTP's own for methods, heads and slow requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Status {
    /// 400: syntax or constraints, and whatever has no better status.
    BadRequest,
    /// 401: not authenticated.
    Unauthorized,
    /// 403: scopes are missing.
    Forbidden,
    /// 404: never existed.
    NotFound,
    /// 405: the route has no such method (RFC 9110 section 15.5.6).
    MethodNotAllowed,
    /// 408: the request did not come in time (RFC 9110 section 15.5.9).
    RequestTimeout,
    /// 409: the version is not the current one.
    Conflict,
    /// 410: existed, and was deleted or has expired.
    Gone,
    /// 429: throttled because of this client.
    TooManyRequests,
    /// 431: the head of the request is too large (RFC 6585 section 5).
    HeadersTooLarge,
    /// 500: ours.
    Internal,
    /// 501: in the contract, and not in this deployment.
    NotImplemented,
    /// 503: overloaded, shutting down, or unable to tell.
    Unavailable,
}

impl Status {
    /// All of them.
    pub(crate) const ALL: &[Self] = &[
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::Conflict,
        Self::Gone,
        Self::TooManyRequests,
        Self::HeadersTooLarge,
        Self::Internal,
        Self::NotImplemented,
        Self::Unavailable,
    ];

    /// Its number.
    #[must_use]
    pub(crate) const fn code(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotImplemented => StatusCode::NOT_IMPLEMENTED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What an answer of this status says when nobody has said more.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::BadRequest => "The request cannot be read.",
            Self::Unauthorized => "A valid token is needed: authorization: Bearer TOKEN.",
            Self::Forbidden => "Scopes are missing.",
            Self::NotFound => "There is no such resource.",
            Self::MethodNotAllowed => "This resource has no such method.",
            Self::RequestTimeout => "The request did not come in time.",
            Self::Conflict => "The resource has another version.",
            Self::Gone => "The resource is no longer there.",
            Self::TooManyRequests => "Too many requests.",
            Self::HeadersTooLarge => "The head of the request is too large.",
            Self::Internal => "An internal error occurred; the log has it under this errorRef.",
            Self::NotImplemented => "This deployment does not support the operation.",
            Self::Unavailable => "The service is not available for the moment.",
        }
    }
}

/// What is wrong with a request, or with us. The outermost layer makes an envelope of it.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: Status,
    pub(crate) message: String,
    pub(crate) error_code: &'static str,
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
            error_code,
            violations: Vec::new(),
            missing_scopes: Vec::new(),
            retry_after_seconds: None,
            current_version: None,
            details: BTreeMap::new(),
            story: None,
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

    pub(crate) fn with_story(mut self, story: impl Into<String>) -> Self {
        self.story = Some(story.into());
        self
    }
}

/// How long to wait for a store that is away, in seconds: longer than its writer waits before it tries again.
const STORE_AWAY_SECONDS: u64 = 5;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::unavailable(
                "StoreUnavailable",
                "The database cannot be used for the moment.",
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
            // Who can meet them tells them apart before.
            StoreError::Exists(_) | StoreError::Absent(_) | StoreError::Broken(_) => {
                Self::internal(error.to_string())
            }
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
