//! What authorities publish beside a certificate: CRLs, certificates of issuers, OCSP answers.
//!
//! Fetched over plain HTTP, as authorities publish them: all of it is signed, and HTTPS would have to be judged by what
//! is being fetched. Not a client for anything else: one request per connection, no cookies, no compression.
//!
//! # What bounds it
//!
//! [`FETCH_TIME_MAX`] per fetch and whatever deadline its caller is under; [`FETCHES_MAX`] requests per probe, those
//! behind redirects among them; [`REDIRECTS_MAX`]; the size that each [`Wanted`] allows. What was fetched is kept in a
//! [`Cache`] that is bounded in count and bytes.

mod cache; // what was fetched before
mod error; // why nothing was fetched
mod exchange; // one request and its answer

pub(crate) use cache::{Cache, Turn};
pub(crate) use error::FetchError;

use crate::{ClientOptions, Host, Trace, Vantage, dial, resolve};
use exchange::Answer;
use faultfinder_taxonomy::word::{AddressChoice, IpVersion};
use std::time::Duration;
use url::{Position, Url};

/// The longest that one fetch may take, redirects included.
pub(crate) const FETCH_TIME_MAX: Duration = Duration::from_secs(10);
/// The most requests of one probe.
pub(crate) const FETCHES_MAX: usize = 16;
/// The most redirects of one fetch.
const REDIRECTS_MAX: usize = 3;
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

/// Fetches for one probe.
#[derive(Debug)]
pub(crate) struct Fetcher<'a> {
    vantage: &'a Vantage,
    options: ClientOptions,
    spent: &'a mut usize,
}

/// Whether a place is one that is fetched from at all.
pub(crate) fn is_http(url: &str) -> bool {
    url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}

impl<'a> Fetcher<'a> {
    /// A fetcher that goes the way of a test: its resolver, its overrides and its source address count, the address
    /// family and the proxy that it asks for do not, as the authorities are not what it tests.
    pub(crate) fn new(vantage: &'a Vantage, way: &ClientOptions, spent: &'a mut usize) -> Self {
        let options = ClientOptions {
            resolver: way.resolver.clone(),
            resolve: way.resolve.clone(),
            source_address: way.source_address,
            ip: IpVersion::Any,
            address: AddressChoice::Any,
            ..ClientOptions::default()
        };
        Self { vantage, options, spent }
    }

    /// The body of a successful answer.
    pub(crate) async fn fetch(&mut self, url: &str, wanted: Wanted<'_>) -> Result<Vec<u8>, FetchError> {
        tokio::time::timeout(FETCH_TIME_MAX, self.follow(url, wanted))
            .await
            .unwrap_or(Err(FetchError::TimedOut(FETCH_TIME_MAX)))
    }

    async fn follow(&mut self, url: &str, wanted: Wanted<'_>) -> Result<Vec<u8>, FetchError> {
        let mut url = parse(url)?;
        for _ in 0..=REDIRECTS_MAX {
            match self.ask(&url, wanted).await? {
                Answer::Body(body) => return Ok(body),
                Answer::Redirect(location) => {
                    let next = url.join(&location).map_err(|_| FetchError::Url(location))?;
                    url = check_scheme(next)?;
                }
            }
        }
        Err(FetchError::Redirects(REDIRECTS_MAX))
    }

    async fn ask(&mut self, url: &Url, wanted: Wanted<'_>) -> Result<Answer, FetchError> {
        if *self.spent >= FETCHES_MAX {
            return Err(FetchError::TooMany(FETCHES_MAX));
        }
        *self.spent += 1;
        let text = url.host_str().unwrap_or_default();
        let unreachable = |fault: faultfinder_taxonomy::Fault| FetchError::Unreachable(fault.message);
        let host = Host::parse(text, "url").map_err(unreachable)?;
        // A trace of its own: the facts of this connection are not the target's.
        let mut trace = Trace::start();
        let addresses = resolve(self.vantage, &host, &self.options, &mut trace).await.map_err(unreachable)?;
        let port = url.port_or_known_default().unwrap_or(80);
        let stream = dial(self.vantage, &addresses, port, &self.options, &mut trace).await;
        let stream = stream.map_err(unreachable)?;
        let authority = url.port().map_or_else(|| text.to_owned(), |port| format!("{text}:{port}"));
        let target = &url[Position::BeforePath..Position::AfterQuery];
        exchange::exchange(stream, &authority, target, wanted).await
    }
}

fn parse(text: &str) -> Result<Url, FetchError> {
    check_scheme(Url::parse(text).map_err(|_| FetchError::Url(text.to_owned()))?)
}

fn check_scheme(url: Url) -> Result<Url, FetchError> {
    if url.scheme() == "http" { Ok(url) } else { Err(FetchError::Scheme(url.scheme().to_owned())) }
}

#[cfg(test)]
mod tests;
