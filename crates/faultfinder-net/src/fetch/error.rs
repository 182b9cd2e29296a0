//! Why nothing was fetched.

use std::time::Duration;

/// Why nothing was fetched. The place is not in the text; whoever reports it knows it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    /// Not a URL.
    #[error("{0:?} is no URL")]
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
    #[error("no complete answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// Neither success nor a redirect that is followed.
    #[error("the answer is status {0}")]
    Status(u16),
    /// Not HTTP, or not as HTTP has to be.
    #[error("the answer is not HTTP: {0}")]
    NotHttp(String),
    /// Larger than the limit.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// More redirects than are followed.
    #[error("more than {0} redirects")]
    Redirects(usize),
    /// The probe has fetched enough.
    #[error("this probe has fetched {0} times already")]
    TooMany(usize),
}
