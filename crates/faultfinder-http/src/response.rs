//! What came back.

use faultfinder_taxonomy::Timings;

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
    /// The URL that answered in the end.
    pub url: String,
    /// The redirects that led to it, and the answers that offered HTTP/3 where it is looked for.
    pub hops: Vec<Hop>,
    /// Whether credentials were configured and the answer refuses them (401, or 407 from the proxy).
    pub credentials_refused: bool,
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
