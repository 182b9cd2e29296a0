//! What came back.

use crate::Stopped;
use faultfinder_taxonomy::Timings;
use faultfinder_taxonomy::word::HashAlgorithm;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use std::time::Duration;

/// A complete answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// `HTTP/1.0`, `HTTP/1.1`, `HTTP/2` or `HTTP/3`.
    pub version: &'static str,
    /// The status code, 100 to 999.
    pub status: u16,
    /// Headers in order, names in lower case; values may have bytes above ASCII.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body after its content codings, as far as it is kept.
    pub body: Vec<u8>,
    /// Whether the body was longer than what is kept.
    pub body_truncated: bool,
    /// Bytes of the body as they came.
    pub body_bytes_received: u64,
    /// Bytes of the body after its content codings; nothing if it has some and is longer than what is kept.
    pub body_bytes: Option<u64>,
    /// The hashes that were asked for, in hexadecimal digits, also of a body that is longer than what is kept. None if the
    /// body has content codings: then [`body`](Self::body) can be hashed, if it is kept.
    pub body_hashes: Vec<(HashAlgorithm, String)>,
    /// Why the body was not read to its end.
    pub stopped: Option<Stopped>,
    /// The URL that answered in the end.
    pub url: String,
    /// The redirects that led to it, and the answers that offered HTTP/3 where it is looked for.
    pub hops: Vec<Hop>,
    /// The trailer section (RFC 9110 section 6.5), in the same form as the headers.
    pub trailers: Vec<(String, Vec<u8>)>,
    /// The interim answers (1xx) that came before, at most [`Interim::KEPT_MAX`].
    pub interim: Vec<Interim>,
    /// Whether credentials were configured and the answer refuses them (401), or a proxy that forwards the request wants
    /// credentials (407).
    pub credentials_refused: bool,
    /// Why the answer's challenge could not be answered, when that was tried.
    pub unanswerable: Option<Unanswerable>,
}

/// Why a challenge could not be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unanswerable {
    /// Why.
    pub why: String,
    /// Whether the challenge itself is at fault: nobody could answer it.
    pub is_broken: bool,
}

impl Unanswerable {
    /// Of these credentials: others might answer it.
    pub(crate) fn by_these(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_broken: false }
    }

    /// Of any credentials.
    pub(crate) fn by_any(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_broken: true }
    }
}

/// An interim response: `103 Early Hints` (RFC 8297), `100 Continue` ...
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Interim {
    /// The status code, 100 to 199.
    pub status: u16,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// When it came, counted from the last byte of the request.
    pub after: Duration,
}

impl Interim {
    /// Most interim responses of one exchange that are kept; further ones are not reported.
    pub const KEPT_MAX: usize = faultfinder_net::http1::INTERIM_MAX;
}

/// One answer that was followed by another request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Hop {
    /// The URL that gave it.
    pub url: String,
    /// With which status.
    pub status: u16,
    /// How long each of its phases took.
    pub timings: Timings,
}

/// How many bytes of a body follow, if the head says so.
pub(crate) fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok())
}

/// Headers in order, names in lower case.
pub(crate) fn pairs(headers: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}
