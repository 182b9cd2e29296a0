//! Packets from and to the device `far`.

use super::plan::NetworkError;
use super::setup::FAR;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::socket::{LinkAddr, MsgFlags, recvfrom, sendto};
use nix::sys::time::TimeSpec;
use socket2::{Domain, Protocol, Socket, Type};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::time::Duration;
use tokio::time::Instant;

/// Longest packet, in bytes.
const PACKET_BYTES_MAX: usize = 65_535;
/// Packets that this host sends, as packet sockets see them (`PACKET_OUTGOING`).
const OUTGOING: u8 = 4;

/// Where packets go that nobody needs: no scenario has a host there, or a rule for the port.
const SETTLE: (Ipv4Addr, u16) = (Ipv4Addr::new(203, 0, 113, 253), 65_001);
/// What is in them.
const SETTLE_MARK: &[u8] = b"settle";
/// How long one of them may take, and all of them.
const SETTLE_PATIENCE: Duration = Duration::from_millis(5);
const SETTLE_MAX: Duration = Duration::from_secs(10);

/// A socket that reads every packet that comes out of `far`, and puts packets into it.
pub(super) struct Wire {
    socket: Socket,
    far: usize,
    buffer: Vec<u8>,
}

/// Where a packet came from, at the level of links: where the answer goes to.
pub(super) type Link = LinkAddr;

impl Wire {
    /// A wire to the device `far` of the calling thread's namespace.
    pub(super) fn open() -> Result<Self, NetworkError> {
        let failed = |error: std::io::Error| NetworkError::Setup(format!("no packet socket: {error}"));
        // The number of a protocol is in network byte order here.
        let every = u16::try_from(libc::ETH_P_ALL).unwrap_or_default().to_be();
        let socket = Socket::new(Domain::PACKET, Type::DGRAM, Some(Protocol::from(i32::from(every))));
        let socket = socket.map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        let far = nix::net::if_::if_nametoindex(FAR).map_err(|errno| failed(errno.into()))?;
        Ok(Self { socket, far: far as usize, buffer: vec![0; PACKET_BYTES_MAX] })
    }

    /// Sends packets until one has passed to `far` and back.
    ///
    /// A link that has just been set up drops what is sent, without a word, until the kernel has noticed that both ends
    /// are there; each end for itself. TCP sends again; a datagram would be lost, and its test with it. What never passes
    /// shows in the scenario.
    pub(super) fn settle(&mut self) {
        let Ok(socket) = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)) else { return };
        let until = Instant::now() + SETTLE_MAX;
        while Instant::now() < until {
            let _ = socket.send_to(SETTLE_MARK, SETTLE);
            self.wait(SETTLE_PATIENCE);
            while let Some((length, link)) = self.next() {
                let packet = self.buffer.get(..length).unwrap_or_default();
                if link.pkttype() == OUTGOING || !packet.ends_with(SETTLE_MARK) {
                    continue;
                }
                if link.ifindex() != self.far {
                    return;
                }
                let packet = packet.to_vec();
                self.write(&packet, &link);
            }
        }
    }

    /// Waits until there is something to read, at most this long.
    pub(super) fn wait(&self, most: Duration) {
        let mut watched = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
        // When it fails the router looks again, and finds out.
        let _ = ppoll(&mut watched, Some(TimeSpec::from_duration(most)), None);
    }

    /// The next packet, from its IP header on, and where it came from; nothing when there is none.
    pub(super) fn read(&mut self) -> Option<(&[u8], Link)> {
        loop {
            let (length, link) = self.next()?;
            if link.ifindex() == self.far && link.pkttype() != OUTGOING {
                return Some((self.buffer.get(..length).unwrap_or_default(), link));
            }
        }
    }

    /// The length of the next packet, which is in the buffer, of whatever device, and where it came from.
    fn next(&mut self) -> Option<(usize, Link)> {
        loop {
            let (length, link) = recvfrom::<LinkAddr>(self.socket.as_raw_fd(), &mut self.buffer).ok()?;
            if let Some(link) = link {
                return Some((length, link));
            }
        }
    }

    /// Sends a packet back to where another one came from. What cannot be sent is lost, as on any wire.
    pub(super) fn write(&self, packet: &[u8], link: &Link) {
        let _ = sendto(self.socket.as_raw_fd(), packet, link, MsgFlags::empty());
    }
}
