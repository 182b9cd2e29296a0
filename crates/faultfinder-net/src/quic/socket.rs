//! A UDP socket under quinn that is connected to its peer, and remembers what the network says about it.

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

/// A UDP socket that is connected to its peer, and remembers what the network says about it.
#[derive(Debug)]
pub(super) struct Socket {
    io: UdpSocket,
    state: UdpSocketState,
    taps: Arc<Taps>,
    notes: Mutex<Notes>,
    /// Something was heard from the peer, or of it.
    news: Notify,
}

#[derive(Debug, Default)]
struct Notes {
    /// Whether a packet of the peer has come.
    was_heard: bool,
    /// The system error that says that nobody can be reached, by its number.
    failure: Option<i32>,
    /// Who reads.
    reader: Option<Waker>,
}

impl Socket {
    /// Takes a socket that is connected and does not block.
    pub(super) fn new(socket: std::net::UdpSocket) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        report_unreachable(&socket);
        Ok(Self {
            state: UdpSocketState::new((&socket).into())?,
            io: UdpSocket::from_std(socket)?,
            taps: Taps::detached(),
            notes: Mutex::default(),
            news: Notify::new(),
        })
    }

    /// When packets came and went.
    pub(super) fn taps(&self) -> Arc<Taps> {
        Arc::clone(&self.taps)
    }

    /// What the network says against the peer, if it does.
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
    /// When the network says that there is no way, or nobody at its end.
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

    /// Waits for an error that the system holds ready for this socket.
    async fn reported(&self) -> io::Result<io::Error> {
        let take = || self.io.take_error()?.ok_or_else(|| io::ErrorKind::WouldBlock.into());
        self.io.async_io(Interest::ERROR, take).await
    }

    /// Takes note of an error, if it ends the connection. Refusals always do; what routers on the way say of the host
    /// or its network, only as long as the peer was not heard; that a packet was too long, or memory short, never.
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

    /// Reads what has come, or an error of the system's.
    fn receive(&self, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> io::Result<usize> {
        let count = self.io.try_io(Interest::READABLE, || self.state.recv((&self.io).into(), bufs, meta))?;
        for (buffer, meta) in bufs.iter().zip(meta.iter()).take(count) {
            self.taps.note_read(buffer.get(..meta.len).unwrap_or_default());
        }
        if !std::mem::replace(&mut self.notes().was_heard, true) {
            self.news.notify_one();
        }
        Ok(count)
    }
}

/// Has ICMP's "unreachable" reported too, not only refusals.
#[cfg(target_os = "linux")]
fn report_unreachable(socket: &std::net::UdpSocket) {
    use nix::sys::socket::{setsockopt, sockopt};
    // Without it such a target is silent, which is what other systems show.
    let _ = match socket.local_addr() {
        Ok(SocketAddr::V6(_)) => setsockopt(socket, sockopt::Ipv6RecvErr, &true),
        _ => setsockopt(socket, sockopt::Ipv4RecvErr, &true),
    };
}

impl AsyncUdpSocket for Socket {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(Writable(self))
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        let sent = self.io.try_io(Interest::WRITABLE, || self.state.try_send((&self.io).into(), transmit));
        match sent {
            Ok(()) => {
                self.taps.note_write(&Poll::Ready(Ok(transmit.contents.len())));
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.taps.note_write(&Poll::Pending);
                Err(error)
            }
            Err(error) => {
                // A lost packet to quinn, which would end without a word otherwise.
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
                // Whatever came before the failure has been read.
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
        self.state.gro_segments()
    }

    fn may_fragment(&self) -> bool {
        self.state.may_fragment()
    }
}

/// Waits until the socket takes packets again. The one connection on it is the only one who does.
#[derive(Debug)]
struct Writable(Arc<Socket>);

impl UdpPoller for Writable {
    fn poll_writable(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.0.io.poll_send_ready(cx))?;
        Poll::Ready(Ok(()))
    }
}
