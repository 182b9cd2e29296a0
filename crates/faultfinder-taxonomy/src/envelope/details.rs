//! The `details` of an error.

use super::{ConstraintViolation, lenient};
use crate::Fact;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What else is known of an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(
    clippy::exhaustive_enums,
    reason = "closed: the contract allows an object or a text, the rest is kept raw"
)]
pub enum ErrorDetails {
    /// As the contract defines it.
    Structured(StructuredDetails),
    /// A plain text.
    Text(String),
    /// What another API sent there instead.
    Other(Fact),
}

/// The structured details of an error.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct StructuredDetails {
    /// Identifies this occurrence; the log has it with the full details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_ref: Option<String>,
    /// The W3C trace id of the request: 32 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The kind of error as a name for programs (`InvalidDefinition`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// Everything that is wrong with the request, all at once.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "lenient::list")]
    pub constraint_violations: Vec<ConstraintViolation>,
    /// All scopes that are needed and absent.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "lenient::list")]
    pub missing_scopes: Vec<String>,
    /// Further fields, by name.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Fact>,
}

impl StructuredDetails {
    /// Details that can be found again: by their own reference and by the request's trace id.
    #[must_use]
    pub fn new(error_ref: impl Into<String>, trace_id: impl Into<String>) -> Self {
        Self { error_ref: Some(error_ref.into()), trace_id: Some(trace_id.into()), ..Self::default() }
    }

    /// The same details with the kind of error.
    #[must_use]
    pub fn with_error_code(mut self, error_code: impl Into<String>) -> Self {
        self.error_code = Some(error_code.into());
        self
    }

    /// The same details with more violations.
    #[must_use]
    pub fn with_violations(mut self, violations: impl IntoIterator<Item = ConstraintViolation>) -> Self {
        self.constraint_violations.extend(violations);
        self
    }

    /// The same details with more missing scopes.
    #[must_use]
    pub fn with_missing_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.missing_scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// The same details with a further field.
    #[must_use]
    pub fn with(mut self, name: &str, fact: impl Into<Fact>) -> Self {
        self.extra.insert(name.to_owned(), fact.into());
        self
    }
}

impl From<StructuredDetails> for ErrorDetails {
    fn from(details: StructuredDetails) -> Self {
        Self::Structured(details)
    }
}

impl From<&str> for ErrorDetails {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for ErrorDetails {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
