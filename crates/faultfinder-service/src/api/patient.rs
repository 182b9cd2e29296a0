//! A socket that waits for its client to take an answer, but not for ever.
//!
//! What is written goes into the buffers of the system, and waits when they are full. A client that takes nothing for
//! [`STALL_MAX`] loses its connection, and so does one that takes so little at a time that an answer takes longer than
//! [`ANSWER_TIME_MAX`]. Both are reset, so that the system forgets what it still holds for them.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// How long a client may take no byte of an answer.
const STALL_MAX: Duration = Duration::from_secs(30);
/// How long a client may take for a whole answer. The largest page, of 4 MiB, comes in time at 14 KiB per second.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(300);

/// A socket whose writes are bounded in time.
#[derive(Debug)]
pub(super) struct Patient {
    stream: TcpStream,
    /// When the answer that is being written must be written; nothing when all that was given is written.
    until: Option<Instant>,
    /// Ends the wait for a client that takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    pub(super) const fn new(stream: TcpStream) -> Self {
        Self { stream, until: None, stalled: None }
    }

    /// Notes what came of a write: some of it, or the beginning of a wait, or its end.
    fn written(&mut self, written: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let now = Instant::now();
        let until = *self.until.get_or_insert(now + ANSWER_TIME_MAX);
        let wait = || Box::pin(tokio::time::sleep_until(until.min(now + STALL_MAX)));
        if self.stalled.get_or_insert_with(wait).as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        tracing::info!("a client does not take its answer and loses its connection");
        let _ = self.stream.set_zero_linger();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.written(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.written(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Asked for when all that was given has been written.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.until = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
