//! From what ended an exchange to a fault.

use crate::status;
use faultfinder_net::http2::{Cause, End, Scope, UNPROCESSED};
use faultfinder_net::{Spoken, excerpt, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Fault, Http2ErrorCode, Phase};

/// The error code of whatever has no other (RFC 9113 section 7).
const PROTOCOL_ERROR: u32 = 1;

/// The fault of a call that ended like this.
pub(crate) fn broken(end: End, phase: Phase) -> Fault {
    // A refused stream was tried again on the same connection.
    let is_unprocessed = end.is_unprocessed && !is_reset(&end);
    let fault = of_end(end, phase);
    if is_unprocessed { fault.with(UNPROCESSED, true) } else { fault }
}

fn is_reset(end: &End) -> bool {
    matches!(end.cause, Cause::Said { scope: Scope::RstStream, .. })
}

fn of_end(end: End, phase: Phase) -> Fault {
    let is_peers_word = matches!(&end.cause, Cause::Said { scope: Scope::GoAway | Scope::RstStream, .. });
    if !is_peers_word && let Some(fault) = stranger(&end.first_bytes) {
        return fault;
    }
    match end.cause {
        Cause::Tls(fault) => fault,
        Cause::Said { code, scope, text } => match scope {
            Scope::GoAway => status::goaway(code, end.goaway_text.as_deref()).with("error", text),
            Scope::RstStream => status::reset(code).with("error", text),
            Scope::Local => {
                let what = format!("the peer violated the protocol ({})", code.name());
                local(code, &what, &end.first_bytes, phase).with("error", text)
            }
        },
        Cause::Rule(rule) => local(rule.code, &rule.what, &end.first_bytes, phase),
        Cause::Unknown(text) => {
            let code = Http2ErrorCode::new(PROTOCOL_ERROR);
            local(code, &text, &end.first_bytes, phase).with("error", text.as_str())
        }
        Cause::Lost { error, .. } => {
            let what = match (phase, end.read_bytes) {
                (Phase::Trailers, _) => "receive the trailers",
                (Phase::Receive, _) => "receive the complete response",
                (_, 0) => "receive a response",
                _ => "receive the response head",
            };
            transport_fault(&error, phase, what).with("bytes_received", end.read_bytes)
        }
    }
}

/// The peer broke HTTP/2.
fn local(code: Http2ErrorCode, what: &str, first_bytes: &[u8], phase: Phase) -> Fault {
    let message = format!("error performing HTTP/2 request: {what}");
    let mut fault = Fault::new(Code::Http2, phase, Detail::h2(code, Scope::Local.as_str(), None), message)
        .with("first_bytes", excerpt(first_bytes));
    fault.hints = vec!["check that a gRPC server listens on this port".to_owned()];
    fault
}

/// The fault of a peer that is known not to speak HTTP/2 by its first bytes.
fn stranger(first_bytes: &[u8]) -> Option<Fault> {
    let spoken = Spoken::of(first_bytes).filter(|spoken| *spoken != Spoken::Http2)?;
    if spoken == Spoken::Http1 {
        return Some(status::http1().with("first_bytes", excerpt(first_bytes)));
    }
    let detail = Detail::h2(Http2ErrorCode::new(PROTOCOL_ERROR), Scope::Local.as_str(), None);
    let message = match spoken {
        Spoken::Tls => "the server uses TLS on this port, but the test does not".to_owned(),
        other => format!("the peer speaks {}", other.name()),
    };
    let message = format!("error performing HTTP/2 request: {message}");
    let mut fault =
        Fault::new(Code::Http2, Phase::Wait, detail, message).with("first_bytes", excerpt(first_bytes));
    fault.hints = vec![match spoken {
        Spoken::Tls => "remove `plaintext`, or use a grpcs:// URL".to_owned(),
        other => format!("check the port: a server of {} listens there", other.name()),
    }];
    Some(fault)
}

/// A hint for those who speak TLS to a server without it.
pub(crate) fn without_tls(fault: Fault) -> Fault {
    if fault.code == Code::Ssl && fault.detail.name() == "wrong_version_number" {
        return fault.with_hint("if the server uses gRPC without TLS, set `plaintext: true`");
    }
    fault
}
