//! The connection to a mail server, with a limit on what is read from it.

use faultfinder_net::Stream;
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Most that is read of a server in one session, in bytes. A reply has up to 512 bytes a line (RFC 5321 section 4.5.3.1.5).
pub(super) const REPLIES_BYTES_MAX: usize = 64 << 10;
/// How much is read at once, in bytes.
const CHUNK_BYTES: usize = 4 << 10;
/// The greeting that a server has no second time after STARTTLS (RFC 3207 section 4.2), and that every client reads first.
const GREETING: &[u8] = b"220 \r\n";

/// A connection to a mail server.
#[derive(Debug)]
pub(super) struct Session {
    /// In a lock because the client demands a stream that threads can share; nothing waits for it.
    stream: Mutex<Stream>,
    peer: SocketAddr,
    /// What is read before the stream is.
    first: &'static [u8],
    /// How much may still be read.
    left: usize,
}

impl Session {
    /// A session over a connection. After STARTTLS the server `has_greeted` already.
    pub(super) fn new(stream: Stream, peer: SocketAddr, has_greeted: bool) -> Self {
        let first = if has_greeted { GREETING } else { &[] };
        Self { stream: Mutex::new(stream), peer, first, left: REPLIES_BYTES_MAX }
    }

    fn stream(&mut self) -> Pin<&mut Stream> {
        Pin::new(self.stream.get_mut().unwrap_or_else(PoisonError::into_inner))
    }
}

impl AsyncRead for Session {
    /// Reads, up to the limit. The end of the connection is an error: no reply ends with it. Bytes outside ASCII, which replies do
    /// not have (RFC 5321 section 4.2), become `?`: one of them does not cost the whole reply.
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.first.is_empty() {
            let (now, later) = this.first.split_at(this.first.len().min(buf.remaining()));
            this.first = later;
            buf.put_slice(now);
            return Poll::Ready(Ok(()));
        }
        if this.left == 0 {
            let message = format!("the server's replies have more than {REPLIES_BYTES_MAX} bytes");
            return Poll::Ready(Err(io::Error::other(message)));
        }
        let mut chunk = [0; CHUNK_BYTES];
        let room = CHUNK_BYTES.min(this.left).min(buf.remaining());
        let mut read = ReadBuf::new(chunk.get_mut(..room).unwrap_or_default());
        ready!(this.stream().poll_read(cx, &mut read))?;
        if read.filled().is_empty() && room > 0 {
            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        this.left = this.left.saturating_sub(read.filled().len());
        for byte in read.filled() {
            buf.put_slice(&[if byte.is_ascii() { *byte } else { b'?' }]);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Session {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().stream().poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().stream().poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Session {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}
