//! Names and values as they may be sent (RFC 9110 section 5).

use faultfinder_taxonomy::Fault;
use http::{HeaderName, HeaderValue};

/// A header that may be sent.
///
/// # Errors
///
/// `INVALID_CHAR_IN_HEADER` naming the header.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Fault> {
    faultfinder_net::header("http.headers", name, value)
}
