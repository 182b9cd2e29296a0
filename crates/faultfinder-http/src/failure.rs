//! From a library's error to a fault.

use crate::exchange::{self, HEADER_BLOCK_BYTES_MAX, HEADER_LINE_BYTES_MAX, HEADER_LINES_MAX};
use crate::frames;
use faultfinder_net::grammar::{self, Violation};
use faultfinder_net::{Http2End, Taps, classify_io, excerpt, tls, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Fault, Http2ErrorCode, Phase};
use hyper::rt::{Read, ReadBufCursor, Write};
use std::error::Error as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The fault of an HTTP/1.1 exchange that ended with this error.
///
/// What the bytes say comes first: a head that breaks the grammar is malformed, whatever ended the connection after
/// it. Then what the TLS layer says, then the transport.
pub(crate) fn http1(error: &hyper::Error, taps: &Taps, phase: Phase) -> Fault {
    if error.is_parse() {
        return unparsable(error, taps, phase);
    }
    if let Some(cause) = io_cause(error) {
        if let Some(fault) = tls::session_fault(cause, phase) {
            return fault;
        }
        if matches!(cause.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
            && phase == Phase::Receive
        {
            return malformed_body(cause, taps);
        }
        if classify_io(cause).is_some() {
            return ended(cause, taps, phase);
        }
    }
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        let end = taps.ended().unwrap_or(io::ErrorKind::UnexpectedEof);
        return ended(&io::Error::from(end), taps, phase);
    }
    let message = format!("the exchange failed: {}", chain(error));
    Fault::new(Code::Unknown, phase, Detail::http("hyper_error", None), message).with("error", chain(error))
}

/// The head does not parse: too large, or against the grammar.
fn unparsable(error: &hyper::Error, taps: &Taps, phase: Phase) -> Fault {
    // The library has no other word for this one kind of parse error on the client's side.
    if error.to_string().contains("too large") {
        let what = format!("more than {HEADER_BLOCK_BYTES_MAX} bytes or {HEADER_LINES_MAX} lines");
        return exchange::header_too_large(&what);
    }
    if let Some(violation) = taps.with_head(grammar::check) {
        return self::violation(&violation, taps);
    }
    if phase == Phase::Receive {
        return malformed_body(&io::Error::new(io::ErrorKind::InvalidData, chain(error)), taps);
    }
    let violation =
        Violation { name: "HPE_INVALID_HEADER_TOKEN", what: "the head does not parse", offset: 0 };
    self::violation(&violation, taps)
}

/// The fault of a head that breaks the grammar.
pub(crate) fn violation(violation: &Violation, taps: &Taps) -> Fault {
    let message =
        format!("the answer is not valid HTTP/1.1 at byte {}: {}", violation.offset, violation.what);
    Fault::new(Code::MalformedResponse, Phase::Wait, Detail::http(violation.name, None), message)
        .with("offset", violation.offset)
        .with("first_bytes", taps.with_head(excerpt))
}

/// The fault of a line that is too long, if one is.
pub(crate) fn long_line(head: &[u8]) -> Option<Fault> {
    let mut at = 0;
    for line in head.split(|byte| *byte == b'\n') {
        if line.len() > HEADER_LINE_BYTES_MAX {
            return Some(exchange::header_too_large(&format!(
                "a line has more than {HEADER_LINE_BYTES_MAX} bytes"
            )));
        }
        at += line.len() + 1;
        if line == b"\r" && at > 2 {
            return None;
        }
    }
    None
}

/// Chunked framing that breaks the grammar (RFC 9112 section 7.1).
fn malformed_body(cause: &io::Error, taps: &Taps) -> Fault {
    let found = taps.with_head(grammar::check_chunks);
    let (name, what) = match &found {
        Some(violation) => (violation.name, violation.what.to_owned()),
        None => ("HPE_INVALID_CHUNK_SIZE", cause.to_string()),
    };
    let message = format!("the body's framing is not valid HTTP/1.1: {what}");
    let fault = Fault::new(Code::MalformedResponse, Phase::Receive, Detail::http(name, None), message);
    match found {
        Some(violation) => fault.with("offset", violation.offset),
        None => fault,
    }
}

/// The transport ended before the message was complete.
fn ended(error: &io::Error, taps: &Taps, phase: Phase) -> Fault {
    let what = match (phase, taps.read_bytes()) {
        (Phase::Receive, _) => "receive the whole answer",
        (_, 0) => "receive an answer",
        _ => "receive the answer's head",
    };
    let fault = transport_fault(error, phase, what).with("bytes_received", taps.read_bytes());
    if taps.read_bytes() == 0 { fault } else { fault.with("first_bytes", taps.with_head(excerpt)) }
}

/// Whether the error is an end of the stream.
pub(crate) fn is_eof(error: &hyper::Error) -> bool {
    io_cause(error).is_some_and(|cause| cause.kind() == io::ErrorKind::UnexpectedEof)
}

fn io_cause(error: &hyper::Error) -> Option<&io::Error> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            return Some(cause);
        }
        source = cause.source();
    }
    None
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Whether the whole connection is gone, not just the stream.
pub(crate) fn is_connection_wide(error: &h2::Error) -> bool {
    error.is_io() || error.is_go_away() || !error.is_reset()
}

/// The fault of an HTTP/2 exchange that ended with this error; `connection` is what the connection ended with.
pub(crate) fn http2(error: &h2::Error, connection: Option<&h2::Error>, taps: &Taps, phase: Phase) -> Fault {
    match Http2End::of(error, connection, taps, phase) {
        Http2End::Said(telling) => protocol_fault(telling, phase, taps),
        Http2End::Tls(fault) => fault,
        Http2End::Lost(end) => lost(&end, taps, phase),
        Http2End::Unknown => {
            let detail = Detail::h2(Http2ErrorCode::new(1), "local", None);
            Fault::new(Code::Http2, phase, detail, format!("error performing HTTP/2 request: {error}"))
        }
    }
}

/// The connection is gone: after GOAWAY by the protocol, otherwise like any other.
fn lost(error: &io::Error, taps: &Taps, phase: Phase) -> Fault {
    let mut fault = ended(error, taps, phase);
    if taps.with_head(frames::has_goaway) {
        fault.code = Code::Http2;
        fault.message =
            format!("error performing HTTP/2 request: the peer sent GOAWAY and closed: {}", fault.message);
    }
    fault
}

/// The protocol failed, by the peer's word or by our reading of its frames.
fn protocol_fault(error: &h2::Error, phase: Phase, taps: &Taps) -> Fault {
    let mut code = Http2ErrorCode::new(error.reason().map_or(1, u32::from));
    if phase == Phase::Wait && !error.is_remote() && error.is_go_away() && code.number() == 1 {
        code = taps.with_head(frames::refine).unwrap_or(code);
    }
    let (scope, who) = if error.is_remote() {
        if error.is_go_away() {
            ("GOAWAY", "the peer closed the connection with GOAWAY")
        } else {
            ("RST_STREAM", "the peer reset the stream")
        }
    } else {
        ("local", "the peer broke the protocol")
    };
    let stream = (scope == "RST_STREAM").then_some(1);
    let message = format!("error performing HTTP/2 request: {who} ({})", code.name());
    let mut fault = Fault::new(Code::Http2, phase, Detail::h2(code, scope, stream), message)
        .with("error", error.to_string());
    if phase == Phase::Wait && scope == "local" {
        fault = fault.with("first_bytes", taps.with_head(excerpt));
    }
    fault
}

/// A tokio stream as hyper reads and writes it.
#[derive(Debug)]
pub(crate) struct Io<S> {
    pub(crate) stream: S,
    /// Whether the end is said before the stream is dropped. Over TCP dropping says it, with one system call less.
    pub(crate) says_goodbye: bool,
}

impl<S: AsyncRead + Unpin> Read for Io<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut chunk = [0_u8; CHUNK_BYTES];
        let room = cursor.remaining().min(CHUNK_BYTES);
        let mut buffer = ReadBuf::new(chunk.get_mut(..room).unwrap_or_default());
        std::task::ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
        cursor.put_slice(buffer.filled());
        Poll::Ready(Ok(()))
    }
}

/// What is read at once. hyper's own buffer can only be filled without a copy by unsafe code.
const CHUNK_BYTES: usize = 16 << 10;

impl<S: AsyncWrite + Unpin> Write for Io<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.says_goodbye { Pin::new(&mut self.stream).poll_shutdown(cx) } else { Poll::Ready(Ok(())) }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }
}
