//! The end of an open WebSocket as a fault.
//!
//! After the opening handshake, everything is `WEBSOCKET` in the receive phase, whether or not part of a message had arrived:
//! RFC 6455 has no response with a first byte and a rest. Failures of TLS itself stay `SSL`.

use crate::reader::{TOO_LONG, Violation};
use crate::socket::End;
use crate::{Close, Message};
use faultfinder_net::{EXCERPT_BYTES_MAX, classify_io};
use faultfinder_taxonomy::{CloseCode, Code, Detail, Fault, Phase};

/// The peer ended the WebSocket before `what`: "a message arrived".
pub(crate) fn closed(close: &Close, end: Option<End>, what: &str) -> Fault {
    let code = CloseCode::new(close.code);
    let detail = Detail::close(code, &close.reason);
    if close.code != Close::ABNORMAL {
        let how = match (close.code, code.text()) {
            (Close::NO_CODE, _) => "without a close code".to_owned(),
            (number, Some(text)) => format!("with {number} ({text})"),
            (number, None) => format!("with {number}"),
        };
        let why = match close.reason.as_str() {
            "" => String::new(),
            reason => format!(", with the reason {reason:?},"),
        };
        let message = format!("the peer closed the WebSocket {how}{why} before {what}");
        return Fault::new(Code::WebSocket, Phase::Receive, detail, message);
    }
    let errno = end.and_then(|end| classify_io(&end.error()));
    let how = errno.map_or("broke off", |errno| errno.text());
    let message = format!("the connection ended without a close frame before {what}: {how}");
    let fault = Fault::new(Code::WebSocket, Phase::Receive, detail, message);
    match errno {
        Some(errno) => fault.with("errno", errno.as_str()),
        None => fault,
    }
}

/// Adds what has come of a frame or a message that is not complete.
pub(crate) fn unfinished(mut fault: Fault, what: &str) -> Fault {
    fault.message = format!("{}; what has come is {what}", fault.message);
    fault.with("unfinished", what)
}

/// The peer's frames break a rule.
pub(crate) fn violation(violation: &Violation, message_bytes_max: usize) -> Fault {
    let detail = Detail::WebSocket { name: violation.name.to_owned(), reason: String::new() };
    let message = if violation.name == TOO_LONG {
        // The text of Datadog's documentation.
        format!("{} ({message_bytes_max} bytes): {}", TOO_LONG, violation.what)
    } else {
        format!("the peer violates the rules for WebSocket frames: {}", violation.what)
    };
    let fault = Fault::new(Code::WebSocket, Phase::Receive, detail, message).with("offset", violation.offset);
    if violation.header.is_empty() {
        return fault;
    }
    let header: Vec<String> = violation.header.iter().map(|byte| format!("{byte:02x}")).collect();
    fault.with("frame_header", header.join(" "))
}

/// More messages arrived than are kept, without the expected one.
pub(crate) fn too_much(messages: usize, what: &str) -> Fault {
    let detail = Detail::WebSocket { name: "too_many_messages".to_owned(), reason: String::new() };
    let message = format!("the peer sent {messages} messages, the maximum, before {what}");
    Fault::new(Code::WebSocket, Phase::Receive, detail, message)
}

/// Adds what had been received.
pub(crate) fn with_messages(fault: Fault, messages: &[Message]) -> Fault {
    match messages.last() {
        None => fault,
        Some(last) => {
            let shown = last.as_bytes().get(..EXCERPT_BYTES_MAX).unwrap_or(last.as_bytes());
            fault
                .with("received_messages", messages.len())
                .with("last_message", String::from_utf8_lossy(shown).into_owned())
        }
    }
}
