//! Closes sockets of others, as `ss --kill` does: Linux's SOCK_DESTROY, which needs CAP_NET_ADMIN.

use std::io;
#[cfg(target_os = "linux")]
use std::net::IpAddr;
use std::net::SocketAddr;

/// Nobody can: only Linux has such a call.
#[cfg(not(target_os = "linux"))]
pub(super) fn udp(_local: SocketAddr, _peer: SocketAddr) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Destroys the connected UDP socket with these two addresses.
#[cfg(target_os = "linux")]
pub(super) fn udp(local: SocketAddr, peer: SocketAddr) -> io::Result<()> {
    use socket2::{Domain, Protocol, Socket, Type};
    use std::io::Read as _;
    let kind = Some(Protocol::from(libc::NETLINK_SOCK_DIAG));
    let mut netlink = Socket::new(Domain::from(libc::AF_NETLINK), Type::RAW, kind)?;
    netlink.send(&request(local, peer))?;
    let mut answer = [0_u8; 256];
    let length = netlink.read(&mut answer)?;
    // A header of 16 bytes, then the error as a negative number; 0 is an acknowledgement.
    let number = answer.get(16..20).filter(|_| length >= 20).and_then(|bytes| bytes.try_into().ok());
    match number.map(i32::from_ne_bytes) {
        Some(0) => Ok(()),
        Some(error) => Err(io::Error::from_raw_os_error(error.saturating_neg())),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// The message: a header (`struct nlmsghdr`), and which socket is meant (`struct inet_diag_req_v2`).
#[cfg(target_os = "linux")]
fn request(local: SocketAddr, peer: SocketAddr) -> Vec<u8> {
    /// `SOCK_DESTROY` of `linux/sock_diag.h`.
    const SOCK_DESTROY: u16 = 21;
    /// `NLM_F_REQUEST | NLM_F_ACK` of `linux/netlink.h`.
    const REQUEST_AND_ACKNOWLEDGE: u16 = 1 | 4;
    const MESSAGE_BYTES: u32 = 16 + 56;
    let family = if local.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    let mut bytes = MESSAGE_BYTES.to_ne_bytes().to_vec();
    bytes.extend(SOCK_DESTROY.to_ne_bytes());
    bytes.extend(REQUEST_AND_ACKNOWLEDGE.to_ne_bytes());
    bytes.extend([0; 8]); // sequence number, sender
    bytes.extend([u8::try_from(family).unwrap_or_default(), 17, 0, 0]); // family, UDP, no extensions
    bytes.extend(u32::MAX.to_ne_bytes()); // in any state
    bytes.extend(local.port().to_be_bytes());
    bytes.extend(peer.port().to_be_bytes());
    bytes.extend(sixteen(local.ip()));
    bytes.extend(sixteen(peer.ip()));
    bytes.extend([0; 4]); // any interface
    bytes.extend([0xff; 8]); // no cookie
    bytes
}

/// An address in 16 bytes; IPv4 in the first four.
#[cfg(target_os = "linux")]
fn sixteen(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V6(address) => address.octets(),
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        }
    }
}
