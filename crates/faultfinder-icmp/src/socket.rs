//! Opening a socket of the kind that is allowed.
//!
//! # Decisions
//!
//! * Datagram sockets first: they need no privilege. The kernel gives them an identifier, strips IP headers, and keeps
//!   ICMP errors in the error queue (`IP_RECVERR`).
//! * Raw sockets see every ICMP packet of the host. A filter in the kernel (`SO_ATTACH_FILTER`) leaves the replies with our
//!   identifier and the errors: our own requests, which are visible on loopback, would fill half of the buffer.
//! * Path MTU discovery is off in both directions. With `dont_fragment`, every request has DF and reaches the routers each
//!   time (`IP_PMTUDISC_PROBE`), rather than being refused by this host from the second one on. Without it, no request has
//!   DF, so none is lost to discovery.

use crate::Access;
use crate::wire::Family;
use faultfinder_net::transport_fault;
use faultfinder_taxonomy::{Blame, Code, Detail, Errno, Fault, Phase};
use nix::sys::socket::{setsockopt, sockopt};
use nix::{setsockopt_impl, sockopt_impl};
use socket2::{Domain, Protocol, SockAddr, SockFilter, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr};

/// Bytes of the receive buffer that are asked for. Each small packet takes 768 of them, so that is room for some 5,000
/// replies that came while nobody read. The kernel may grant less (`net.core.rmem_max`) without `CAP_NET_ADMIN`.
const RECEIVE_BUFFER_BYTES: usize = 4 << 20;

/// The file that says which groups may open datagram sockets for ICMP; for IPv6, too.
const PING_GROUP_RANGE: &str = "/proc/sys/net/ipv4/ping_group_range";

/// What a socket has as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Options {
    pub(crate) family: Family,
    pub(crate) ttl: Option<u8>,
    pub(crate) dont_fragment: bool,
    pub(crate) source: Option<IpAddr>,
}

/// A socket, its kind, and the identifier that its requests have.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) socket: Socket,
    pub(crate) access: Access,
    pub(crate) id: u16,
}

mod option {
    //! Options that nix has no name for.

    use super::{setsockopt_impl, sockopt_impl};

    sockopt_impl!(
        /// What is done about the path's MTU.
        MtuDiscoverV4,
        SetOnly,
        libc::IPPROTO_IP,
        libc::IP_MTU_DISCOVER,
        libc::c_int
    );
    sockopt_impl!(
        /// The same for IPv6.
        MtuDiscoverV6,
        SetOnly,
        libc::IPPROTO_IPV6,
        libc::IPV6_MTU_DISCOVER,
        libc::c_int
    );
}

/// Opens a socket; `id` is the identifier of a raw one.
///
/// # Errors
///
/// `INTERNAL_ERROR`, blamed on ourselves, when neither kind is allowed or the system is out of something;
/// `INVALID_REQUEST` for a source address that is not this host's; `NETUNREACH` when this host does not have this
/// version of IP.
pub(crate) fn open(options: &Options, id: u16) -> Result<Opened, Fault> {
    let (socket, access) = create(options.family).map_err(|error| not_created(&error, options.family))?;
    prepare(&socket, access, options, id).map_err(|error| ours(&error, "set up an ICMP socket"))?;
    if let Some(source) = options.source {
        bind(&socket, source)?;
    }
    let id = match access {
        Access::Raw => id,
        Access::Datagram => identifier(&socket, options)?,
    };
    Ok(Opened { socket, access, id })
}

/// The kind of socket that this process may open for ICMP over IPv6, or else over IPv4. Nothing is sent.
///
/// # Errors
///
/// `INTERNAL_ERROR`, blamed on ourselves, when neither kind is allowed, with what would allow it; `NETUNREACH` when this
/// host does not have this version of IP.
pub fn access(ipv6: bool) -> Result<Access, Fault> {
    let family = if ipv6 { Family::V6 } else { Family::V4 };
    create(family).map(|(_, access)| access).map_err(|error| not_created(&error, family))
}

/// A socket of either kind; the error is that of the raw one.
fn create(family: Family) -> io::Result<(Socket, Access)> {
    let (domain, protocol) = match family {
        Family::V4 => (Domain::IPV4, Protocol::ICMPV4),
        Family::V6 => (Domain::IPV6, Protocol::ICMPV6),
    };
    if let Ok(socket) = Socket::new(domain, Type::DGRAM, Some(protocol)) {
        return Ok((socket, Access::Datagram));
    }
    Socket::new(domain, Type::RAW, Some(protocol)).map(|socket| (socket, Access::Raw))
}

fn prepare(socket: &Socket, access: Access, options: &Options, id: u16) -> io::Result<()> {
    socket.set_nonblocking(true)?;
    // Beyond the system's limit where that is allowed, up to the limit elsewhere.
    if setsockopt(socket, sockopt::RcvBufForce, &RECEIVE_BUFFER_BYTES).is_err() {
        socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
    }
    setsockopt(socket, sockopt::ReceiveTimestampns, &true)?;
    let probe = libc::IP_PMTUDISC_PROBE;
    match options.family {
        Family::V4 => {
            let discovery = if options.dont_fragment { probe } else { libc::IP_PMTUDISC_DONT };
            setsockopt(socket, option::MtuDiscoverV4, &discovery)?;
            setsockopt(socket, sockopt::Ipv4RecvTtl, &true)?;
            if let Some(ttl) = options.ttl {
                socket.set_ttl_v4(ttl.into())?;
            }
        }
        Family::V6 => {
            if options.dont_fragment {
                setsockopt(socket, option::MtuDiscoverV6, &probe)?;
                setsockopt(socket, sockopt::Ipv6DontFrag, &true)?;
            }
            setsockopt(socket, sockopt::Ipv6RecvHopLimit, &true)?;
            if let Some(ttl) = options.ttl {
                socket.set_unicast_hops_v6(ttl.into())?;
            }
        }
    }
    match (access, options.family) {
        (Access::Datagram, Family::V4) => setsockopt(socket, sockopt::Ipv4RecvErr, &true)?,
        (Access::Datagram, Family::V6) => setsockopt(socket, sockopt::Ipv6RecvErr, &true)?,
        (Access::Raw, Family::V4) => socket.attach_filter(&filter_v4(id))?,
        (Access::Raw, Family::V6) => socket.attach_filter(&filter_v6(id))?,
    }
    Ok(())
}

fn bind(socket: &Socket, source: IpAddr) -> Result<(), Fault> {
    socket.bind(&SockAddr::from(SocketAddr::new(source, 0))).map_err(|error| {
        let detail = Detail::definition("EADDRNOTAVAIL", "source_address");
        Fault::new(Code::InvalidRequest, Phase::Config, detail, format!("cannot send from {source}: {error}"))
    })
}

/// The identifier that the kernel has given to a datagram socket, after it is bound.
fn identifier(socket: &Socket, options: &Options) -> Result<u16, Fault> {
    let fault = |error: io::Error| ours(&error, "get an ICMP identifier");
    if options.source.is_none() {
        let any: IpAddr = match options.family {
            Family::V4 => std::net::Ipv4Addr::UNSPECIFIED.into(),
            Family::V6 => std::net::Ipv6Addr::UNSPECIFIED.into(),
        };
        socket.bind(&SockAddr::from(SocketAddr::new(any, 0))).map_err(fault)?;
    }
    Ok(socket.local_addr().map_err(fault)?.as_socket().map_or(0, |address| address.port()))
}

// Classic BPF: what the instructions do, and how they address.
const LOAD_BYTE: u16 = 0x30; // A = packet[k]
const LOAD_HALF_INDEXED: u16 = 0x48; // A = u16 of packet[X + k]
const LOAD_HALF: u16 = 0x28; // A = u16 of packet[k]
const LOAD_BYTE_INDEXED: u16 = 0x50; // A = packet[X + k]
const LOAD_HEADER_LENGTH: u16 = 0xb1; // X = 4 * (packet[k] & 15)
const JUMP_IF_EQUAL: u16 = 0x15; // over jt instructions if A = k, else over jf
const JUMP_IF_GREATER: u16 = 0x25; // likewise if A > k
const RETURN: u16 = 0x06; // let k bytes through

/// Lets echo replies with our identifier and ICMP errors through. The packet begins with its IP header.
fn filter_v4(id: u16) -> [SockFilter; 10] {
    [
        SockFilter::new(LOAD_HEADER_LENGTH, 0, 0, 0),
        SockFilter::new(LOAD_BYTE_INDEXED, 0, 0, 0),
        SockFilter::new(JUMP_IF_EQUAL, 0, 2, 0),
        SockFilter::new(LOAD_HALF_INDEXED, 0, 0, 4),
        SockFilter::new(JUMP_IF_EQUAL, 3, 4, id.into()),
        // Destination unreachable 3, source quench 4, redirect 5; time exceeded 11, parameter problem 12.
        SockFilter::new(JUMP_IF_GREATER, 3, 0, 12),
        SockFilter::new(JUMP_IF_GREATER, 1, 0, 10),
        SockFilter::new(JUMP_IF_GREATER, 1, 0, 5),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
        SockFilter::new(RETURN, 0, 0, 0),
    ]
}

/// The same for ICMPv6. The packet begins with its ICMPv6 header; errors are types 1 to 4, an echo reply is 129.
fn filter_v6(id: u16) -> [SockFilter; 7] {
    [
        SockFilter::new(LOAD_BYTE, 0, 0, 0),
        SockFilter::new(JUMP_IF_EQUAL, 0, 2, 129),
        SockFilter::new(LOAD_HALF, 0, 0, 4),
        SockFilter::new(JUMP_IF_EQUAL, 1, 2, id.into()),
        SockFilter::new(JUMP_IF_GREATER, 1, 0, 4),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
        SockFilter::new(RETURN, 0, 0, 0),
    ]
}

/// Why there is no socket.
fn not_created(error: &io::Error, family: Family) -> Fault {
    match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => not_permitted(),
        Some(libc::EAFNOSUPPORT | libc::EPROTONOSUPPORT) => {
            let version = if family == Family::V4 { "IPv4" } else { "IPv6" };
            let message = format!("this host has no {version}");
            Fault::new(Code::NetUnreach, Phase::Connect, Detail::errno(Errno::NetUnreach), message)
        }
        _ => ours(error, "open an ICMP socket"),
    }
}

/// A step that has nothing to do with the target failed.
pub(crate) fn ours(error: &io::Error, what: &str) -> Fault {
    let fault = transport_fault(error, Phase::Config, what);
    let detail = fault.detail.clone();
    Fault::new(Code::InternalError, Phase::Config, detail, fault.message).blamed_on(Blame::Ourselves)
}

/// Neither kind of socket is allowed: what is missing, and what to do.
fn not_permitted() -> Fault {
    let range = std::fs::read_to_string(PING_GROUP_RANGE).unwrap_or_default();
    let range = range.split_whitespace().collect::<Vec<_>>().join(" ");
    let message = format!(
        "this process is not permitted to use ICMP: it lacks the capability CAP_NET_RAW, and its group is not in \
         net.ipv4.ping_group_range ({range})"
    );
    let detail = Detail::errno(Errno::Perm);
    let mut fault = Fault::new(Code::InternalError, Phase::Config, detail, message);
    // The hints of EPERM are about firewalls.
    fault.hints = vec![
        "allow unprivileged processes to use ICMP: sysctl -w net.ipv4.ping_group_range='0 2147483647'".to_owned(),
        "or grant the program the capability: setcap cap_net_raw+ep \"$(command -v faultfinder)\"; in a container: \
         --cap-add NET_RAW"
            .to_owned(),
    ];
    fault.with("missing_capability", "CAP_NET_RAW").with("ping_group_range", range)
}
