//! Frames to and from a peer, behind the opening handshake.

use crate::reader::{Item, Reader, Violation};
use bytes::{Buf as _, BytesMut};
use faultfinder_net::Stream;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncReadExt as _, AsyncWrite};
use tokio::time::Instant;
use tungstenite::Bytes;
use tungstenite::protocol::frame::Frame;

/// How much is read at once, in bytes; it is allocated once per connection.
const READ_BYTES: usize = 16 << 10;
/// How many bytes of answers to pings may wait to be sent; beyond that only the latest ping is answered (RFC 6455 section
/// 5.5.3).
const PONGS_BYTES_MAX: usize = 64 << 10;

/// How often is read from a peer that broke off while we were sending.
const LAST_READS_MAX: usize = 64;

/// A stream that carries frames.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: Stream,
    reader: Reader,
    incoming: BytesMut,
    /// Frames that are to be sent.
    outgoing: BytesMut,
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

/// Why nothing more can be read or sent.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The peer broke a rule.
    Rule(Violation),
    /// The stream ended: in order with `UnexpectedEof`, or with this error.
    Stream(io::Error),
}

impl Socket {
    /// Reads and writes frames; `early` is what came with the answer to the opening handshake.
    pub(crate) fn new(stream: Stream, early: &[u8], message_bytes_max: usize) -> Self {
        let mut reader = Reader::new(message_bytes_max);
        reader.take(early);
        Self {
            stream,
            reader,
            incoming: BytesMut::new(),
            outgoing: BytesMut::new(),
            awaited: 1,
            message_began: None,
            ended: None,
        }
    }

    pub(crate) const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// How the peer's stream ended.
    pub(crate) const fn ended(&self) -> Option<End> {
        self.ended
    }

    /// Awaits the message of this number. One that has begun to come before it is awaited begins now.
    pub(crate) fn await_message(&mut self, number: u64) {
        self.awaited = number;
        self.message_began = None;
        self.note_begin();
    }

    fn note_begin(&mut self) {
        if self.message_began.is_none() && self.reader.begun() >= self.awaited {
            self.message_began = Some(Instant::now());
        }
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: Frame) -> Result<(), io::Error> {
        self.queue(frame);
        self.flush().await
    }

    /// Sends what is queued.
    pub(crate) async fn flush(&mut self) -> Result<(), io::Error> {
        let sent = poll_fn(|cx| self.poll_send(cx)).await;
        sent.inspect_err(|error| self.note_end(End::of(error)))
    }

    /// Queues a frame, masked as all of a client's are (RFC 6455 section 5.3).
    fn queue(&mut self, mut frame: Frame) {
        frame.header_mut().mask = Some(rand::random());
        let mut bytes = Vec::with_capacity(frame.len());
        // Writing to memory does not fail.
        if frame.format(&mut bytes).is_ok() {
            self.outgoing.extend_from_slice(&bytes);
        }
    }

    /// What the peer sent next; `began` is called when the message that is awaited begins to come. Pings are answered on
    /// the way.
    pub(crate) async fn next(&mut self, mut began: impl FnMut(Instant)) -> Result<Item, Broken> {
        loop {
            if let Some(at) = self.message_began {
                began(at);
            }
            match self.reader.next() {
                Some(Item::Ping(payload)) => self.answer(payload),
                Some(item) => return Ok(item),
                None => {
                    if let Some(violation) = self.reader.violation() {
                        return Err(Broken::Rule(violation.clone()));
                    }
                    self.more().await.map_err(Broken::Stream)?;
                }
            }
        }
    }

    fn answer(&mut self, ping: Vec<u8>) {
        if self.outgoing.len() > PONGS_BYTES_MAX {
            // The first of them may have been sent in part.
            return;
        }
        self.queue(Frame::pong(Bytes::from(ping)));
    }

    /// Sends what can be sent, until more has come.
    async fn more(&mut self) -> Result<(), io::Error> {
        let read = poll_fn(|cx| {
            // What writing fails with shows at reading, too.
            let _ = self.poll_send(cx);
            self.incoming.reserve(READ_BYTES);
            pin!(self.stream.read_buf(&mut self.incoming)).poll(cx)
        });
        match read.await {
            Ok(0) => {
                self.note_end(End::Fin);
                Err(io::ErrorKind::UnexpectedEof.into())
            }
            Ok(_) => {
                self.reader.take(&self.incoming);
                self.incoming.clear();
                self.note_begin();
                Ok(())
            }
            Err(error) => {
                self.note_end(End::of(&error));
                Err(error)
            }
        }
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.outgoing))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.outgoing.advance(written);
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Reads what comes until this moment, whatever it is, as far as [`LAST_READS_MAX`] go.
    pub(crate) async fn drain(&mut self, until: Instant) {
        for _ in 0..LAST_READS_MAX {
            if !matches!(tokio::time::timeout_at(until, self.more()).await, Ok(Ok(()))) {
                break;
            }
        }
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
