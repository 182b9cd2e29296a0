//! A UDP socket for quinn that is connected to its peer and remembers network errors about it.

use crate::arrivals::Arrivals;
use crate::stamped_datagram::try_receive_into;
use crate::{Taps, classify_io};
use faultfinder_taxonomy::{Code, Errno};
use quinn::udp::{RecvMeta, Transmit, UdpSocketState};
use quinn::{AsyncUdpSocket, UdpPoller};
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::sync::Notify;

/// A UDP socket that is connected to its peer and remembers network errors about it.
#[derive(Debug)]
pub(super) struct Socket {
    io: UdpSocket,
    peer: SocketAddr,
    state: UdpSocketState,
    arrivals: Arc<Arrivals>,
    taps: Arc<Taps>,
    notes: Mutex<Notes>,
    /// A packet of the peer or an error about it arrived.
    news: Notify,
}

#[derive(Debug, Default)]
struct Notes {
    /// Whether a packet of the peer has arrived.
    was_heard: bool,
    /// The system error that says that the peer cannot be reached, by its number.
    failure: Option<i32>,
    /// The task that reads.
    reader: Option<Waker>,
}

impl Socket {
    /// Takes a connected, nonblocking socket.
    pub(super) fn new(socket: std::net::UdpSocket) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        report_unreachable(&socket);
        crate::stamped::ask(&socket);
        let (state, peer) = (UdpSocketState::new((&socket).into())?, socket.peer_addr()?);
        #[cfg(target_os = "linux")]
        receive_one_by_one(&socket);
        let arrivals = Arc::new(Arrivals::begin());
        Ok(Self {
            peer,
            state,
            taps: Taps::detached(Arc::clone(&arrivals)),
            arrivals,
            io: UdpSocket::from_std(socket)?,
            notes: Mutex::default(),
            news: Notify::new(),
        })
    }

    /// When packets were sent and received.
    pub(super) fn taps(&self) -> Arc<Taps> {
        Arc::clone(&self.taps)
    }

    /// The network's error about the peer, if any.
    pub(super) fn failure(&self) -> Option<Errno> {
        self.error().as_ref().and_then(classify_io)
    }

    fn error(&self) -> Option<io::Error> {
        self.notes().failure.map(io::Error::from_raw_os_error)
    }

    /// Waits for the first packet of the peer.
    ///
    /// # Errors
    ///
    /// When the network reports that there is no route, or that nothing listens.
    pub(super) async fn heard(&self) -> io::Result<()> {
        loop {
            if self.notes().was_heard {
                return Ok(());
            }
            if let Some(error) = self.error() {
                return Err(error);
            }
            tokio::select! {
                () = self.news.notified() => {}
                // The system reports it without making the socket readable.
                error = self.reported() => self.blame(&error?),
            }
        }
    }

    /// Waits for a pending error of this socket.
    async fn reported(&self) -> io::Result<io::Error> {
        let take = || self.io.take_error()?.ok_or_else(|| io::ErrorKind::WouldBlock.into());
        self.io.async_io(Interest::ERROR, take).await
    }

    /// Records an error, if it ends the connection. Refusals always do; routers' errors about the host or its network
    /// only until the peer has sent something; a packet that is too long, or a lack of memory, never does.
    fn blame(&self, error: &io::Error) {
        let code = classify_io(error).map(Errno::code);
        if !matches!(code, Some(Code::ConnRefused | Code::HostUnreach | Code::NetUnreach)) {
            return;
        }
        let reader = {
            let mut notes = self.notes();
            if code != Some(Code::ConnRefused) && notes.was_heard {
                return;
            }
            notes.failure = notes.failure.or_else(|| error.raw_os_error());
            notes.reader.take()
        };
        self.news.notify_one();
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads received data, or a system error.
    fn receive(&self, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> io::Result<usize> {
        let (Some(buffer), Some(meta)) = (bufs.first_mut(), meta.first_mut()) else { return Ok(0) };
        // One at a time, and not by quinn: it has no room for the stamp that each has.
        let received = || try_receive_into(&self.io, buffer);
        let (length, arrived) = self.io.try_io(Interest::READABLE, received)?;
        *meta = RecvMeta { addr: self.peer, len: length, stride: length, ecn: None, dst_ip: None };
        self.arrivals.note(arrived);
        self.taps.note_read(buffer.get(..length).unwrap_or_default());
        if !std::mem::replace(&mut self.notes().was_heard, true) {
            self.news.notify_one();
        }
        Ok(1)
    }
}

/// Makes ICMP's "unreachable" reported too, not only refusals.
#[cfg(target_os = "linux")]
fn report_unreachable(socket: &std::net::UdpSocket) {
    use nix::sys::socket::{setsockopt, sockopt};
    // Without it such a target appears silent, which is what other systems show.
    let _ = match socket.local_addr() {
        Ok(SocketAddr::V6(_)) => setsockopt(socket, sockopt::Ipv6RecvErr, &true),
        _ => setsockopt(socket, sockopt::Ipv4RecvErr, &true),
    };
}

/// Has the kernel hand out each datagram by itself, which quinn's settings do not: several as one have one stamp.
#[cfg(target_os = "linux")]
fn receive_one_by_one(socket: &std::net::UdpSocket) {
    use nix::sys::socket::{setsockopt, sockopt};
    let _ = setsockopt(socket, sockopt::UdpGroSegment, &false);
}

impl AsyncUdpSocket for Socket {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(Writable(self))
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        let sent = self.io.try_io(Interest::WRITABLE, || self.state.try_send((&self.io).into(), transmit));
        match sent {
            Ok(()) => {
                self.taps.note_write(&Poll::Ready(Ok(transmit.contents.len())), tokio::time::Instant::now());
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.taps.note_write(&Poll::Pending, tokio::time::Instant::now());
                Err(error)
            }
            Err(error) => {
                // To quinn this is a lost packet; it would end without an explanation otherwise.
                self.blame(&error);
                Ok(())
            }
        }
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        self.notes().reader = Some(cx.waker().clone());
        loop {
            if self.io.poll_recv_ready(cx)?.is_pending() {
                // Data that arrived before the failure has been read.
                return self.error().map_or(Poll::Pending, |error| Poll::Ready(Err(error)));
            }
            match self.receive(bufs, meta) {
                Ok(count) => return Poll::Ready(Ok(count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => self.blame(&error),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    fn max_transmit_segments(&self) -> usize {
        self.state.max_gso_segments()
    }

    fn max_receive_segments(&self) -> usize {
        1
    }

    fn may_fragment(&self) -> bool {
        self.state.may_fragment()
    }
}

/// Waits until the socket accepts packets again. Only its one connection sends on it.
#[derive(Debug)]
struct Writable(Arc<Socket>);

impl UdpPoller for Writable {
    fn poll_writable(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.0.io.poll_send_ready(cx))?;
        Poll::Ready(Ok(()))
    }
}
