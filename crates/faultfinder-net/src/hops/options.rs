//! The packets that are sent.

use std::net::{IpAddr, SocketAddr};

/// The packets that are sent to trace a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: the protocols whose tests trace routes")]
pub enum Way {
    /// SYNs to this address and port. If one opens a connection, it is reset at once.
    Tcp(SocketAddr),
    /// Echo requests to this address; there is no port.
    Icmp(SocketAddr),
}

impl Way {
    /// The target's address.
    #[must_use]
    pub const fn target(self) -> IpAddr {
        match self {
            Self::Tcp(peer) | Self::Icmp(peer) => peer.ip(),
        }
    }
}

/// The hop limit of a socket's packets.
pub(super) fn limit_hops(socket: &socket2::Socket, target: IpAddr, hops: u8) -> std::io::Result<()> {
    match target {
        IpAddr::V4(_) => socket.set_ttl_v4(u32::from(hops)),
        IpAddr::V6(_) => socket.set_unicast_hops_v6(u32::from(hops)),
    }
}
