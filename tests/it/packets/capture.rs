//! What passes a device, and when, by the stamps of the kernel.

use nix::net::if_::if_nametoindex;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::sockopt::ReceiveTimestampns;
use nix::sys::socket::{ControlMessageOwned, LinkAddr, MsgFlags, recvmsg, setsockopt};
use socket2::{Domain, Protocol, Socket, Type};
use std::io::IoSliceMut;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// A packet of TCP or UDP.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packet {
    /// Since 1970.
    pub(super) at: Duration,
    pub(super) source: SocketAddrV4,
    pub(super) destination: SocketAddrV4,
    pub(super) is_outgoing: bool,
    pub(super) is_syn: bool,
    pub(super) data_bytes: usize,
}

/// A capture under way.
pub(super) struct Capture {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Packet>>,
}

/// Packets that this host sends, as packet sockets see them (`PACKET_OUTGOING`).
const OUTGOING: u8 = 4;
/// Every protocol (`ETH_P_ALL`).
const EVERY: u16 = 3;
/// Room of the socket for packets that have not been read, in bytes.
const ROOM_BYTES: usize = 16 << 20;
/// How long it waits before it looks whether it is still wanted, in milliseconds.
const TICK_MS: u16 = 20;

impl Capture {
    /// Begins to capture what passes a device of the calling thread's namespace.
    pub(super) fn begin(device: &str) -> Self {
        let socket =
            Socket::new(Domain::PACKET, Type::DGRAM, Some(Protocol::from(i32::from(EVERY.to_be())))).unwrap();
        socket.set_recv_buffer_size(ROOM_BYTES).unwrap();
        setsockopt(&socket, ReceiveTimestampns, &true).unwrap();
        let device = if_nametoindex(device).unwrap() as usize;
        let stop = Arc::new(AtomicBool::new(false));
        let is_stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut packets = Vec::new();
            loop {
                let is_over = is_stopped.load(Ordering::Relaxed);
                while let Some((of, packet)) = receive(&socket) {
                    packets.extend(packet.filter(|_| of == device));
                }
                if is_over {
                    return packets;
                }
                let mut watched = [PollFd::new(socket.as_fd(), PollFlags::POLLIN)];
                poll(&mut watched, PollTimeout::from(TICK_MS)).unwrap();
            }
        });
        Self { stop, thread }
    }

    /// All that has passed, in the order in which it did.
    pub(super) fn end(self) -> Vec<Packet> {
        self.stop.store(true, Ordering::Relaxed);
        let mut packets = self.thread.join().unwrap();
        packets.sort_by_key(|packet| packet.at);
        packets
    }
}

/// The next packet and its device; nothing when there is none.
fn receive(socket: &Socket) -> Option<(usize, Option<Packet>)> {
    let mut bytes = [0; 256];
    let mut control = nix::cmsg_space!(nix::sys::time::TimeSpec);
    let mut pieces = [IoSliceMut::new(&mut bytes)];
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_TRUNC;
    let message = recvmsg::<LinkAddr>(socket.as_raw_fd(), &mut pieces, Some(&mut control), flags).ok()?;
    let link = message.address?;
    let at = message.cmsgs().unwrap().find_map(|part| match part {
        ControlMessageOwned::ScmTimestampns(stamp) => Some(Duration::from(stamp)),
        _ => None,
    });
    Some((link.ifindex(), packet(&bytes, at?, link.pkttype() == OUTGOING)))
}

/// A packet of IPv4 that has TCP or UDP inside.
fn packet(bytes: &[u8], at: Duration, is_outgoing: bool) -> Option<Packet> {
    let number = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    let address = |at: usize| Ipv4Addr::from([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    if bytes[0] >> 4 != 4 {
        return None;
    }
    let (head, whole) = (usize::from(bytes[0] & 0xf) * 4, usize::from(number(2)));
    let (is_syn, inner) = match bytes[9] {
        6 => (bytes[head + 13] & 2 != 0, usize::from(bytes[head + 12] >> 4) * 4),
        17 => (false, 8),
        _ => return None,
    };
    Some(Packet {
        at,
        source: SocketAddrV4::new(address(12), number(head)),
        destination: SocketAddrV4::new(address(16), number(head + 2)),
        is_outgoing,
        is_syn,
        data_bytes: whole - head - inner,
    })
}
