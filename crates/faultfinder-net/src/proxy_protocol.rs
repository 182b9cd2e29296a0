//! The PROXY protocol (HAProxy's `proxy-protocol.txt`, versions 1 and 2): what a load balancer says of a connection before its
//! first byte, for servers that take nothing else.

use crate::errno::transport_fault;
use crate::stamped::Stamped;
use faultfinder_taxonomy::word::ProxyProtocol;
use faultfinder_taxonomy::{Fault, Phase};
use std::net::{IpAddr, SocketAddr};
use tokio::io::AsyncWriteExt as _;

/// What version 2 begins with (section 2.2).
const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
/// Version 2, and a connection that is relayed: PROXY.
const VERSION_AND_COMMAND: u8 = 0x21;
/// TCP over IPv4.
const TCP4: u8 = 0x11;
/// TCP over IPv6.
const TCP6: u8 = 0x21;

/// Says both ends of the connection, as they are.
///
/// # Errors
///
/// The code of the errno that writing ended with, in the connect phase.
pub(crate) async fn announce(stream: &mut Stamped, version: ProxyProtocol) -> Result<(), Fault> {
    let sent = async {
        let header = header(version, stream.socket().local_addr()?, stream.socket().peer_addr()?);
        stream.write_all(&header).await
    };
    sent.await
        .map_err(|error| transport_fault(&error, Phase::Connect, "send the header of the PROXY protocol"))
}

fn header(version: ProxyProtocol, from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    let (from_ip, to_ip) = (from.ip().to_canonical(), to.ip().to_canonical());
    match version {
        ProxyProtocol::V1 => {
            let family = if to_ip.is_ipv4() { "TCP4" } else { "TCP6" };
            format!("PROXY {family} {from_ip} {to_ip} {} {}\r\n", from.port(), to.port()).into_bytes()
        }
        ProxyProtocol::V2 => {
            let (family, mut addresses) = match (from_ip, to_ip) {
                (IpAddr::V4(from), IpAddr::V4(to)) => (TCP4, [from.octets(), to.octets()].concat()),
                (from, to) => (TCP6, [v6(from), v6(to)].concat()),
            };
            addresses.extend(from.port().to_be_bytes());
            addresses.extend(to.port().to_be_bytes());
            let length = u16::try_from(addresses.len()).unwrap_or(u16::MAX);
            [SIGNATURE, &[VERSION_AND_COMMAND, family], &length.to_be_bytes(), &addresses].concat()
        }
    }
}

fn v6(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(version: ProxyProtocol, from: &str, to: &str) -> Vec<u8> {
        header(version, from.parse().unwrap(), to.parse().unwrap())
    }

    #[test]
    fn a_header_is_as_the_specification_has_it() {
        let v1 = |from, to| String::from_utf8(made(ProxyProtocol::V1, from, to)).unwrap();
        assert_eq!(v1("192.0.2.1:56324", "192.0.2.2:443"), "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n");
        assert_eq!(v1("[2001:db8::1]:1", "[2001:db8::2]:2"), "PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n");
        assert_eq!(
            v1("[::ffff:192.0.2.1]:1", "[::ffff:192.0.2.2]:2"),
            "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"
        );
        let v2 = made(ProxyProtocol::V2, "192.0.2.1:258", "192.0.2.2:772");
        let addresses = [192, 0, 2, 1, 192, 0, 2, 2, 1, 2, 3, 4];
        assert_eq!(v2, [b"\r\n\r\n\0\r\nQUIT\n".as_slice(), &[0x21, 0x11, 0, 12], &addresses].concat());
        let v2 = made(ProxyProtocol::V2, "[2001:db8::1]:1", "[2001:db8::2]:2");
        assert_eq!((v2.len(), &v2[12..16]), (16 + 36, [0x21, 0x21, 0, 36].as_slice()));
    }
}
