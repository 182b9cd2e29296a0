//! From the end of a QUIC connection to its fault.

use crate::errno::errno_fault;
use crate::tls::Capture;
use crate::tls::failure::{alert_fault, bad_signature, no_application_protocol};
use faultfinder_taxonomy::{AlertDescription, Code, Detail, Errno, Fault, Phase, QuicErrorCode};
use quinn::{ConnectionClose, ConnectionError, TransportErrorCode};

/// The alert of "no protocol in common" (RFC 7301 section 3.2).
const NO_APPLICATION_PROTOCOL: u8 = 120;
/// The transport codes that are distinguished here (RFC 9000 section 20.1, RFC 9368 section 9.2).
const CONNECTION_REFUSED: u64 = 0x2;
const VERSION_NEGOTIATION_ERROR: u64 = 0x11;

/// The phase and action of a connection when it ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) phase: Phase,
    /// The action that failed: "receive an answer".
    pub(super) what: &'a str,
}

/// The fault of a handshake that ended with this error; the chain was accepted.
pub(super) fn handshake_fault(error: &ConnectionError, capture: &Capture, failure: Option<Errno>) -> Fault {
    if capture.has_bad_signature() {
        return bad_signature();
    }
    let step = Step { phase: Phase::Tls, what: "complete the QUIC handshake" };
    capture.explain(session_fault(error, step, QuicErrorCode::Transport, failure))
}

/// The fault of a connection that ended with this error in a phase; `failure` is the network's error.
pub(super) fn session_fault(
    error: &ConnectionError,
    step: Step<'_>,
    application: fn(u64) -> QuicErrorCode,
    failure: Option<Errno>,
) -> Fault {
    let Step { phase, what } = step;
    match error {
        ConnectionError::ConnectionClosed(close) => closed(close, step),
        ConnectionError::ApplicationClosed(close) => {
            let code = application(close.error_code.into_inner());
            ended(Code::ConnReset, code, "CONNECTION_CLOSE", step, &close.reason)
        }
        ConnectionError::Reset => {
            let fault = errno_fault(Errno::ConnReset, phase, what);
            fault.with("quic", "stateless reset: the peer no longer knows the connection")
        }
        // Nothing arrived within the peer's idle timeout, not even an answer to keep-alives.
        ConnectionError::TimedOut => errno_fault(Errno::TimedOut, phase, what),
        ConnectionError::TransportError(_) if failure.is_some() => gone(failure, step),
        ConnectionError::TransportError(error) => local(error.code, &error.reason, step),
        ConnectionError::VersionMismatch => {
            let code = QuicErrorCode::Transport(VERSION_NEGOTIATION_ERROR);
            let message = "the peer speaks no version of QUIC that this client speaks (version 1, RFC 9000)";
            Fault::new(Code::Ssl, phase, Detail::quic(code, "local"), message)
        }
        ConnectionError::LocallyClosed | ConnectionError::CidsExhausted => {
            let message = format!("cannot {what}: this side gave up the QUIC connection ({error})");
            let code = QuicErrorCode::Transport(0);
            Fault::new(Code::InternalError, phase, Detail::quic(code, "local"), message)
        }
    }
}

/// The peer's transport ended the connection.
fn closed(close: &ConnectionClose, step: Step<'_>) -> Fault {
    let code = QuicErrorCode::Transport(close.error_code.into());
    if let Some(alert) = code.alert() {
        return alert_fault(alert).in_phase(step.phase);
    }
    if code.number() == CONNECTION_REFUSED {
        let step = Step { phase: Phase::Connect, what: "open a QUIC connection" };
        return ended(Code::ConnRefused, code, "CONNECTION_CLOSE", step, &close.reason);
    }
    ended(Code::ConnReset, code, "CONNECTION_CLOSE", step, &close.reason)
}

/// The peer ended the connection with a code, and possibly a reason in words.
fn ended(
    code: Code,
    quic: QuicErrorCode,
    scope: &str,
    Step { phase, what }: Step<'_>,
    reason: &[u8],
) -> Fault {
    let meaning = quic.text().unwrap_or("an unknown code");
    let message = format!("cannot {what}: the peer closed the connection with {}: {meaning}", quic.name());
    let fault = Fault::new(code, phase, Detail::quic(quic, scope), message);
    if reason.is_empty() {
        return fault;
    }
    fault.with("reason", String::from_utf8_lossy(reason).escape_debug().to_string())
}

/// The network reports that the peer is gone.
fn gone(failure: Option<Errno>, Step { phase, what }: Step<'_>) -> Fault {
    let errno = failure.unwrap_or(Errno::ConnReset);
    let mut fault = errno_fault(errno, phase, what);
    if errno == Errno::ConnRefused {
        // The connection was accepted before: the peer's process ended.
        fault.code = Code::ConnReset;
        fault.message = format!("cannot {what}: the peer's port was closed in the meantime");
    }
    fault
}

/// This side ended the connection because of the peer's data.
fn local(code: TransportErrorCode, reason: &str, Step { phase, what }: Step<'_>) -> Fault {
    let code = QuicErrorCode::Transport(code.into());
    if let Some(alert) = code.alert() {
        return local_alert(alert, reason).in_phase(phase);
    }
    let message = format!("cannot {what}: the peer broke the rules of QUIC ({}: {reason})", code.name());
    Fault::new(Code::ConnReset, phase, Detail::quic(code, "local"), message)
}

/// This side ended the handshake with an alert.
fn local_alert(alert: AlertDescription, reason: &str) -> Fault {
    if alert.number() == NO_APPLICATION_PROTOCOL {
        return no_application_protocol();
    }
    let message = format!("the TLS handshake failed: {reason}");
    Fault::new(Code::Ssl, Phase::Tls, Detail::tls(&alert.name(), None), message)
}
