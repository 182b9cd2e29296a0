//! One exchange after the other over a connection.

use super::body::{Body, Piece};
use super::error::{Error, TooLarge};
use super::head::Head;
use super::limits::{INTERIM_MAX, Limits};
use super::lines::{Block, First};
use super::notes::Notes;
use super::request::Outgoing;
use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::FutureExt as _;
use http::HeaderMap;
use http::header::CONNECTION;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::Instant;

/// How much is read at once, in bytes.
const READ_BYTES: usize = 16 << 10;

/// A connection that speaks HTTP/1.1.
///
/// What the peer says is read while the request is still being sent: an answer that comes early, before a request or in
/// the middle of a large one, is an answer, whatever becomes of the rest of the request.
#[derive(Debug)]
pub struct Connection<S> {
    stream: S,
    limits: Limits,
    /// What was read and not used yet.
    buffer: BytesMut,
    /// How many bytes of the answer were used.
    used: u64,
    /// What is left to be sent.
    outgoing: [Bytes; 2],
    /// Why no more can be sent.
    write_error: Option<io::Error>,
    body: Body,
    trailers: HeaderMap,
    /// Whether the answer says that the connection is not kept.
    is_last: bool,
    notes: Notes,
}

/// What happens before the final answer.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: what comes before a final answer")]
pub enum Progress<'a> {
    /// The last byte of the request was written at this moment.
    Sent(Instant),
    /// An interim answer came.
    Interim(&'a Head),
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
        }
    }

    /// What went over it since the latest request began.
    pub const fn notes(&self) -> &Notes {
        &self.notes
    }

    /// How many bytes of the body are left, where that is known.
    pub const fn body_left(&self) -> Option<u64> {
        self.body.left()
    }

    /// Whether the body ends with the connection.
    pub const fn is_delimited_by_close(&self) -> bool {
        matches!(self.body, Body::Close)
    }

    /// The trailer section of an answer that was read to its end.
    pub fn take_trailers(&mut self) -> HeaderMap {
        std::mem::take(&mut self.trailers)
    }

    /// Whether another request can be sent: all was sent and read, and the answer did not say that it is the last one (RFC
    /// 9112 section 9.3).
    pub const fn is_reusable(&self) -> bool {
        matches!(self.body, Body::Done) && self.notes.is_sent && !self.is_last
    }

    /// The stream, and what was read from it behind the latest head.
    pub fn into_parts(self) -> (S, BytesMut) {
        (self.stream, self.buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Sends a request, and reads until the head of its final answer has come.
    ///
    /// # Errors
    ///
    /// When the answer breaks the grammar or a limit, or the stream ends before its head does.
    ///
    /// # Cancel safety
    ///
    /// Dropped in the middle, the connection can be used for nothing else.
    pub async fn ask(
        &mut self,
        request: Outgoing,
        mut progress: impl FnMut(Progress<'_>),
    ) -> Result<Head, Error> {
        self.begin(&request);
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
    /// When its framing breaks the grammar, or the stream ends before it does.
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

    /// Says the end of a TLS session as far as that can be done at once. Over TCP dropping the stream says it.
    pub fn close(mut self) {
        let _ = self.stream.shutdown().now_or_never();
    }

    fn begin(&mut self, request: &Outgoing) {
        self.outgoing = [request.head.clone(), request.body.clone()];
        self.write_error = None;
        self.notes = Notes::default();
        self.used = 0;
        if !self.buffer.is_empty() {
            // It came before anything was asked.
            self.notes.read(&self.buffer);
        }
    }

    /// Sends what can be sent, until more has come; whether it has, and the stream did not end in order.
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
        let count = read.await.map_err(Error::Ended)?;
        self.notes.read(self.buffer.get(came..).unwrap_or_default());
        Ok(count > 0)
    }

    /// The stream ended in order, before the answer did. What writing failed with says more than that.
    fn cut_off(&mut self) -> Error {
        let error = self.write_error.take();
        Error::Ended(error.unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
    }

    /// Sends what can be sent now.
    fn poll_send(&mut self, cx: &mut Context<'_>) {
        match self.poll_write_all(cx) {
            Poll::Pending => {}
            Poll::Ready(Ok(())) => self.notes.is_sent = true,
            // The peer may have answered before it broke off: that is still to be read.
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
            let written = std::task::ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, slices))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let of_head = written.min(head.len());
            head.advance(of_head);
            body.advance((written - of_head).min(body.len()));
            self.notes.wrote(Instant::now());
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }
}

/// Whether an answer says that no other request can follow (RFC 9112 section 9.3).
fn is_last(head: &Head) -> bool {
    let closes = head.headers.get_all(CONNECTION).iter().any(|value| {
        let tokens = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        tokens.split(',').any(|token| token.trim() == "close")
    });
    closes || head.version == http::Version::HTTP_10
}
