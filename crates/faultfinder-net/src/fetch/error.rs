//! Why a fetch failed.

use std::time::Duration;

/// Why a fetch failed. The URL is not in the text; the caller that reports the error knows it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    /// Not a URL.
    #[error("{0:?} is not a URL")]
    Url(String),
    /// Anything but plain HTTP.
    #[error("only http is fetched, not {0}")]
    Scheme(String),
    /// No connection: the message of the fault.
    #[error("{0}")]
    Unreachable(String),
    /// The connection broke: what the transport ended with.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// Not in time.
    #[error("no complete response within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// Neither success nor a redirect that is followed.
    #[error("the response has status {0}")]
    Status(u16),
    /// Not HTTP, or a violation of HTTP.
    #[error("the response is not HTTP: {0}")]
    NotHttp(String),
    /// Larger than the limit.
    #[error("the response is larger than {0} bytes")]
    TooLarge(usize),
    /// More redirects than are followed.
    #[error("more than {0} redirects")]
    Redirects(usize),
    /// The probe has made the maximum number of fetches.
    #[error("this probe has already made {0} fetches")]
    TooMany(usize),
}
