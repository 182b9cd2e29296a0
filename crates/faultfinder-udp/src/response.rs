//! What came back.

use std::net::SocketAddr;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// Who answered.
    pub peer: SocketAddr,
    /// The first datagram that came back, whole; it may be empty.
    pub received: Vec<u8>,
}

impl Response {
    pub(crate) const fn new(peer: SocketAddr, received: Vec<u8>) -> Self {
        Self { peer, received }
    }
}
