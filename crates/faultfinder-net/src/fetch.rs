//! What authorities publish beside a certificate: CRLs, certificates of issuers, OCSP answers.
//!
//! Fetched over plain HTTP, as authorities publish them: all of it is signed, and HTTPS would have to be judged by what
//! is being fetched. Not a client for anything else: one request per connection, no cookies, no compression.
//!
//! # What bounds it
//!
//! [`FETCH_TIME_MAX`] per fetch and whatever deadline its caller is under; [`FETCHES_MAX`] requests per probe, those
//! behind redirects among them; three redirects; the size that each [`Wanted`] allows. What was fetched is kept in a
//! [`Cache`] that is bounded in count and bytes.

mod cache; // what was fetched before
mod error; // why nothing was fetched
mod exchange; // one request and its answer
pub(crate) mod http; // what is fetched over HTTP/1.1, redirects included

pub(crate) use cache::{Cache, Turn};
pub(crate) use error::FetchError;

use std::time::Duration;

/// The longest that one fetch may take, redirects included.
pub(crate) const FETCH_TIME_MAX: Duration = Duration::from_secs(10);
/// The most requests of one probe.
pub(crate) const FETCHES_MAX: usize = 16;
/// The largest CRL that is fetched, in bytes.
pub(crate) const CRL_BYTES_MAX: usize = 10 << 20;
/// The largest OCSP answer that is fetched, in bytes.
pub(crate) const ANSWER_BYTES_MAX: usize = faultfinder_x509::ocsp::ANSWER_BYTES_MAX;
/// The largest file of certificates that is fetched, in bytes.
pub(crate) const CERTIFICATES_BYTES_MAX: usize = faultfinder_x509::CERTIFICATE_BYTES_MAX;

/// What is wanted of a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The media types that are expected.
    pub(crate) accept: &'static str,
    /// The largest body that is read, in bytes.
    pub(crate) bytes_max: usize,
    /// A body to send, and its media type; without it the request is a GET.
    pub(crate) post: Option<(&'static str, &'a [u8])>,
}

/// Whether a place is one that is fetched from at all.
pub(crate) fn is_http(url: &str) -> bool {
    url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}
