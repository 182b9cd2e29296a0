//! From a library's error to a fault.

use crate::status;
use faultfinder_net::{Http2End, Taps, excerpt, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Fault, Http2ErrorCode, Phase};
use std::io;

/// The fault of a call that ended with this error; `connection` is what the connection ended with.
pub(crate) fn broken(error: &h2::Error, connection: Option<&h2::Error>, taps: &Taps, phase: Phase) -> Fault {
    match Http2End::of(error, connection, taps, phase) {
        Http2End::Said(telling) => spoken(telling, taps, phase),
        Http2End::Tls(fault) => fault,
        Http2End::Lost(end) => lost(&end, taps, phase),
        Http2End::Unknown => {
            local(Http2ErrorCode::new(h2::Reason::PROTOCOL_ERROR.into()), error, taps, phase)
        }
    }
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
