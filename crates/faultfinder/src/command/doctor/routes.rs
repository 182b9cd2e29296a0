//! Is there a way to addresses of the internet, of either version?

use super::Finding;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

const NAME: &str = "routes";

/// Root servers: public addresses that stay. Connecting a datagram socket looks up the route and sends nothing.
const PUBLIC_V4: Ipv4Addr = Ipv4Addr::new(198, 41, 0, 4);
const PUBLIC_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0x503, 0xba3e, 0, 0, 0, 2, 0x30);

/// Looks up a route of each version.
pub(super) fn check() -> Finding {
    judge(route((PUBLIC_V4, 53).into()), route((PUBLIC_V6, 53).into()))
}

fn route(to: SocketAddr) -> io::Result<()> {
    let any =
        if to.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    UdpSocket::bind::<SocketAddr>(any)?.connect(to)
}

fn judge(v4: io::Result<()>, v6: io::Result<()>) -> Finding {
    match (v4, v6) {
        (Ok(()), Ok(())) => Finding::ok(NAME, "IPv4 and IPv6"),
        (Ok(()), Err(error)) => Finding::warning(
            NAME,
            format!("IPv4; none for IPv6 ({error})"),
            "nothing, unless you test IPv6: then give this host an IPv6 address and a default route; tests of names \
             with both versions report the failed attempt, `ip: 4` avoids it",
        ),
        (Err(error), Ok(())) => Finding::warning(
            NAME,
            format!("IPv6; none for IPv4 ({error})"),
            "nothing, unless you test IPv4: then give this host an IPv4 address and a default route",
        ),
        (Err(error), Err(_)) => Finding::warning(
            NAME,
            format!("there is no IPv4 or IPv6 route beyond this host's own networks ({error})"),
            "nothing, if you test only these; else give this host a default route",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::Status;

    #[test]
    fn a_version_without_a_route_is_a_warning() {
        let none = || Err(io::ErrorKind::NetworkUnreachable.into());
        assert_eq!(judge(Ok(()), Ok(())).status, Status::Ok);
        for (v4, v6, found) in [
            (Ok(()), none(), "IPv4; none for IPv6"),
            (none(), Ok(()), "IPv6; none for IPv4"),
            (none(), none(), "there is no IPv4 or IPv6 route"),
        ] {
            let finding = judge(v4, v6);
            assert_eq!(finding.status, Status::Warning);
            assert!(finding.found.starts_with(found), "{finding:?}");
        }
    }
}
