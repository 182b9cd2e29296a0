//! From a library's error to a fault.

use crate::status;
use faultfinder_net::{Taps, tls, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Fault, Http2ErrorCode, Phase};
use std::io;

/// How much of an answer a fault shows.
pub(crate) const EXCERPT_BYTES: usize = 256;

/// The fault of a call that ended with this error; `connection` is what the connection ended with.
///
/// What the peer said (GOAWAY, RST_STREAM) comes before what we guess from the end of the connection.
pub(crate) fn broken(error: &h2::Error, connection: Option<&h2::Error>, taps: &Taps, phase: Phase) -> Fault {
    let candidates = [connection, Some(error)];
    if let Some(telling) = candidates.into_iter().flatten().find(|error| error.reason().is_some()) {
        return spoken(telling, taps, phase);
    }
    if let Some(cause) = candidates.into_iter().flatten().find_map(|error| error.get_io()) {
        if let Some(fault) = tls::session_fault(cause, phase) {
            return fault;
        }
        let end = match taps.ended() {
            // h2 reports an orderly end as a broken pipe.
            Some(io::ErrorKind::UnexpectedEof) => io::Error::from(io::ErrorKind::UnexpectedEof),
            Some(kind) if cause.raw_os_error().is_none() => io::Error::from(kind),
            _ => cause.raw_os_error().map_or_else(|| cause.kind().into(), io::Error::from_raw_os_error),
        };
        return lost(&end, taps, phase);
    }
    if let Some(kind) = taps.ended() {
        return lost(&io::Error::from(kind), taps, phase);
    }
    local(Http2ErrorCode::new(h2::Reason::PROTOCOL_ERROR.into()), error, taps, phase)
}

/// An error code of HTTP/2 was said, by the peer or by our own side.
fn spoken(error: &h2::Error, taps: &Taps, phase: Phase) -> Fault {
    let code = Http2ErrorCode::new(error.reason().unwrap_or(h2::Reason::PROTOCOL_ERROR).into());
    match (error.is_remote(), error.is_go_away()) {
        (true, true) => status::goaway(code).with("error", error.to_string()),
        (true, false) => status::reset(code).with("error", error.to_string()),
        (false, _) => local(code, error, taps, phase),
    }
}

/// The peer broke HTTP/2, or does not speak it at all.
fn local(code: Http2ErrorCode, error: &h2::Error, taps: &Taps, phase: Phase) -> Fault {
    if let Some(fault) = stranger(taps) {
        return fault;
    }
    let message = format!("error performing HTTP/2 request: the peer broke the protocol ({})", code.name());
    let mut fault = Fault::new(Code::Http2, phase, Detail::h2(code, "local", None), message)
        .with("error", error.to_string())
        .with("first_bytes", taps.with_head(excerpt));
    fault.hints = vec!["check that a gRPC server listens on this port".to_owned()];
    fault
}

/// The transport ended before the call was complete.
fn lost(error: &io::Error, taps: &Taps, phase: Phase) -> Fault {
    if let Some(fault) = stranger(taps) {
        return fault;
    }
    let what = match (phase, taps.read_bytes()) {
        (Phase::Trailers, _) => "receive the trailers",
        (Phase::Receive, _) => "receive the whole answer",
        (_, 0) => "receive an answer",
        _ => "receive the answer's head",
    };
    transport_fault(error, phase, what).with("bytes_received", taps.read_bytes())
}

/// The fault of a peer that is known not to speak HTTP/2 by its first bytes.
fn stranger(taps: &Taps) -> Option<Fault> {
    let head = taps.with_head(excerpt);
    if taps.with_head(|head| head.starts_with(b"HTTP/")) {
        return Some(status::http1().with("first_bytes", head));
    }
    // A TLS server answers with an alert (RFC 8446 section 6).
    if !taps.with_head(|head| head.starts_with(&[0x15, 0x03])) {
        return None;
    }
    let code = Http2ErrorCode::new(h2::Reason::PROTOCOL_ERROR.into());
    let message =
        "error performing HTTP/2 request: the server speaks TLS on this port, and the test does not";
    let mut fault = Fault::new(Code::Http2, Phase::Wait, Detail::h2(code, "local", None), message)
        .with("first_bytes", head);
    fault.hints = vec!["leave `plaintext` out, or use a grpcs:// URL".to_owned()];
    Some(fault)
}

/// A hint for those who speak TLS to a server without it.
pub(crate) fn without_tls(fault: Fault) -> Fault {
    if fault.code == Code::Ssl && fault.detail.name() == "wrong_version_number" {
        return fault.with_hint("if the server speaks gRPC without TLS, say `plaintext: true`");
    }
    fault
}

/// Bytes as text where they are text, as hexadecimal digits otherwise.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    let shown = bytes.get(..EXCERPT_BYTES.min(bytes.len())).unwrap_or_default();
    match std::str::from_utf8(shown) {
        Ok(text) if !text.contains('\0') => text.escape_debug().to_string(),
        _ => shown.iter().take(64).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "),
    }
}
