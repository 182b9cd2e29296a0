//! What a server says, and how it ends.

use super::frame;
use bytes::Bytes;
use quinn::{Connection, SendStream, VarInt};
use std::time::Duration;

/// What a server does once it has read a request.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// What the control stream begins with; it stays open.
    pub(super) control: Bytes,
    acts: Vec<Act>,
    end: End,
}

#[derive(Debug, Clone)]
enum Act {
    /// Write these bytes on the stream of the request.
    Send(Bytes),
    /// Write nothing for a while. A part of what is shown, never a way to put events in order.
    Pause(Duration),
    /// Wait until the other side has everything that was written.
    Flush,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum End {
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
        Self { control: frame::control(&frame::settings()).into(), acts: Vec::new(), end: End::Finish }
    }

    /// Begins the control stream with these frames instead.
    #[must_use]
    pub(crate) fn greeting(self, frames: &[u8]) -> Self {
        Self { control: frame::control(frames).into(), ..self }
    }

    /// Then these bytes.
    #[must_use]
    pub(crate) fn then(mut self, bytes: impl Into<Bytes>) -> Self {
        self.acts.push(Act::Send(bytes.into()));
        self
    }

    /// Then everything that another script says, and its end.
    #[must_use]
    pub(crate) fn then_all(mut self, script: Self) -> Self {
        self.acts.extend(script.acts);
        self.end = script.end;
        self
    }

    /// Then nothing for a while.
    #[must_use]
    pub(crate) fn pause(mut self, ms: u64) -> Self {
        self.acts.push(Act::Pause(Duration::from_millis(ms)));
        self
    }

    /// Then nothing before the other side has all of it.
    #[must_use]
    pub(crate) fn flush(mut self) -> Self {
        self.acts.push(Act::Flush);
        self
    }

    /// Ends with RESET_STREAM.
    #[must_use]
    pub(crate) const fn reset(mut self, code: u32) -> Self {
        self.end = End::Reset(code);
        self
    }

    /// Ends with CONNECTION_CLOSE.
    #[must_use]
    pub(crate) const fn close(mut self, code: u32) -> Self {
        self.end = End::Close(code);
        self
    }

    /// Ends in order, and then with CONNECTION_CLOSE.
    #[must_use]
    pub(crate) const fn finish_and_close(mut self, code: u32) -> Self {
        self.end = End::FinishAndClose(code);
        self
    }

    /// Never ends.
    #[must_use]
    pub(crate) const fn hang(mut self) -> Self {
        self.end = End::Hang;
        self
    }

    /// Plays it on the stream of a request; whoever stops listening has heard enough.
    pub(super) async fn play(self, connection: &Connection, mut stream: SendStream) -> Option<()> {
        for act in self.acts {
            match act {
                Act::Send(bytes) => stream.write_all(&bytes).await.ok()?,
                Act::Pause(time) => tokio::time::sleep(time).await,
                Act::Flush => flush(connection).await?,
            }
        }
        match self.end {
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
