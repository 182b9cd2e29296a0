//! The addresses of every network: all from the ranges for documentation (RFC 5737, RFC 3849).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where tests send from.
pub const HOME_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
/// Where tests send from, over IPv6.
pub const HOME_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
/// A distant host; it is silent unless the network says what it does.
pub const DISTANT_V4: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);
/// A distant host, over IPv6.
pub const DISTANT_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xd, 0, 0, 0, 0, 1);
/// The router that reports what goes wrong on the way.
pub const ROUTER_V4: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 254);
/// The router that reports what goes wrong on the way, over IPv6.
pub const ROUTER_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xf, 0, 0, 0, 0, 0xfe);
/// An address to which there is no route, unless the network has one.
pub const NOWHERE_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 200);
/// An address to which there is no route, over IPv6.
pub const NOWHERE_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xeeee, 0, 0, 0, 0, 1);

/// What lies behind the device `near`: distant hosts, and the routers on the way.
#[cfg(target_os = "linux")]
pub(super) const BEHIND: [&str; 4] =
    ["198.51.100.0/24", "203.0.113.0/24", "2001:db8:d::/48", "2001:db8:f::/48"];

/// Another distant host, for networks with several.
#[must_use]
pub const fn other_v4(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(198, 51, 100, number)
}

/// The router at this place of a path.
#[must_use]
pub const fn hop_v4(place: u8) -> Ipv4Addr {
    Ipv4Addr::new(203, 0, 113, place)
}

/// The router at this place of a path, over IPv6.
#[must_use]
pub const fn hop_v6(place: u8) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0xf, 0, 0, 0, 0, place as u16)
}

/// A peer on loopback as it is reached over the way: the same port of [`DISTANT_V4`], which must forward.
#[must_use]
pub const fn distant(peer: SocketAddr) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(DISTANT_V4), peer.port())
}
