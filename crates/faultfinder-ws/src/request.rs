//! What is asked.

use faultfinder_net::ClientOptions;

/// What is asked. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The target.
    pub url: String,
    /// The way to the target.
    pub client: ClientOptions,
}

impl Request {
    /// This target.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), client: ClientOptions::default() }
    }
}
