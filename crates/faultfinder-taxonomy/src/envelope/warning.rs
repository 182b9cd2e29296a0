//! Warnings: what a successful answer did that its caller may not expect.

use super::{ConstraintViolation, lenient};
use crate::Fact;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that a successful request did and its caller may not expect: a default filled in, a value clamped.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Warning {
    /// What was done, for people.
    pub message: String,
    /// What else is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<WarningDetails>,
    /// Further fields, by name.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Fact>,
}

/// The details of a warning.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct WarningDetails {
    /// Identifies this occurrence; the log has it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning_ref: Option<String>,
    /// The W3C trace id of the request: 32 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The fields that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "lenient::list")]
    pub constraint_violations: Vec<ConstraintViolation>,
    /// Further fields, by name.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Fact>,
}

/// The body of a success, with `warnings` as its first field when there are any.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "closed: any warnings go with any body")]
pub struct WithWarnings<T> {
    /// The warnings; without any, the field is absent.
    // The order of the fields is the contract: serde writes them in this order.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The body itself, which must be an object.
    #[serde(flatten)]
    pub body: T,
}

impl Warning {
    /// A warning that can be found again: by its own reference and by the request's trace id.
    #[must_use]
    pub fn new(
        message: impl Into<String>,
        warning_ref: impl Into<String>,
        trace_id: impl Into<String>,
        violations: impl IntoIterator<Item = ConstraintViolation>,
    ) -> Self {
        let details = WarningDetails {
            warning_ref: Some(warning_ref.into()),
            trace_id: Some(trace_id.into()),
            constraint_violations: violations.into_iter().collect(),
            extra: BTreeMap::new(),
        };
        Self { message: message.into(), details: Some(details), extra: BTreeMap::new() }
    }
}
