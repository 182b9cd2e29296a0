//! A rule of HTTP/2 that the peer violated.

use faultfinder_taxonomy::Http2ErrorCode;

/// A violation of a rule that the library does not enforce, or does not name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: which code, and what was found")]
pub struct Rule {
    /// RFC 9113's error code for it.
    pub code: Http2ErrorCode,
    /// What was found, as a sentence.
    pub what: String,
}
