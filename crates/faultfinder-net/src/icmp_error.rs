//! What routers and hosts say of packets that did not arrive.
//!
//! A socket that was told to ([`report_icmp_errors`]) keeps ICMP errors about its packets, with who sent them, in a queue
//! of its own; [`take_icmp_error`] takes the next one. Without that, Linux hides those that it takes for transient (host
//! and network unreachable over UDP), and says of none who sent it.
//!
//! Only Linux has such a queue. Elsewhere it stays empty, and what the system itself tells is all that is known.

use faultfinder_taxonomy::Fault;
use std::io;
use std::net::IpAddr;
use std::os::fd::AsFd;

/// An ICMP error, or one of this host's own, about a packet that a socket has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IcmpError {
    /// The system error that it stands for, by number.
    pub errno: i32,
    /// Where it was found.
    pub origin: IcmpOrigin,
    /// Its type (RFC 792, RFC 4443); 0 for an error of this host's own.
    pub kind: u8,
    /// Its code; 0 for an error of this host's own.
    pub code: u8,
    /// Who sent it.
    pub offender: Option<IpAddr>,
    /// What was behind the transport's header of the packet, as far as it was sent back, at most
    /// [`PACKET_BYTES_MAX`]; for sockets of the ICMP protocol the message with its header.
    pub packet: Vec<u8>,
}

/// Where an error was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: the two versions of ICMP, and neither")]
pub enum IcmpOrigin {
    /// On this host: nothing was sent.
    Local,
    /// A message of ICMP for IPv4.
    V4,
    /// A message of ICMP for IPv6.
    V6,
}

/// How much of the packet that an error is about is kept, in bytes.
pub const PACKET_BYTES_MAX: usize = 128;

impl IcmpError {
    /// Whether a router gave the packet up because it had passed as many as it may.
    #[must_use]
    pub const fn is_time_exceeded(&self) -> bool {
        matches!((self.origin, self.kind, self.code), (IcmpOrigin::V4, 11, 0) | (IcmpOrigin::V6, 3, 0))
    }

    /// What it says: `port unreachable`.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        match self.origin {
            IcmpOrigin::Local => "an error of this host's own",
            IcmpOrigin::V4 => text_v4(self.kind, self.code),
            IcmpOrigin::V6 => text_v6(self.kind, self.code),
        }
    }

    /// A fault with this error among its facts.
    #[must_use]
    pub fn told_in(&self, fault: Fault) -> Fault {
        if self.origin == IcmpOrigin::Local {
            return fault;
        }
        let fault = fault.with("icmp", format!("{} (type {}, code {})", self.text(), self.kind, self.code));
        match self.offender {
            Some(offender) => fault.with("offender", offender.to_string()),
            None => fault,
        }
    }
}

/// RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1.
const fn text_v4(kind: u8, code: u8) -> &'static str {
    match (kind, code) {
        (3, 0) => "network unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 4) => "fragmentation needed",
        (3, 5) => "source route failed",
        (3, 6) => "network unknown",
        (3, 7) => "host unknown",
        (3, 8) => "source host isolated",
        (3, 9) => "network administratively prohibited",
        (3, 10) => "host administratively prohibited",
        (3, 11) => "network unreachable for this type of service",
        (3, 12) => "host unreachable for this type of service",
        (3, 13) => "communication administratively prohibited",
        (3, 14) => "host precedence violation",
        (3, 15) => "precedence cutoff",
        (3, _) => "destination unreachable",
        (11, 0) => "time to live exceeded in transit",
        (11, _) => "fragment reassembly time exceeded",
        (12, _) => "parameter problem",
        _ => "an unknown error",
    }
}

/// RFC 4443 section 3.
const fn text_v6(kind: u8, code: u8) -> &'static str {
    match (kind, code) {
        (1, 0) => "no route to destination",
        (1, 1) => "communication administratively prohibited",
        (1, 2) => "beyond scope of source address",
        (1, 3) => "address unreachable",
        (1, 4) => "port unreachable",
        (1, 5) => "source address failed ingress/egress policy",
        (1, 6) => "reject route to destination",
        (1, _) => "destination unreachable",
        (2, _) => "packet too big",
        (3, 0) => "hop limit exceeded in transit",
        (3, _) => "fragment reassembly time exceeded",
        (4, _) => "parameter problem",
        _ => "an unknown error",
    }
}

/// Lets a socket keep the errors about packets that it sends to addresses of the family of `peer`.
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

/// Does nothing: this system keeps no such errors.
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
    let mut control = nix::cmsg_space!(libc::sock_extended_err, libc::sockaddr_in6);
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

/// Nothing: this system keeps no such errors.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn take_icmp_error(_socket: &impl AsFd) -> Option<IcmpError> {
    None
}

#[cfg(target_os = "linux")]
fn found(error: &libc::sock_extended_err, offender: Option<IpAddr>) -> IcmpError {
    let origin = match error.ee_origin {
        libc::SO_EE_ORIGIN_ICMP => IcmpOrigin::V4,
        libc::SO_EE_ORIGIN_ICMP6 => IcmpOrigin::V6,
        _ => IcmpOrigin::Local,
    };
    let (kind, code) = match origin {
        IcmpOrigin::Local => (0, 0),
        _ => (error.ee_type, error.ee_code),
    };
    IcmpError {
        errno: i32::try_from(error.ee_errno).unwrap_or_default(),
        origin,
        kind,
        code,
        offender,
        packet: Vec::new(),
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::net::UdpSocket;

    /// A port that nobody listens on: it is connected to itself, so datagrams from elsewhere find nobody.
    fn closed(address: IpAddr) -> UdpSocket {
        let socket = UdpSocket::bind((address, 0)).unwrap();
        socket.connect(socket.local_addr().unwrap()).unwrap();
        socket
    }

    #[track_caller]
    fn check(address: &str, origin: IcmpOrigin, kind: u8, code: u8) {
        let address: IpAddr = address.parse().unwrap();
        let closed = closed(address);
        let socket = UdpSocket::bind((address, 0)).unwrap();
        report_icmp_errors(&socket, address).unwrap();
        socket.connect(closed.local_addr().unwrap()).unwrap();
        assert_eq!(take_icmp_error(&socket), None);
        socket.send(b"anybody there?").unwrap();
        let error = take_icmp_error(&socket).unwrap();
        assert_eq!((error.origin, error.kind, error.code), (origin, kind, code));
        assert_eq!(error.offender, Some(address));
        assert_eq!(error.errno, libc::ECONNREFUSED);
        assert_eq!(error.packet, b"anybody there?");
        assert_eq!(error.text(), "port unreachable");
        assert_eq!(take_icmp_error(&socket), None);
    }

    #[test]
    fn an_error_about_a_datagram_says_who_sent_it() {
        check("127.0.0.1", IcmpOrigin::V4, 3, 3);
        if UdpSocket::bind("[::1]:0").is_ok() {
            check("::1", IcmpOrigin::V6, 1, 4);
        }
    }
}
