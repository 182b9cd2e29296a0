//! TCP connections of which the kernel says when data arrived.

use crate::arrivals::Arrivals;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// A TCP connection; what is read from it is noted in [`Arrivals`].
#[derive(Debug)]
pub struct Stamped {
    stream: TcpStream,
    arrivals: Arc<Arrivals>,
    #[cfg(target_os = "linux")]
    control: Vec<u8>,
    /// How much is read next, at most.
    #[cfg(target_os = "linux")]
    room: usize,
}

/// How much is read at once, in bytes. Room is cleared before it is read into, and most of what probes read is short: there is
/// more only for a peer that has filled the first.
#[cfg(target_os = "linux")]
const FIRST_ROOM_BYTES: usize = 4 << 10;
#[cfg(target_os = "linux")]
const ROOM_BYTES: usize = 64 << 10;

impl Stamped {
    /// A connection whose socket may have been [asked](ask) for stamps.
    pub(crate) fn new(stream: TcpStream, arrivals: Arc<Arrivals>) -> Self {
        Self {
            stream,
            arrivals,
            #[cfg(target_os = "linux")]
            control: room_for_a_stamp(),
            #[cfg(target_os = "linux")]
            room: FIRST_ROOM_BYTES,
        }
    }

    /// The socket.
    pub const fn socket(&self) -> &TcpStream {
        &self.stream
    }
}

impl From<TcpStream> for Stamped {
    /// A connection that somebody else opened: what is read arrives when it is read, unless its socket is stamped.
    fn from(stream: TcpStream) -> Self {
        Self::new(stream, Arc::new(Arrivals::begin()))
    }
}

/// Asks for a stamp of what arrives on a socket. Without it, data counts as arrived when it is read.
#[cfg(target_os = "linux")]
pub(crate) fn ask(socket: &impl std::os::fd::AsFd) {
    use nix::sys::socket::{TimestampingFlag, setsockopt, sockopt};
    let flags = TimestampingFlag::SOF_TIMESTAMPING_RX_SOFTWARE | TimestampingFlag::SOF_TIMESTAMPING_SOFTWARE;
    let _ = setsockopt(socket, sockopt::Timestamping, &flags);
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn ask<S>(_: &S) {}

/// Room for the stamp of what is received.
#[cfg(target_os = "linux")]
pub(crate) fn room_for_a_stamp() -> Vec<u8> {
    nix::cmsg_space!(nix::sys::socket::Timestamps)
}

/// Receives what is there, and when it arrived, if the socket was [asked](ask) for that.
#[cfg(target_os = "linux")]
pub(crate) fn receive(
    socket: std::os::fd::RawFd,
    bytes: &mut [u8],
    control: &mut [u8],
) -> io::Result<(usize, Option<Instant>)> {
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
    let mut pieces = [io::IoSliceMut::new(bytes)];
    let message = recvmsg::<()>(socket, &mut pieces, Some(control), MsgFlags::MSG_DONTWAIT)?;
    let stamp = message.cmsgs().into_iter().flatten().find_map(|control| match control {
        ControlMessageOwned::ScmTimestampsns(stamps) => Some(std::time::Duration::from(stamps.system)),
        _ => None,
    });
    Ok((message.bytes, stamp.map(crate::arrivals::moment_of)))
}

/// The kernel begins to stamp a moment after the first socket asks for it, and ends when the last one is closed: a socket that
/// stays open while there are probes keeps it at work.
#[derive(Debug)]
pub(crate) struct KeepStamping {
    _socket: Option<std::net::UdpSocket>,
}

impl KeepStamping {
    pub(crate) fn begin() -> Self {
        let socket = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0)).ok();
        if let Some(socket) = &socket {
            ask(socket);
        }
        Self { _socket: socket }
    }
}

impl AsyncRead for Stamped {
    #[cfg(target_os = "linux")]
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        use std::os::fd::AsRawFd as _;
        let Self { stream, arrivals, control, room } = self.get_mut();
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            std::task::ready!(stream.poll_read_ready(cx))?;
            let read = stream.try_io(tokio::io::Interest::READABLE, || {
                let most = buf.remaining().min(*room);
                receive(stream.as_raw_fd(), buf.initialize_unfilled_to(most), control)
            });
            match read {
                Ok((count, at)) => {
                    buf.advance(count);
                    if count >= *room {
                        *room = ROOM_BYTES;
                    }
                    if count > 0 {
                        arrivals.note(at.unwrap_or_else(Instant::now));
                    }
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Self { stream, arrivals } = self.get_mut();
        let before = buf.filled().len();
        let polled = Pin::new(stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            arrivals.note(Instant::now());
        }
        polled
    }
}

impl AsyncWrite for Stamped {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::time::Duration;
    use tokio::io::AsyncReadExt as _;

    /// How long the data lies unread.
    const HELD: Duration = Duration::from_millis(60);
    /// The kernel begins to stamp a moment after it was asked to.
    const TRIES: usize = 20;

    #[tokio::test]
    async fn data_has_arrived_when_it_came_and_not_when_it_is_read() {
        let _keep = KeepStamping::begin();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut waited = Vec::new();
        for _ in 0..TRIES {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            ask(&socket);
            let stream = socket.connect(listener.local_addr().unwrap()).await.unwrap();
            let arrivals = Arc::new(Arrivals::begin());
            let mut stream = Stamped::new(stream, Arc::clone(&arrivals));
            let (mut peer, _) = listener.accept().unwrap();
            let before = Instant::now();
            peer.write_all(b"x").unwrap();
            // This thread is busy.
            std::thread::sleep(HELD);
            assert_eq!(stream.read_u8().await.unwrap(), b'x');
            let arrived = arrivals.last().unwrap();
            assert!(arrived >= before - Duration::from_millis(5), "{:?} too early", before - arrived);
            waited.push(arrived.saturating_duration_since(before));
            if waited.last().is_some_and(|waited| *waited < HELD / 2) {
                return;
            }
        }
        panic!("nothing was stamped: {waited:?}");
    }
}
