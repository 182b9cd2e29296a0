//! Rules of HTTP/2 that the library does not enforce.

use faultfinder_taxonomy::Http2ErrorCode;

/// A rule that the peer broke, and that the library does not insist on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: which code, and what was found")]
pub struct Rule {
    /// The error code that RFC 9113 has for it.
    pub code: Http2ErrorCode,
    /// What was found, as a sentence.
    pub what: String,
}
