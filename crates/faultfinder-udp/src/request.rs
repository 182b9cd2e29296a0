//! The target and the message.

use faultfinder_net::ClientOptions;

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
    pub client: ClientOptions,
}

impl Request {
    /// Most bytes of one datagram over IPv4: 65,535 less the headers of IP (20) and UDP (8), RFC 768 and RFC 791. IPv6
    /// would take 20 more, but no name says over which of the two it will be reached.
    pub const MESSAGE_BYTES_MAX: usize = 65_507;

    /// An empty datagram to this host and port.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port, message: Vec::new(), client: ClientOptions::default() }
    }
}
