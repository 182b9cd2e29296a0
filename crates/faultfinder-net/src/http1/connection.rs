//! One exchange after the other on a connection.

use super::body::{Body, Piece};
use super::error::{Error, TooLarge};
use super::head::Head;
use super::limits::{INTERIM_MAX, Limits};
use super::lines::{Block, First};
use super::notes::Notes;
use super::request::Outgoing;
use crate::Arrivals;
use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::FutureExt as _;
use http::HeaderMap;
use http::header::CONNECTION;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::Instant;

/// How much is read in one call, in bytes.
const READ_BYTES: usize = 16 << 10;

/// A connection that speaks HTTP/1.1.
///
/// The peer's data is read while the request is still being sent: a response that arrives early, before a request or in
/// the middle of a large one, counts as the response, whatever happens to the rest of the request.
#[derive(Debug)]
pub struct Connection<S> {
    stream: S,
    limits: Limits,
    /// Bytes that were read and not processed yet.
    buffer: BytesMut,
    /// How many bytes of the response were processed.
    used: u64,
    /// The part of the request that was not sent yet.
    outgoing: [Bytes; 2],
    /// Why sending has failed.
    write_error: Option<io::Error>,
    body: Body,
    trailers: HeaderMap,
    /// Whether the response says that the connection will be closed.
    is_last: bool,
    notes: Notes,
    /// When what is read arrives, if the stream says so.
    arrivals: Option<Arc<Arrivals>>,
}

/// An event before the final response.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: the events before a final response")]
pub enum Progress<'a> {
    /// The last byte of the request was written at this moment.
    Sent(Instant),
    /// An interim response arrived.
    Interim(&'a Head),
    /// Bytes arrived that do not complete a head.
    Read(&'a Notes),
}

impl<S> Connection<S> {
    /// Speaks HTTP/1.1 over a stream.
    pub fn new(stream: S, limits: Limits) -> Self {
        Self {
            stream,
            limits,
            buffer: BytesMut::new(),
            used: 0,
            outgoing: [Bytes::new(), Bytes::new()],
            write_error: None,
            body: Body::Done,
            trailers: HeaderMap::new(),
            is_last: false,
            notes: Notes::default(),
            arrivals: None,
        }
    }

    /// The same; what is read arrives when these say so.
    #[must_use]
    pub fn arriving(mut self, arrivals: &Arc<Arrivals>) -> Self {
        self.arrivals = Some(Arc::clone(arrivals));
        self
    }

    /// When what was read last arrived.
    fn arrived(&self) -> Instant {
        self.arrivals.as_ref().and_then(|arrivals| arrivals.last()).unwrap_or_else(Instant::now)
    }

    /// The data that was transferred since the latest request began.
    pub const fn notes(&self) -> &Notes {
        &self.notes
    }

    /// How many bytes of the body are left, if known.
    pub const fn body_left(&self) -> Option<u64> {
        self.body.left()
    }

    /// Whether the body ends when the connection closes.
    pub const fn is_delimited_by_close(&self) -> bool {
        matches!(self.body, Body::Close)
    }

    /// The trailer section of a response that was read to its end.
    pub fn take_trailers(&mut self) -> HeaderMap {
        std::mem::take(&mut self.trailers)
    }

    /// Whether another request can be sent: everything was sent and read, and the response did not say that it is the
    /// last one (RFC 9112 section 9.3).
    pub const fn is_reusable(&self) -> bool {
        matches!(self.body, Body::Done) && self.notes.is_sent && !self.is_last
    }

    /// The stream, and the bytes that were read after the latest head.
    pub fn into_parts(self) -> (S, BytesMut) {
        (self.stream, self.buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Sends a request, and reads until the head of its final response has arrived.
    ///
    /// # Errors
    ///
    /// When the response violates the grammar or a limit, or the stream ends before the head does.
    ///
    /// # Cancel safety
    ///
    /// If dropped in the middle, the connection cannot be used again.
    pub async fn ask(
        &mut self,
        request: Outgoing,
        mut progress: impl FnMut(Progress<'_>),
    ) -> Result<Head, Error> {
        self.begin(&request);
        if !self.buffer.is_empty() {
            progress(Progress::Read(&self.notes));
        }
        for _ in 0..=INTERIM_MAX {
            let mut block = Block::new(First::Status, self.limits, self.used);
            let before = self.used;
            let head = loop {
                if let Some(head) = block.read(&mut self.buffer)? {
                    break head;
                }
                if !self.more(&mut progress).await? {
                    return Err(self.cut_off());
                }
                progress(Progress::Read(&self.notes));
            };
            self.used += head.len() as u64;
            let head = Head::parse(&head, before)?;
            if head.is_interim() {
                progress(Progress::Interim(&head));
                continue;
            }
            self.body = Body::of(&head, request.is_head);
            self.is_last = is_last(&head) || self.is_delimited_by_close();
            return Ok(head);
        }
        Err(TooLarge::Interim(INTERIM_MAX).into())
    }

    /// The next bytes of the body; nothing at its end.
    ///
    /// # Errors
    ///
    /// When its framing violates the grammar, or the stream ends before the body does.
    pub async fn data(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let came = self.buffer.len();
            let piece = self.body.read(&mut self.buffer, self.used, self.limits);
            self.used += (came - self.buffer.len()) as u64;
            match piece? {
                Piece::Data(data) => return Ok(Some(data)),
                Piece::End(trailers) => {
                    self.trailers = trailers;
                    return Ok(None);
                }
                Piece::More => {}
            }
            if !self.more(&mut |_| {}).await? {
                if !self.is_delimited_by_close() {
                    return Err(self.cut_off());
                }
                self.body = Body::Done;
                return Ok(None);
            }
        }
    }

    /// Ends a TLS session as far as that is possible without waiting. Over TCP, dropping the stream does that.
    pub fn close(mut self) {
        let _ = self.stream.shutdown().now_or_never();
    }

    fn begin(&mut self, request: &Outgoing) {
        self.outgoing = [request.head.clone(), request.body.clone()];
        self.write_error = None;
        self.notes = Notes::default();
        self.used = 0;
        if !self.buffer.is_empty() {
            // The bytes arrived before any request was sent.
            let at = self.arrived();
            self.notes.read(&self.buffer, at);
        }
    }

    /// Sends as much as possible until data arrives; returns whether it did, rather than an orderly end of the stream.
    async fn more(&mut self, progress: &mut impl FnMut(Progress<'_>)) -> Result<bool, Error> {
        let came = self.buffer.len();
        let read = poll_fn(|cx| {
            if !self.notes.is_sent && self.write_error.is_none() {
                self.poll_send(cx);
                if self.notes.is_sent
                    && let Some(at) = self.notes.last_write
                {
                    progress(Progress::Sent(at));
                }
            }
            self.buffer.reserve(READ_BYTES);
            pin!(self.stream.read_buf(&mut self.buffer)).poll(cx)
        });
        let count = match read.await {
            Ok(count) => count,
            // A TLS session makes an error of an end without close_notify. The write has seen how it really ended.
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(Error::Ended(self.write_error.take().unwrap_or(end)));
            }
            Err(error) => return Err(Error::Ended(error)),
        };
        let at = self.arrived();
        self.notes.read(self.buffer.get(came..).unwrap_or_default(), at);
        Ok(count > 0)
    }

    /// The stream ended in an orderly way before the response did. A write error describes the failure better.
    fn cut_off(&mut self) -> Error {
        let error = self.write_error.take();
        Error::Ended(error.unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
    }

    /// Sends as much as possible without waiting.
    fn poll_send(&mut self, cx: &mut Context<'_>) {
        match self.poll_write_all(cx) {
            Poll::Pending => {}
            Poll::Ready(Ok(())) => self.notes.is_sent = true,
            // The peer may have responded before it closed the connection: that response is still to be read.
            Poll::Ready(Err(error)) => self.write_error = Some(error),
        }
    }

    fn poll_write_all(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let [head, body] = &mut self.outgoing;
            if head.is_empty() && body.is_empty() {
                break;
            }
            let slices = [io::IoSlice::new(head), io::IoSlice::new(body)];
            let first = usize::from(head.is_empty());
            let slices = slices.get(first..).unwrap_or_default();
            // Right before the bytes leave: the answer may come before the call returns.
            let now = Instant::now();
            let written = std::task::ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, slices))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let of_head = written.min(head.len());
            head.advance(of_head);
            body.advance((written - of_head).min(body.len()));
            self.notes.wrote(now);
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }
}

/// Whether a response says that no other request can follow (RFC 9112 section 9.3).
fn is_last(head: &Head) -> bool {
    let closes = head.headers.get_all(CONNECTION).iter().any(|value| {
        let tokens = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        tokens.split(',').any(|token| token.trim() == "close")
    });
    closes || head.version == http::Version::HTTP_10
}
