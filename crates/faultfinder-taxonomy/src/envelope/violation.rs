//! One thing that is wrong with a request.

use crate::Fact;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One thing that is wrong with a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ConstraintViolation {
    /// The field, as `config.assertions[0].target`; nothing if it is about the request as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What is wrong with it, for people.
    pub message: String,
    /// Where in the request the field is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter_location: Option<ParameterLocation>,
    /// Further fields, by name.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Fact>,
}

/// Where in a request a field is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ParameterLocation {
    /// In the body.
    #[serde(rename = "PAYLOAD_BODY")]
    PayloadBody,
    /// In the query string.
    #[serde(rename = "QUERY")]
    Query,
    /// In the path.
    #[serde(rename = "PATH")]
    Path,
    /// In a header.
    #[serde(rename = "HEADER")]
    Header,
    /// Somewhere that only the other API knows. We never write it by ourselves.
    #[serde(untagged)]
    Other(String),
}

impl ConstraintViolation {
    /// What is wrong with one field.
    #[must_use]
    pub fn new(path: impl Into<String>, message: impl Into<String>, location: ParameterLocation) -> Self {
        Self {
            path: Some(path.into()),
            message: message.into(),
            parameter_location: Some(location),
            extra: BTreeMap::new(),
        }
    }
}
