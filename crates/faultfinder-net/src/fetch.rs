//! Data that authorities publish to accompany a certificate: CRLs, issuers' certificates, OCSP responses.
//!
//! Fetched over plain HTTP, as authorities publish them: all of it is signed, and HTTPS would have to be verified with
//! the data that is being fetched. Not a client for anything else: one request per connection, no cookies, no
//! compression.
//!
//! # Limits
//!
//! [`FETCH_TIME_MAX`] per fetch and the caller's deadline; [`FETCHES_MAX`] requests per probe, redirects included;
//! three redirects; the size that each [`Wanted`] allows. Fetched data is kept in a [`Cache`] that is bounded in count
//! and bytes.

mod cache; // data that was fetched before
mod error; // why nothing was fetched
mod exchange; // one request and its response
pub(crate) mod http; // fetches over HTTP/1.1, redirects included

pub(crate) use cache::{Cache, Turn};
pub(crate) use error::FetchError;

use std::time::Duration;

/// The longest that one fetch may take, redirects included.
pub(crate) const FETCH_TIME_MAX: Duration = Duration::from_secs(10);
/// The most requests of one probe.
pub(crate) const FETCHES_MAX: usize = 16;
/// The largest CRL that is fetched, in bytes.
pub(crate) const CRL_BYTES_MAX: usize = 10 << 20;
/// The largest OCSP response that is fetched, in bytes.
pub(crate) const ANSWER_BYTES_MAX: usize = faultfinder_x509::ocsp::ANSWER_BYTES_MAX;
/// The largest file of certificates that is fetched, in bytes.
pub(crate) const CERTIFICATES_BYTES_MAX: usize = faultfinder_x509::CERTIFICATE_BYTES_MAX;

/// What to fetch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The expected media types.
    pub(crate) accept: &'static str,
    /// The largest body that is read, in bytes.
    pub(crate) bytes_max: usize,
    /// A body to send, and its media type; without one the request is a GET.
    pub(crate) post: Option<(&'static str, &'a [u8])>,
}

/// Whether data is fetched from this URL at all.
pub(crate) fn is_http(url: &str) -> bool {
    url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}
