//! The server's own refusals, before any layer: the HTTP library answers a head that it cannot read by itself, with a
//! status and no body, and gives a head that does not come up without a word. Both become the envelope on their way out.

use super::context::TraceId;
use super::envelope::envelope;
use super::problem::Problem;
use http::StatusCode;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection whose bare refusals are rewritten.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    /// What is written instead of the library's own answer, as far as it is not written.
    instead: Option<Vec<u8>>,
    /// Whether something of a request has come that nothing was answered to.
    owes: bool,
}

impl Wire {
    pub(super) const fn new(stream: TcpStream) -> Self {
        Self { stream, instead: None, owes: false }
    }
}

impl Drop for Wire {
    /// The library closes a connection when the head of a request takes too long. The client gets a response, if it still
    /// listens and the response can be sent at once.
    fn drop(&mut self) {
        if self.owes {
            let _ = self.stream.try_write(&answer(StatusCode::REQUEST_TIMEOUT));
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

/// The whole answer instead of the library's.
fn answer(status: StatusCode) -> Vec<u8> {
    let problem = Problem::of_status(status);
    let body = serde_json::to_vec(&envelope(&problem, &TraceId::of(None))).unwrap_or_default();
    let status = problem.status.code();
    let mut answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    answer
}

impl Wire {
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

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        // Who ends before its request does waits for no answer.
        self.owes = buf.filled().len() > before;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_instead(cx))?;
        self.owes = false;
        match refused(buf) {
            None => Pin::new(&mut self.stream).poll_write(cx, buf),
            Some(status) => {
                tracing::info!(status = status.as_u16(), "a request whose head cannot be read");
                self.instead = Some(answer(status));
                Poll::Ready(Ok(buf.len()))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
