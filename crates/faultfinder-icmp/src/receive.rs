//! One packet and what the kernel says about it.

use crate::Access;
use crate::wire::{self, Family, Message, Notice, Quoted};
use faultfinder_net::Clock;
use nix::libc::{SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, cmsg_space, recvmsg};
use nix::sys::time::TimeSpec;
use std::io::IoSliceMut;
use std::net::IpAddr;
use std::os::fd::AsRawFd;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// Longest packet that is read: the longest of IP.
const PACKET_BYTES_MAX: usize = 65_535;

/// How old a stamp can be at most; an older one shows that the clock was set meanwhile, and is not believed.
const STAMP_AGE_MAX: Duration = Duration::from_secs(5);

/// Where packets are read into.
#[derive(Debug)]
pub(crate) struct Buffer {
    packet: Box<[u8]>,
    control: Vec<u8>,
}

/// A message that arrived.
#[derive(Debug)]
pub(crate) struct Arrival<'p> {
    pub(crate) message: Message<'p>,
    /// Who sent it, if the system reports that.
    pub(crate) from: Option<IpAddr>,
    /// How many hops it was still allowed.
    pub(crate) ttl: Option<u8>,
    /// When the kernel had it.
    pub(crate) at: Instant,
}

/// What reading yielded.
#[derive(Debug)]
pub(crate) enum Read<'p> {
    Arrival(Arrival<'p>),
    /// Something that is not for us.
    Foreign,
    /// There is nothing more.
    Dry,
}

/// What the kernel says about a packet.
#[derive(Debug, Default)]
struct About {
    stamp: Option<TimeSpec>,
    ttl: Option<u8>,
    error: Option<(Notice, Option<IpAddr>)>,
}

impl Buffer {
    pub(crate) fn new() -> Self {
        let control = cmsg_space::<TimeSpec>()
            + cmsg_space::<libc::c_int>()
            + cmsg_space::<(libc::sock_extended_err, libc::sockaddr_in6)>();
        Self { packet: vec![0; PACKET_BYTES_MAX].into_boxed_slice(), control: vec![0; control] }
    }

    /// Reads one packet, if there is one.
    pub(crate) fn packet(
        &mut self,
        socket: &impl AsRawFd,
        access: Access,
        family: Family,
        clock: &Clock,
    ) -> Read<'_> {
        let (size, from, about) = match self.receive(socket, MsgFlags::empty(), family) {
            Ok(received) => received,
            Err(read) => return read,
        };
        let at = arrival(about.stamp, clock);
        let bytes = self.packet.get(..size).unwrap_or_default();
        let read = match (access, family) {
            (Access::Raw, Family::V4) => wire::raw_v4(bytes).map(|(message, ttl)| (message, Some(ttl))),
            (Access::Datagram, Family::V4) => wire::v4(bytes).map(|message| (message, about.ttl)),
            (_, Family::V6) => wire::v6(bytes).map(|message| (message, about.ttl)),
        };
        match read {
            Some((message, ttl)) => Read::Arrival(Arrival { message, from, ttl, at }),
            None => Read::Foreign,
        }
    }

    /// Reads one entry of the error queue, if there is one: an ICMP error, and the request that it is about.
    pub(crate) fn error(&mut self, socket: &impl AsRawFd, family: Family, clock: &Clock) -> Read<'_> {
        let (size, to, about) = match self.receive(socket, MsgFlags::MSG_ERRQUEUE, family) {
            Ok(received) => received,
            Err(read) => return read,
        };
        let at = arrival(about.stamp, clock);
        let bytes = self.packet.get(..size).unwrap_or_default();
        // Here the address is that of the request, and the request is quoted from its ICMP header on.
        let (Some(to), Some((what, from)), Some((id, sequence))) =
            (to, about.error, wire::quoted_request(family, bytes))
        else {
            return Read::Foreign;
        };
        let message = Message::About { what, request: Quoted { to, id, sequence } };
        Read::Arrival(Arrival { message, from, ttl: None, at })
    }

    fn receive(
        &mut self,
        socket: &impl AsRawFd,
        flags: MsgFlags,
        family: Family,
    ) -> Result<(usize, Option<IpAddr>, About), Read<'static>> {
        use nix::errno::Errno;
        let mut parts = [IoSliceMut::new(&mut self.packet)];
        let flags = flags | MsgFlags::MSG_DONTWAIT;
        let received =
            recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut parts, Some(&mut self.control), flags);
        let message = match received {
            Ok(message) => message,
            Err(Errno::EAGAIN) => return Err(Read::Dry),
            // On a datagram socket an ICMP error shows here once; its story is in the error queue.
            Err(_) => return Err(Read::Foreign),
        };
        let mut about = About::default();
        for control in message.cmsgs().into_iter().flatten() {
            about.note(control, family);
        }
        Ok((message.bytes, message.address.as_ref().and_then(address), about))
    }
}

impl About {
    fn note(&mut self, control: ControlMessageOwned, family: Family) {
        match control {
            ControlMessageOwned::ScmTimestampns(stamp) => self.stamp = Some(stamp),
            ControlMessageOwned::Ipv4Ttl(ttl) | ControlMessageOwned::Ipv6HopLimit(ttl) => {
                self.ttl = u8::try_from(ttl).ok();
            }
            ControlMessageOwned::Ipv4RecvErr(error, offender) if error.ee_origin == SO_EE_ORIGIN_ICMP => {
                let from = offender.map(|from| u32::from_be(from.sin_addr.s_addr));
                let from = from.filter(|from| *from != 0).map(|from| IpAddr::V4(from.into()));
                self.error = Some((Notice::new(family, error.ee_type, error.ee_code, error.ee_info), from));
            }
            ControlMessageOwned::Ipv6RecvErr(error, offender) if error.ee_origin == SO_EE_ORIGIN_ICMP6 => {
                let from = offender.map(|from| IpAddr::V6(from.sin6_addr.s6_addr.into()));
                let from = from.filter(|from| !from.is_unspecified());
                self.error = Some((Notice::new(family, error.ee_type, error.ee_code, error.ee_info), from));
            }
            _ => {}
        }
    }
}

/// The moment of a stamp: now, less its age by the clock that made it.
fn arrival(stamp: Option<TimeSpec>, clock: &Clock) -> Instant {
    let now = Instant::now();
    let age = stamp.and_then(|stamp| {
        let since = Duration::new(u64::try_from(stamp.tv_sec()).ok()?, u32::try_from(stamp.tv_nsec()).ok()?);
        clock.now().duration_since(SystemTime::UNIX_EPOCH.checked_add(since)?).ok()
    });
    age.filter(|age| *age < STAMP_AGE_MAX).and_then(|age| now.checked_sub(age)).unwrap_or(now)
}

fn address(storage: &SockaddrStorage) -> Option<IpAddr> {
    let v4 = storage.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
    v4.or_else(|| storage.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())))
}
