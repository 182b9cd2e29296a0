//! Fetches over HTTP/1.1.

use super::exchange::{self, Answer};
use super::{FETCH_TIME_MAX, FETCHES_MAX, FetchError, Wanted};
use crate::{ClientOptions, Host, Trace, Vantage, dial, resolve};
use faultfinder_taxonomy::word::{AddressChoice, IpVersion};
use std::pin::Pin;
use url::{Position, Url};

/// The most redirects of one fetch.
const REDIRECTS_MAX: usize = 3;

/// The body of a successful answer; `spent` counts the requests of one probe.
pub(crate) fn fetch<'a>(
    vantage: &'a Vantage,
    options: &'a ClientOptions,
    spent: &'a mut usize,
    url: &'a str,
    wanted: Wanted<'a>,
) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'a>> {
    Box::pin(async move { Fetcher::new(vantage, options, spent).fetch(url, wanted).await })
}

/// Fetches for one probe.
#[derive(Debug)]
struct Fetcher<'a> {
    vantage: &'a Vantage,
    options: ClientOptions,
    spent: &'a mut usize,
}

impl<'a> Fetcher<'a> {
    /// A fetcher with the options of a test: its resolver, its overrides and its source address apply; the address
    /// family and the proxy do not, because the authorities are not what the test checks.
    fn new(vantage: &'a Vantage, options: &ClientOptions, spent: &'a mut usize) -> Self {
        let options = ClientOptions {
            resolver: options.resolver.clone(),
            resolve: options.resolve.clone(),
            source_address: options.source_address,
            ip: IpVersion::Any,
            address: AddressChoice::Any,
            ..ClientOptions::default()
        };
        Self { vantage, options, spent }
    }

    /// The body of a successful response.
    async fn fetch(&mut self, url: &str, wanted: Wanted<'_>) -> Result<Vec<u8>, FetchError> {
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
        // A separate trace: the facts of this connection are not the target's.
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
