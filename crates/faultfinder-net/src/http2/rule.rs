//! A rule of HTTP/2 that the peer violated.

use faultfinder_taxonomy::Http2ErrorCode;

/// A violation of a rule that the library does not enforce, or does not name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: which code, what was found, and whose rule it is")]
pub struct Rule {
    /// RFC 9113's error code for it.
    pub code: Http2ErrorCode,
    /// What was found, as a sentence.
    pub what: String,
    /// Whether it is the limit of this client for the size of field sections, not a rule of HTTP/2.
    pub is_over_limit: bool,
}

impl Rule {
    /// A rule of HTTP/2.
    pub(super) fn new(code: Http2ErrorCode, what: impl Into<String>) -> Self {
        Self { code, what: what.into(), is_over_limit: false }
    }
}
