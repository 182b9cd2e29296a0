//! What the HTTP library does not do for a connection.
//!
//! * It answers a head that it cannot read by itself, with a status and no body, and closes one that does not come up without
//!   a word. Both become the envelope on their way out.
//! * It counts the time of the next head while the last answer is still being written. Here a head has its time when the
//!   client has the answer before it.
//! * It closes a connection whose client still sends what nobody wants. The system then resets it, and the client may never
//!   see the answer. Here what comes is read and thrown away for a while: see [`Linger`].

use super::context::TraceId;
use super::envelope::envelope;
use super::exchange::Exchange;
use super::linger::Linger;
use super::problem::Problem;
use http::StatusCode;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// How long the head of a request may take, and how long a connection may be idle before it.
pub(super) const HEAD_TIME_MAX: Duration = Duration::from_secs(10);

/// A connection.
#[derive(Debug)]
pub(super) struct Wire<S: AsyncRead + AsyncWrite + Unpin> {
    stream: S,
    exchange: Arc<Exchange>,
    /// What is written instead of the library's own answer, as far as it is not written.
    instead: Option<Vec<u8>>,
    /// Whether something of a request has come that nothing was answered to.
    owes: bool,
    /// Whether the system has not taken all of an answer.
    is_writing: bool,
    /// Whether the library has refused a head, of which there may be more.
    has_refused: bool,
    /// Ends the wait for a head.
    head: Option<Pin<Box<Sleep>>>,
    linger: Option<Linger>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S, exchange: Arc<Exchange>) -> Self {
        Self {
            stream,
            exchange,
            instead: None,
            owes: false,
            is_writing: false,
            has_refused: false,
            head: None,
            linger: None,
        }
    }

    /// Whether the next head has taken too long. The task that asks is woken when it has.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        if self.exchange.is_busy() || self.is_writing {
            self.head = None;
            return false;
        }
        let wait = || Box::pin(tokio::time::sleep(HEAD_TIME_MAX));
        self.head.get_or_insert_with(wait).as_mut().poll(cx).is_ready()
    }

    /// Writes what is left of the answer instead.
    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(left) = &mut self.instead {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, left))?;
            left.drain(..count.min(left.len()));
            if left.is_empty() {
                self.instead = None;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Drop for Wire<S> {
    /// A connection is closed when the head of a request takes too long. The client gets a response, if it still listens and
    /// the response can be sent at once.
    fn drop(&mut self) {
        if self.owes {
            let cx = &mut Context::from_waker(Waker::noop());
            let answer = answer(StatusCode::REQUEST_TIMEOUT, "the head of a request did not arrive in time");
            let _ = Pin::new(&mut self.stream).poll_write(cx, &answer);
            let _ = Pin::new(&mut self.stream).poll_flush(cx);
        }
    }
}

/// The status of an answer that the library has made by itself: an error without a body, which no answer of ours is.
fn refused(bytes: &[u8]) -> Option<StatusCode> {
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.")?.get(2..5)?;
    let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
    let is_bare = lines.any(|line| line.eq_ignore_ascii_case("content-length: 0"));
    (is_bare && (status.is_client_error() || status.is_server_error())).then_some(status)
}

/// The whole answer to a request whose head is of no use, and why. It is in the log, too.
fn answer(status: StatusCode, why: &'static str) -> Vec<u8> {
    let problem = Problem::of_status(status);
    let trace = TraceId::of(None);
    let envelope = envelope(&problem, &trace);
    let details = envelope.error.structured();
    let error_ref = details.and_then(|details| details.error_ref.as_deref()).unwrap_or_default();
    let status = problem.status.code();
    tracing::info!(error_ref, trace_id = trace.as_str(), status = status.as_u16(), "{why}");
    let body = serde_json::to_vec(&envelope).unwrap_or_default();
    let mut answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    answer
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        if Pin::new(&mut self.stream).poll_read(cx, buf)?.is_pending() {
            if self.is_late(cx) {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            return Poll::Pending;
        }
        // Who ends before its request does waits for no answer.
        self.owes = buf.filled().len() > before;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.is_writing = true;
        ready!(self.poll_instead(cx))?;
        self.owes = false;
        // An answer without a body comes in one piece.
        if let [head] = bufs
            && let Some(status) = refused(head)
        {
            self.instead = Some(answer(status, "the head of a request cannot be read"));
            self.has_refused = true;
            return Poll::Ready(Ok(head.len()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    /// So that the library does not copy the body of an answer: its memory is counted until it is written.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(cx))?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.is_writing = false;
        // The library may not read before more comes: the wait for that begins here.
        self.is_late(cx);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_instead(cx))?;
        if let Some(linger) = &mut this.linger {
            return linger.poll(&mut this.stream, cx).map(Ok);
        }
        ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        if !this.exchange.is_unread() && !this.has_refused {
            return Poll::Ready(Ok(()));
        }
        this.linger.insert(Linger::new()).poll(&mut this.stream, cx).map(Ok)
    }
}
