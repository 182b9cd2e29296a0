//! What a server says, and how it ends.

use super::frame;
use crate::peer::REQUEST_BYTES_MAX;
use crate::protocol::http::script::Acts;
use bytes::Bytes;
use quinn::{Connection, RecvStream, SendStream, VarInt};

/// What a server does on the stream of a request once it has read it.
pub(crate) type Script = Acts<Ending>;

/// What is HTTP/3's own in a script.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    /// What the control stream begins with; it stays open.
    control: Bytes,
    /// How much of the request is read, and when.
    reading: Reading,
    /// Whether the other side has everything that was written before the end comes.
    flushed: bool,
    how: End,
}

/// How much of a request a server reads, and when.
#[derive(Debug, Clone, Copy)]
enum Reading {
    /// All of it, before anything is said.
    First,
    /// All of it, after everything is said and before the end.
    Last,
    /// Nothing, without a word to the other side.
    Nothing,
    /// Nothing, and it says so: STOP_SENDING with this code.
    Stop(u32),
}

#[derive(Debug, Clone, Copy)]
enum End {
    /// Ends the stream in order.
    Finish,
    /// Resets the stream with this code.
    Reset(u32),
    /// Closes the connection with this code.
    Close(u32),
    /// Ends the stream in order, and once the other side has it all closes the connection with this code.
    FinishAndClose(u32),
    /// Says nothing more, until the other side gives up.
    Hang,
}

impl Script {
    /// Says nothing, and ends the stream in order.
    pub(crate) fn new() -> Self {
        let control = frame::control(&frame::settings()).into();
        Self::ending(Ending { control, reading: Reading::First, flushed: false, how: End::Finish })
    }

    /// Begins the control stream with these frames instead.
    #[must_use]
    pub(crate) fn greeting(mut self, frames: &[u8]) -> Self {
        self.end.control = frame::control(frames).into();
        self
    }

    /// Reads the request only after it has answered.
    #[must_use]
    pub(crate) const fn reading_last(mut self) -> Self {
        self.end.reading = Reading::Last;
        self
    }

    /// Answers without reading the request.
    #[must_use]
    pub(crate) const fn unread(mut self) -> Self {
        self.end.reading = Reading::Nothing;
        self
    }

    /// Answers without reading the request, and stops it with this code.
    #[must_use]
    pub(crate) const fn stopping(mut self, code: u32) -> Self {
        self.end.reading = Reading::Stop(code);
        self
    }

    /// Ends only when the other side has all of it.
    #[must_use]
    pub(crate) const fn flush(mut self) -> Self {
        self.end.flushed = true;
        self
    }

    /// Ends with RESET_STREAM.
    #[must_use]
    pub(crate) const fn reset(self, code: u32) -> Self {
        self.how(End::Reset(code))
    }

    /// Ends with CONNECTION_CLOSE.
    #[must_use]
    pub(crate) const fn close(self, code: u32) -> Self {
        self.how(End::Close(code))
    }

    /// Ends in order, and then with CONNECTION_CLOSE.
    #[must_use]
    pub(crate) const fn finish_and_close(self, code: u32) -> Self {
        self.how(End::FinishAndClose(code))
    }

    /// Never ends.
    #[must_use]
    pub(crate) const fn hang(self) -> Self {
        self.how(End::Hang)
    }

    const fn how(mut self, how: End) -> Self {
        self.end.how = how;
        self
    }

    /// What the control stream begins with.
    pub(super) fn control(&self) -> &[u8] {
        &self.end.control
    }

    /// Plays it on the stream of a request.
    pub(super) async fn play(
        self,
        connection: &Connection,
        (mut stream, mut request): (SendStream, RecvStream),
    ) -> Option<()> {
        match self.end.reading {
            Reading::First => drop(request.read_to_end(REQUEST_BYTES_MAX).await.ok()?),
            Reading::Last | Reading::Nothing => {}
            Reading::Stop(code) => request.stop(VarInt::from_u32(code)).ok()?,
        }
        let Ending { reading, flushed, how, .. } = self.perform(&mut stream).await?;
        if matches!(reading, Reading::Last) {
            request.read_to_end(REQUEST_BYTES_MAX).await.ok()?;
        }
        if flushed {
            flush(connection).await?;
        }
        match how {
            End::Finish => stream.finish().ok()?,
            End::Reset(code) => stream.reset(VarInt::from_u32(code)).ok()?,
            End::Close(code) => connection.close(VarInt::from_u32(code), b"the lab says so"),
            End::FinishAndClose(code) => {
                stream.finish().ok()?;
                let _ = stream.stopped().await;
                connection.close(VarInt::from_u32(code), b"");
            }
            End::Hang => {}
        }
        // A stream that is dropped is reset.
        connection.closed().await;
        Some(())
    }
}

/// Waits until the other side has everything: packets arrive in order on loopback, and this one, on a stream of a type
/// that nobody knows, is the last.
async fn flush(connection: &Connection) -> Option<()> {
    let mut stream = connection.open_uni().await.ok()?;
    stream.write_all(&frame::varint(frame::kind::UNKNOWN)).await.ok()?;
    stream.finish().ok()?;
    stream.stopped().await.ok()?;
    Some(())
}
