//! What a peer says, byte by byte: a list of acts and an end.

use crate::peer::{self, Wire};
use bytes::Bytes;
use std::net::Shutdown;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt};

/// What a peer does once it has read a request: acts, and an end as its protocol has it.
#[derive(Debug, Clone)]
pub(crate) struct Acts<E> {
    acts: Vec<Act>,
    pub(super) end: E,
}

/// What a peer on a TCP connection does.
pub(crate) type Script = Acts<End>;

#[derive(Debug, Clone)]
enum Act {
    /// Write these bytes, so many times.
    Send(Bytes, usize),
    /// Write these bytes again and again, one interval apart, until the other side goes away.
    Forever(Bytes, Duration),
    /// Write nothing for a while. A part of what is shown, never a way to put events in order.
    Pause(Duration),
}

/// How a TCP connection ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// Wait for the next request on this connection.
    Keep,
    /// Close our half (over TLS: after a close_notify), then wait for the other side to close its own.
    Fin,
    /// Close our half without TLS's close_notify, then wait for the other side to close its own.
    Cut,
    /// Reset the connection.
    Reset,
    /// Say nothing more, and keep the connection until the other side gives up.
    Hang,
}

impl<E> Acts<E> {
    /// Says nothing, and ends like this.
    pub(super) const fn ending(end: E) -> Self {
        Self { acts: Vec::new(), end }
    }

    /// Then these bytes.
    #[must_use]
    pub(crate) fn then(self, bytes: impl Into<Bytes>) -> Self {
        self.times(1, bytes)
    }

    /// Then these bytes, of a byte string.
    #[must_use]
    pub(crate) fn raw(self, bytes: &'static [u8]) -> Self {
        self.then(bytes)
    }

    /// Then the same bytes so many times.
    #[must_use]
    pub(crate) fn times(mut self, count: usize, bytes: impl Into<Bytes>) -> Self {
        self.acts.push(Act::Send(bytes.into(), count));
        self
    }

    /// Then everything that another script says, and its end.
    #[must_use]
    pub(crate) fn then_all(mut self, script: Self) -> Self {
        self.acts.extend(script.acts);
        Self { end: script.end, ..self }
    }

    /// Then these bytes for ever, with a pause after each time.
    #[must_use]
    pub(crate) fn forever(mut self, bytes: impl Into<Bytes>, interval_ms: u64) -> Self {
        self.acts.push(Act::Forever(bytes.into(), Duration::from_millis(interval_ms)));
        self
    }

    /// Then nothing for a while.
    #[must_use]
    pub(crate) fn pause(mut self, ms: u64) -> Self {
        self.acts.push(Act::Pause(Duration::from_millis(ms)));
        self
    }

    /// Performs the acts, and yields the end; nothing when the other side stops listening: it has heard enough.
    pub(super) async fn perform<S: AsyncWrite + Unpin>(self, stream: &mut S) -> Option<E> {
        for act in self.acts {
            act.perform(stream).await.ok()?;
        }
        Some(self.end)
    }
}

impl Script {
    /// Says nothing, and waits for the next request.
    pub(crate) const fn new() -> Self {
        Self::ending(End::Keep)
    }

    /// Ends with a FIN.
    #[must_use]
    pub(crate) const fn fin(mut self) -> Self {
        self.end = End::Fin;
        self
    }

    /// Ends with a FIN, and over TLS without a close_notify before it.
    #[must_use]
    pub(crate) const fn cut(mut self) -> Self {
        self.end = End::Cut;
        self
    }

    /// Ends with a RST.
    #[must_use]
    pub(crate) const fn reset(mut self) -> Self {
        self.end = End::Reset;
        self
    }

    /// Never ends.
    #[must_use]
    pub(crate) const fn hang(mut self) -> Self {
        self.end = End::Hang;
        self
    }

    /// Plays it. The connection comes back if another request may follow on it.
    pub(crate) async fn play<S: Wire>(self, mut stream: S) -> Option<S> {
        match self.perform(&mut stream).await? {
            End::Keep => Some(stream),
            End::Fin => {
                stream.shutdown().await.ok()?;
                peer::drain(&mut stream).await;
                None
            }
            End::Cut => {
                socket2::SockRef::from(stream.socket()).shutdown(Shutdown::Write).ok()?;
                peer::drain(&mut stream).await;
                None
            }
            End::Reset => {
                peer::reset(stream);
                None
            }
            End::Hang => {
                peer::drain(&mut stream).await;
                None
            }
        }
    }
}

impl Act {
    async fn perform<S: AsyncWrite + Unpin>(self, stream: &mut S) -> std::io::Result<()> {
        match self {
            Self::Send(bytes, count) => {
                for _ in 0..count {
                    stream.write_all(&bytes).await?;
                }
                stream.flush().await
            }
            Self::Forever(bytes, interval) => loop {
                stream.write_all(&bytes).await?;
                stream.flush().await?;
                tokio::time::sleep(interval).await;
            },
            Self::Pause(time) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
        }
    }
}
