//! What a script sees.

use serde::Serialize;
use std::collections::BTreeMap;

/// What a script sees.
#[derive(Debug, Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "closed: all that a script can read")]
pub struct Input<'a> {
    /// `dd.response`; nothing before there is one.
    pub response: Option<Response<'a>>,
    /// `dd.variable.get`: values by name.
    pub variables: BTreeMap<&'a str, &'a str>,
}

/// A response, as `dd.response` has it.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_structs, reason = "closed: all that a script can read of a response")]
pub struct Response<'a> {
    /// `statusCode`
    #[serde(rename = "statusCode")]
    pub status: u16,
    /// `headers`: values by name in lower case; those of a repeated header are joined by `, `.
    pub headers: BTreeMap<String, String>,
    /// `body`, as text.
    pub body: Option<&'a str>,
}
