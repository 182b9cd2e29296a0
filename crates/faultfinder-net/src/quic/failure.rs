//! From the way a QUIC connection ended to its fault.

use crate::errno::errno_fault;
use crate::tls::Capture;
use crate::tls::failure::{alert_fault, bad_signature, no_application_protocol};
use faultfinder_taxonomy::{AlertDescription, Code, Detail, Errno, Fault, Phase, QuicErrorCode};
use quinn::{ConnectionClose, ConnectionError, TransportErrorCode};

/// The alert of "no protocol in common" (RFC 7301 section 3.2).
const NO_APPLICATION_PROTOCOL: u8 = 120;
/// The transport codes that are told apart here (RFC 9000 section 20.1, RFC 9368 section 9.2).
const CONNECTION_REFUSED: u64 = 0x2;
const VERSION_NEGOTIATION_ERROR: u64 = 0x11;

/// The fault of a handshake that ended with this error; the chain was not objected to.
pub(super) fn handshake_fault(error: &ConnectionError, capture: &Capture, failure: Option<Errno>) -> Fault {
    if capture.has_bad_signature() {
        return bad_signature();
    }
    let at = (Phase::Tls, "complete the QUIC handshake");
    session_fault(error, at, QuicErrorCode::Transport, failure)
}

/// The fault of a connection that ended with this error in a phase; `failure` is what the network said.
pub(super) fn session_fault(
    error: &ConnectionError,
    (phase, what): (Phase, &str),
    application: fn(u64) -> QuicErrorCode,
    failure: Option<Errno>,
) -> Fault {
    match error {
        ConnectionError::ConnectionClosed(close) => closed(close, (phase, what)),
        ConnectionError::ApplicationClosed(close) => {
            let code = application(close.error_code.into_inner());
            ended(Code::ConnReset, code, "CONNECTION_CLOSE", (phase, what), &close.reason)
        }
        ConnectionError::Reset => {
            let fault = errno_fault(Errno::ConnReset, phase, what);
            fault.with("quic", "stateless reset: the peer does not know the connection any more")
        }
        // Nothing came for as long as the peer allows, not even an answer to our pings.
        ConnectionError::TimedOut => errno_fault(Errno::TimedOut, phase, what),
        ConnectionError::TransportError(_) if failure.is_some() => gone(failure, (phase, what)),
        ConnectionError::TransportError(error) => local(error.code, &error.reason, (phase, what)),
        ConnectionError::VersionMismatch => {
            let code = QuicErrorCode::Transport(VERSION_NEGOTIATION_ERROR);
            let message = "the peer speaks no version of QUIC that this client speaks (version 1, RFC 9000)";
            Fault::new(Code::Ssl, phase, Detail::quic(code, "local"), message)
        }
        ConnectionError::LocallyClosed | ConnectionError::CidsExhausted => {
            let message = format!("cannot {what}: the QUIC connection was given up here ({error})");
            let code = QuicErrorCode::Transport(0);
            Fault::new(Code::InternalError, phase, Detail::quic(code, "local"), message)
        }
    }
}

/// The peer's transport ended the connection.
fn closed(close: &ConnectionClose, (phase, what): (Phase, &str)) -> Fault {
    let code = QuicErrorCode::Transport(close.error_code.into());
    if let Some(alert) = code.alert() {
        return alert_fault(alert).in_phase(phase);
    }
    if code.number() == CONNECTION_REFUSED {
        let at = (Phase::Connect, "open a QUIC connection");
        return ended(Code::ConnRefused, code, "CONNECTION_CLOSE", at, &close.reason);
    }
    ended(Code::ConnReset, code, "CONNECTION_CLOSE", (phase, what), &close.reason)
}

/// The peer ended the connection with a code, and perhaps a reason in words.
fn ended(code: Code, quic: QuicErrorCode, scope: &str, (phase, what): (Phase, &str), reason: &[u8]) -> Fault {
    let meaning = quic.text().unwrap_or("an unknown code");
    let message = format!("cannot {what}: the peer closed the connection with {}: {meaning}", quic.name());
    let fault = Fault::new(code, phase, Detail::quic(quic, scope), message);
    if reason.is_empty() {
        return fault;
    }
    fault.with("reason", String::from_utf8_lossy(reason).escape_debug().to_string())
}

/// The network says that nobody is there any more.
fn gone(failure: Option<Errno>, (phase, what): (Phase, &str)) -> Fault {
    let errno = failure.unwrap_or(Errno::ConnReset);
    let mut fault = errno_fault(errno, phase, what);
    if errno == Errno::ConnRefused {
        // It was accepted once: the peer's process ended.
        fault.code = Code::ConnReset;
        fault.message = format!("cannot {what}: the peer's port was closed meanwhile");
    }
    fault
}

/// We ended the connection, because of what the peer sent.
fn local(code: TransportErrorCode, reason: &str, (phase, what): (Phase, &str)) -> Fault {
    let code = QuicErrorCode::Transport(code.into());
    if let Some(alert) = code.alert() {
        return local_alert(alert, reason).in_phase(phase);
    }
    let message = format!("cannot {what}: the peer broke the rules of QUIC ({}: {reason})", code.name());
    Fault::new(Code::ConnReset, phase, Detail::quic(code, "local"), message)
}

/// We ended the handshake with an alert.
fn local_alert(alert: AlertDescription, reason: &str) -> Fault {
    if alert.number() == NO_APPLICATION_PROTOCOL {
        return no_application_protocol();
    }
    let message = format!("the TLS handshake failed: {reason}");
    Fault::new(Code::Ssl, Phase::Tls, Detail::tls(&alert.name(), None), message)
}
