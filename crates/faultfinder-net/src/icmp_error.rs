//! ICMP errors from routers and hosts about packets that did not arrive.
//!
//! With [`report_icmp_errors`], a socket keeps ICMP errors about its packets, with their senders, in a separate queue;
//! [`take_icmp_error`] takes the next one. Without it, Linux hides errors that it considers transient (host and network
//! unreachable over UDP), and never reports the sender.
//!
//! Only Linux has such a queue. On other systems it stays empty, and only the system's own errors are known.

use faultfinder_taxonomy::{Fault, IcmpCode};
use std::io;
use std::net::IpAddr;
use std::os::fd::AsFd;

/// An ICMP error, or a local error, about a packet that a socket has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IcmpError {
    /// The number of the corresponding system error.
    pub errno: i32,
    /// Its type and code; nothing for a local error: then nothing was sent.
    pub says: Option<IcmpCode>,
    /// The sender.
    pub offender: Option<IpAddr>,
    /// The part of the packet after the transport's header, as far as it was returned, at most
    /// [`PACKET_BYTES_MAX`]; for sockets of the ICMP protocol, the message with its header.
    pub packet: Vec<u8>,
}

/// How much of the packet that an error is about is kept, in bytes.
pub const PACKET_BYTES_MAX: usize = 128;

impl IcmpError {
    /// Whether a router dropped the packet because its hop limit was reached.
    #[must_use]
    pub fn is_time_exceeded(&self) -> bool {
        self.says.is_some_and(IcmpCode::is_time_exceeded)
    }

    /// Whether a router reports that the packet is longer than the next link permits.
    #[must_use]
    pub fn is_too_big(&self) -> bool {
        self.says.is_some_and(IcmpCode::is_too_big)
    }

    /// The meaning: `port unreachable`.
    #[must_use]
    pub fn text(&self) -> &'static str {
        self.says.map_or("a local error", IcmpCode::text)
    }

    /// Adds this error to the facts of a fault.
    #[must_use]
    pub fn told_in(&self, fault: Fault) -> Fault {
        let Some(says) = self.says else { return fault };
        let fault = fault.with("icmp", format!("{} (type {}, code {})", says.text(), says.kind, says.code));
        match self.offender {
            Some(offender) => fault.with("offender", offender.to_string()),
            None => fault,
        }
    }
}

/// Makes a socket keep the errors about packets that it sends to addresses of the family of `peer`.
///
/// # Errors
///
/// When the system refuses the option.
#[cfg(target_os = "linux")]
pub fn report_icmp_errors(socket: &impl AsFd, peer: IpAddr) -> io::Result<()> {
    use nix::sys::socket::{setsockopt, sockopt};
    match peer {
        IpAddr::V4(_) => setsockopt(socket, sockopt::Ipv4RecvErr, &true)?,
        IpAddr::V6(_) => setsockopt(socket, sockopt::Ipv6RecvErr, &true)?,
    }
    Ok(())
}

/// Does nothing: this system does not keep such errors.
///
/// # Errors
///
/// None.
#[cfg(not(target_os = "linux"))]
pub fn report_icmp_errors(_socket: &impl AsFd, _peer: IpAddr) -> io::Result<()> {
    Ok(())
}

/// Takes the next error about a packet that this socket has sent; nothing when there is none. Does not wait.
#[cfg(target_os = "linux")]
#[must_use]
pub fn take_icmp_error(socket: &impl AsFd) -> Option<IcmpError> {
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg};
    use std::os::fd::AsRawFd as _;
    let mut packet = [0_u8; PACKET_BYTES_MAX];
    // The stamp comes first, where the socket was asked for it.
    let mut control =
        nix::cmsg_space!(nix::sys::socket::Timestamps, libc::sock_extended_err, libc::sockaddr_in6);
    let mut parts = [io::IoSliceMut::new(&mut packet)];
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    let fd = socket.as_fd().as_raw_fd();
    let message = recvmsg::<SockaddrStorage>(fd, &mut parts, Some(&mut control), flags).ok()?;
    let length = message.bytes;
    let error = message.cmsgs().ok()?.find_map(|part| match part {
        ControlMessageOwned::Ipv4RecvErr(error, offender) => {
            let offender = offender
                .filter(|address| i32::from(address.sin_family) == libc::AF_INET)
                .map(|address| IpAddr::from(u32::from_be(address.sin_addr.s_addr).to_be_bytes()));
            Some(found(&error, offender))
        }
        ControlMessageOwned::Ipv6RecvErr(error, offender) => {
            let offender = offender
                .filter(|address| i32::from(address.sin6_family) == libc::AF_INET6)
                .map(|address| IpAddr::from(address.sin6_addr.s6_addr));
            Some(found(&error, offender))
        }
        _ => None,
    })?;
    Some(IcmpError { packet: packet.get(..length).unwrap_or_default().to_vec(), ..error })
}

/// Nothing: this system does not keep such errors.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn take_icmp_error(_socket: &impl AsFd) -> Option<IcmpError> {
    None
}

#[cfg(target_os = "linux")]
fn found(error: &libc::sock_extended_err, offender: Option<IpAddr>) -> IcmpError {
    let (kind, code) = (error.ee_type, error.ee_code);
    let says = match error.ee_origin {
        libc::SO_EE_ORIGIN_ICMP => Some(IcmpCode::v4(kind, code)),
        libc::SO_EE_ORIGIN_ICMP6 => Some(IcmpCode::v6(kind, code)),
        _ => None,
    };
    IcmpError { errno: i32::try_from(error.ee_errno).unwrap_or_default(), says, offender, packet: Vec::new() }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::net::UdpSocket;

    /// A port where nothing listens: its socket is connected to itself, so datagrams from other senders are refused.
    fn closed(address: IpAddr) -> UdpSocket {
        let socket = UdpSocket::bind((address, 0)).unwrap();
        socket.connect(socket.local_addr().unwrap()).unwrap();
        socket
    }

    #[track_caller]
    fn check(address: &str, says: IcmpCode) {
        let address: IpAddr = address.parse().unwrap();
        let closed = closed(address);
        let socket = UdpSocket::bind((address, 0)).unwrap();
        report_icmp_errors(&socket, address).unwrap();
        socket.connect(closed.local_addr().unwrap()).unwrap();
        assert_eq!(take_icmp_error(&socket), None);
        socket.send(b"anybody there?").unwrap();
        let error = take_icmp_error(&socket).unwrap();
        assert_eq!(error.says, Some(says));
        assert_eq!(error.offender, Some(address));
        assert_eq!(error.errno, libc::ECONNREFUSED);
        assert_eq!(error.packet, b"anybody there?");
        assert_eq!(error.text(), "port unreachable");
        assert_eq!(take_icmp_error(&socket), None);
    }

    #[test]
    fn an_error_about_a_datagram_says_who_sent_it() {
        check("127.0.0.1", IcmpCode::v4(3, 3));
        if UdpSocket::bind("[::1]:0").is_ok() {
            check("::1", IcmpCode::v6(1, 4));
        }
    }
}
