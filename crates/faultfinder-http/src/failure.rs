//! The end of an exchange as a fault.

use crate::exchange::header_too_large;
use faultfinder_net::http1::{self, Notes};
use faultfinder_net::http2::{Cause, End, Scope, UNPROCESSED, saying};
use faultfinder_net::{Spoken, excerpt, session_fault, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Fault, Http2ErrorCode, Phase};
use std::io;

/// The fault of an exchange over HTTP/1.1 that ended with this error.
///
/// The bytes come first: a response that violates the grammar is malformed, whatever ended the connection afterwards. Then
/// failures of TLS, then of the transport.
pub(crate) fn http1(error: http1::Error, notes: &Notes, phase: Phase) -> Fault {
    match error {
        http1::Error::Broken(violation) => {
            let (name, offset) = (violation.name, violation.offset);
            let detail = Detail::http(name, None);
            if phase == Phase::Receive {
                let message = format!("the body's framing is not valid HTTP/1.1: {}", violation.what);
                return Fault::new(Code::MalformedResponse, phase, detail, message)
                    .with("offset", offset)
                    .with("line", excerpt(&violation.line));
            }
            let message = format!("the response is not valid HTTP/1.1 at byte {offset}: {violation}");
            let fault = Fault::new(Code::MalformedResponse, phase, detail, message)
                .with("offset", offset)
                .with("line", excerpt(&violation.line))
                .with("first_bytes", excerpt(&notes.first_bytes));
            match Spoken::of(&notes.first_bytes) {
                None | Some(Spoken::Http1) => fault,
                Some(spoken) => spoken.explain(fault, instead(spoken)),
            }
        }
        http1::Error::TooLarge(what) => header_too_large(&what.to_string()).in_phase(phase),
        http1::Error::Ended(error) => match session_fault(&error, phase) {
            Some(fault) => fault,
            None => ended(&error, notes.read_bytes, &notes.first_bytes, phase),
        },
    }
}

/// How a test speaks this to its target, instead of another version of HTTP or without TLS.
const fn instead(spoken: Spoken) -> Option<&'static str> {
    match spoken {
        Spoken::Tls => Some("use an https:// URL: this port expects TLS"),
        Spoken::Http1 => Some("use `version: 1.1` or `auto`: this port does not speak HTTP/2"),
        Spoken::Http2 => Some("use `version: h2c`: this port expects HTTP/2 without TLS"),
        Spoken::Ssh
        | Spoken::SmtpOrFtp
        | Spoken::Imap
        | Spoken::Pop3
        | Spoken::MySql
        | Spoken::Redis
        | Spoken::Vnc => None,
    }
}

/// The transport ended before the message was complete.
fn ended(error: &io::Error, read_bytes: u64, first_bytes: &[u8], phase: Phase) -> Fault {
    let what = match (phase, read_bytes) {
        (Phase::Receive, _) => "receive the complete response",
        (_, 0) => "receive a response",
        _ => "receive the response head",
    };
    let fault = transport_fault(error, phase, what).with("bytes_received", read_bytes);
    if read_bytes == 0 { fault } else { fault.with("first_bytes", excerpt(first_bytes)) }
}

/// The fault of an exchange over HTTP/2 that ended like this.
pub(crate) fn http2(end: End, phase: Phase) -> Fault {
    let is_peers_word = matches!(&end.cause, Cause::Said { scope: Scope::GoAway | Scope::RstStream, .. });
    let spoken = Spoken::of(&end.first_bytes).filter(|spoken| *spoken != Spoken::Http2 && !is_peers_word);
    let is_unprocessed = end.is_unprocessed;
    let fault = of_end(end, phase);
    let fault = if is_unprocessed { fault.with(UNPROCESSED, true) } else { fault };
    match spoken {
        Some(spoken) if fault.code == Code::Http2 => spoken.explain(fault, instead(spoken)),
        _ => fault,
    }
}

fn of_end(end: End, phase: Phase) -> Fault {
    let of_protocol = |code: Http2ErrorCode, scope: Scope, what: &str| {
        let stream = (scope == Scope::RstStream).then_some(1);
        let detail = Detail::h2(code, scope.as_str(), stream);
        Fault::new(Code::Http2, phase, detail, format!("error performing HTTP/2 request: {what}"))
    };
    match end.cause {
        Cause::Tls(fault) => fault,
        Cause::Rule(rule) if rule.is_over_limit => header_too_large(&rule.what),
        Cause::Rule(rule) => of_protocol(rule.code, Scope::Local, &rule.what),
        Cause::Said { code, scope, text } => {
            // Reported by the peer, or found in its frames.
            let (who, text_of) = match scope {
                Scope::GoAway => ("the peer closed the connection with GOAWAY", end.goaway_text.as_deref()),
                Scope::RstStream => ("the peer reset the stream", None),
                Scope::Local => ("the peer violated the protocol", None),
            };
            let what = format!("{who} ({}){}", code.name(), saying(text_of));
            let fault = of_protocol(code, scope, &what).with("error", text);
            if phase == Phase::Wait && scope == Scope::Local {
                return fault.with("first_bytes", excerpt(&end.first_bytes));
            }
            fault
        }
        Cause::Lost { error, after_goaway } => {
            let mut fault = ended(&error, end.read_bytes, &end.first_bytes, phase);
            if after_goaway {
                fault.code = Code::Http2;
                fault.message = format!(
                    "error performing HTTP/2 request: the peer closed the connection after GOAWAY{}: {}",
                    saying(end.goaway_text.as_deref()),
                    fault.message
                );
            }
            fault
        }
        Cause::Unknown(text) => of_protocol(Http2ErrorCode::new(PROTOCOL_ERROR), Scope::Local, &text),
    }
}

/// The error code of whatever has no other (RFC 9113 section 7).
const PROTOCOL_ERROR: u32 = 1;
