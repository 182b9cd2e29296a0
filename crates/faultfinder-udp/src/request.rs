//! What is asked.

use faultfinder_net::ClientOptions;

/// What is asked. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The target.
    pub host: String,
    /// The way to the target.
    pub client: ClientOptions,
}

impl Request {
    /// This target.
    #[must_use]
    pub fn new(host: impl Into<String>) -> Self {
        Self { host: host.into(), client: ClientOptions::default() }
    }
}
