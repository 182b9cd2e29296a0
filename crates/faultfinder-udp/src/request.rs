//! The target and the message.

use faultfinder_net::{ClientOptions, Shared};

/// The target and the message. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// What is sent, at most [`MESSAGE_BYTES_MAX`](Self::MESSAGE_BYTES_MAX); when it is empty, an empty datagram.
    pub message: Vec<u8>,
    /// The route to the target.
    pub client: Shared<ClientOptions>,
}

impl Request {
    /// Longest message: what fits into one datagram.
    pub const MESSAGE_BYTES_MAX: usize = faultfinder_taxonomy::PAYLOAD_BYTES_MAX as usize;

    /// An empty datagram to this host and port.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port, message: Vec::new(), client: Shared::default() }
    }
}
