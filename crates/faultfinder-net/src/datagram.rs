//! UDP sockets for one peer.

use crate::dial::source_fault;
use crate::readiness::{answered, is_not_yet};
use crate::stamped_datagram::{self, try_receive};
use crate::strays::Strays;
use crate::{ClientOptions, IcmpError, Trace, Vantage, report_icmp_errors, take_icmp_error, transport_fault};
use faultfinder_taxonomy::{Fault, Phase};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::time::Instant;

/// A UDP socket with its own port, connected: it receives the peer's datagrams alone, and the kernel reports ICMP errors
/// about sent datagrams. A second socket notices datagrams from other senders.
#[derive(Debug)]
pub struct Datagrams {
    socket: UdpSocket,
    strays: Option<Strays>,
    peer: SocketAddr,
}

/// A system error, and the ICMP error that caused it.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "closed: an error and its cause")]
pub struct DatagramError {
    /// The system error.
    pub error: io::Error,
    /// The ICMP error from a router or the peer.
    pub icmp: Option<IcmpError>,
}

impl Datagrams {
    /// Opens a socket for a peer.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` as [`Vantage::admit`], and when the source address does not belong to this host; the code of
    /// the errno when this host has no route to the peer or no sockets left.
    pub async fn open(
        vantage: &Vantage,
        peer: SocketAddr,
        options: &ClientOptions,
        trace: &mut Trace,
    ) -> Result<Self, Fault> {
        vantage.admit(&[peer.ip()], "host", trace)?;
        let source = options.source_address.filter(|source| source.is_ipv4() == peer.is_ipv4());
        let unspecified: IpAddr =
            if peer.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let cannot = |error: &io::Error, what: &str| transport_fault(error, Phase::Connect, what);
        let socket =
            UdpSocket::bind((source.unwrap_or(unspecified), 0)).await.map_err(|error| match source {
                Some(_) if error.kind() == io::ErrorKind::AddrNotAvailable => source_fault(&error, options),
                _ => cannot(&error, "open a UDP socket"),
            })?;
        let reach = format!("reach {peer}");
        report_icmp_errors(&socket, peer.ip()).map_err(|error| cannot(&error, &reach))?;
        socket.connect(peer).await.map_err(|error| cannot(&error, &reach))?;
        crate::stamped::ask(&socket);
        // Without it, only an explanation is missing.
        let strays = Strays::of(&socket).ok();
        Ok(Self { socket, strays, peer })
    }

    /// The peer that the socket is connected to.
    #[must_use]
    pub const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Sends a datagram.
    ///
    /// # Errors
    ///
    /// When the system refuses it, or an ICMP error about an earlier datagram arrived.
    pub async fn send(&self, payload: &[u8]) -> Result<(), DatagramError> {
        stamped_datagram::send(&self.socket, payload).await.map_err(|error| self.explained(error))
    }

    /// Waits for the next datagram of the peer, which takes the place of what `into` holds, and returns when it arrived: on
    /// Linux by the kernel's clock, however late it is read. The sender of the first datagram from another address or port goes
    /// to `stray`, unless one is there already.
    ///
    /// # Errors
    ///
    /// When an ICMP error about a sent datagram arrives first.
    ///
    /// # Cancel safety
    ///
    /// Dropping it loses no datagram.
    pub async fn receive(
        &self,
        into: &mut Vec<u8>,
        stray: &mut Option<SocketAddr>,
    ) -> Result<Instant, DatagramError> {
        loop {
            tokio::select! {
                biased;
                received = self.receive_from_peer(into) => return received,
                sender = Strays::sender(self.strays.as_ref(), |_| true), if stray.is_none() => {
                    *stray = Some(sender);
                }
            }
        }
    }

    async fn receive_from_peer(&self, into: &mut Vec<u8>) -> Result<Instant, DatagramError> {
        // An error alone does not make a socket readable.
        let interest = Interest::READABLE.add(Interest::ERROR);
        loop {
            let received = match self.socket.ready(interest).await {
                Ok(ready) => {
                    let receive = || try_receive(&self.socket, into);
                    self.socket.try_io(answered(ready, Interest::READABLE), receive)
                }
                Err(error) => Err(error),
            };
            if !is_not_yet(&received) {
                return received.map_err(|error| self.explained(error));
            }
        }
    }

    /// The ICMP error that caused a system error; older ICMP errors are dropped.
    fn explained(&self, error: io::Error) -> DatagramError {
        let of_same = |icmp: &IcmpError| Some(icmp.errno) == error.raw_os_error();
        let mut icmp = None;
        // The queue is bounded by the socket's buffer.
        while let Some(next) = take_icmp_error(&self.socket) {
            if of_same(&next) {
                icmp = Some(next);
            }
        }
        DatagramError { error, icmp }
    }
}
