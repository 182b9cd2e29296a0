//! A stream that lets no broken frame through.

use crate::frames::{Inspector, Violation};
use faultfinder_net::Stream;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// A stream whose frames are looked at as they come. At the first one that breaks a rule it ends with that violation as
/// its error; after a close frame it yields nothing more.
#[derive(Debug)]
pub(crate) struct Guard {
    stream: Stream,
    /// What had come behind the answer to the opening handshake.
    early: Vec<u8>,
    inspector: Inspector,
    /// Which message is awaited: the first is 1, and a close frame counts as one.
    awaited: u64,
    /// When it began to come.
    message_began: Option<Instant>,
    ended: Option<End>,
}

/// How a peer's stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// In order.
    Fin,
    /// With a system error of this number.
    System(i32),
    /// With another error of this kind.
    Other(io::ErrorKind),
}

impl Guard {
    /// Guards a stream behind the opening handshake; `early` is what came of it with the answer.
    pub(crate) fn new(stream: Stream, early: Vec<u8>, message_bytes_max: usize) -> Self {
        let inspector = Inspector::new(message_bytes_max);
        Self { stream, early, inspector, awaited: 1, message_began: None, ended: None }
    }

    pub(crate) const fn inspector(&self) -> &Inspector {
        &self.inspector
    }

    /// How the peer's stream ended.
    pub(crate) const fn ended(&self) -> Option<End> {
        self.ended
    }

    /// When the message that is awaited began to come.
    pub(crate) const fn message_began(&self) -> Option<Instant> {
        self.message_began
    }

    /// Awaits the message of this number. One that has begun to come before it is awaited begins now.
    pub(crate) fn await_message(&mut self, number: u64) {
        self.awaited = number;
        self.message_began = None;
        self.note_begin();
    }

    fn note_begin(&mut self) {
        if self.message_began.is_none() && self.inspector.begun() >= self.awaited {
            self.message_began = Some(Instant::now());
        }
    }

    /// Fills the buffer with what came early, or from the stream.
    fn poll_more(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.early.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let count = self.early.len().min(buf.remaining());
        buf.put_slice(self.early.get(..count).unwrap_or_default());
        self.early.drain(..count);
        Poll::Ready(Ok(()))
    }

    /// Notes that writing failed, unless reading ended before.
    pub(crate) fn note_error(&mut self, error: &io::Error) {
        self.note_end(End::of(error));
    }

    fn note_end(&mut self, end: End) {
        self.ended.get_or_insert(end);
    }
}

impl End {
    /// By the error that a stream ended with.
    fn of(error: &io::Error) -> Self {
        error.raw_os_error().map_or_else(|| Self::Other(error.kind()), Self::System)
    }

    /// As an error.
    pub(crate) fn error(self) -> io::Error {
        match self {
            Self::Fin => io::ErrorKind::UnexpectedEof.into(),
            Self::System(number) => io::Error::from_raw_os_error(number),
            Self::Other(kind) => kind.into(),
        }
    }
}

/// The violation that a guarded stream ended with.
pub(crate) fn violation_of(error: &io::Error) -> Option<&Violation> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

impl AsyncRead for Guard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let guard = &mut *self;
        loop {
            if let Some(violation) = guard.inspector.violation() {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, violation.clone())));
            }
            let before = buf.filled().len();
            if let Err(error) = ready!(guard.poll_more(cx, buf)) {
                guard.note_end(End::of(&error));
                return Poll::Ready(Err(error));
            }
            let came = buf.filled().get(before..).unwrap_or_default();
            if came.is_empty() {
                if buf.remaining() > 0 {
                    guard.note_end(End::Fin);
                }
                return Poll::Ready(Ok(()));
            }
            let counted = guard.inspector.take(came);
            guard.note_begin();
            buf.set_filled(before + counted);
            if counted > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Guard {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
