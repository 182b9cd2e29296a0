//! The one envelope of all errors of the HTTP API, and the warnings of its successes.
//!
//! Our own API answers with it, and the probes recognize it in the responses of a tested API, so both directions are
//! here: what we build is strict, what we read is lenient. Only an `error` object with a `code` and a `message` makes
//! an envelope; everything else is optional, and what we do not know is kept and written again, on every level.
//!
//! ```
//! use faultfinder_taxonomy::{ErrorBody, ErrorEnvelope, StructuredDetails};
//!
//! let details = StructuredDetails::new("f81d4fae", "99633483d17779d7c81141f50dbc2a49").with_missing_scopes(["tests:write"]);
//! let envelope = ErrorEnvelope::new(ErrorBody::new(403, "Scopes are missing.").with_details(details));
//! let json = serde_json::to_value(&envelope).unwrap();
//! assert_eq!(json["error"]["details"]["missingScopes"][0], "tests:write");
//! assert_eq!(ErrorEnvelope::read(&json), Some(envelope));
//! ```

mod details; // ErrorDetails, StructuredDetails
mod lenient; // reading what other APIs write
mod violation; // ConstraintViolation, ParameterLocation
mod warning; // Warning, WithWarnings

pub use details::{ErrorDetails, StructuredDetails};
pub use violation::{ConstraintViolation, ParameterLocation};
pub use warning::{Warning, WarningDetails, WithWarnings};

use crate::Fact;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// The whole body of an error answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorEnvelope {
    /// What went wrong.
    pub error: ErrorBody,
    /// Other fields next to it, by name.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Fact>,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ErrorBody {
    /// The HTTP status, or a code of the API's own where the route documents one.
    pub code: ErrorCode,
    /// What happened, for people.
    pub message: String,
    /// What else is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<ErrorDetails>,
    /// How many seconds to wait before the request is sent again, where that may help.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::seconds")]
    pub retry_after_seconds: Option<u64>,
    /// Other fields next to it, by name.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Fact>,
}

/// The `code` of an error: a number (usually the HTTP status) or a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "closed: the contract allows a number or a text")]
pub enum ErrorCode {
    /// The HTTP status, or a number of the API's own.
    Number(i64),
    /// A name of the API's own.
    Name(String),
}

impl ErrorEnvelope {
    /// The envelope of an error.
    #[must_use]
    pub const fn new(error: ErrorBody) -> Self {
        Self { error, extra: BTreeMap::new() }
    }

    /// The envelope in a decoded body, such as a reference to a JSON value; nothing if it is something else.
    pub fn read<'de>(body: impl Deserializer<'de>) -> Option<Self> {
        Self::deserialize(body).ok()
    }
}

impl ErrorBody {
    /// An error with an HTTP status (or a code of the API's own) and a message for people.
    #[must_use]
    pub fn new(code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            details: None,
            retry_after_seconds: None,
            extra: BTreeMap::new(),
        }
    }

    /// The same error with details: structured ones or a text.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<ErrorDetails>) -> Self {
        self.details = Some(details.into());
        self
    }

    /// The same error with the advice to ask again after so many seconds; the `retry-after` header says the same.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The structured details, if there are any.
    #[must_use]
    pub const fn structured(&self) -> Option<&StructuredDetails> {
        match &self.details {
            Some(ErrorDetails::Structured(details)) => Some(details),
            _ => None,
        }
    }
}

impl From<u16> for ErrorCode {
    fn from(status: u16) -> Self {
        Self::Number(i64::from(status))
    }
}

impl From<i32> for ErrorCode {
    fn from(number: i32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<&str> for ErrorCode {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => f.pad(name),
        }
    }
}
