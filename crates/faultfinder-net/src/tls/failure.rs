//! From the failure of a handshake or a session to its fault.

use super::capture::Capture;
use super::wire::{self, FirstBytes};
use crate::{Spoken, errno, transport_fault};
use faultfinder_taxonomy::{AlertDescription, Code, Detail, Errno, Fault, Phase};
use rustls::{CertificateError, Error, InvalidMessage, PeerIncompatible, PeerMisbehaved};
use std::io;

/// How much of the peer's data a fault shows.
const EXCERPT_BYTES: usize = 64;

/// The fault of a handshake that ended with this error; the chain was accepted.
pub(super) fn handshake_fault(error: &io::Error, capture: &Capture) -> Fault {
    let head = capture.taps().head();
    let fault = match rustls_error(error) {
        Some(tls) => tls_fault(tls, capture, &head),
        None => match errno::classify_io(error) {
            Some(Errno::PrematureClose) if wire::is_close_notify(&head) => ended(Errno::CloseNotify),
            Some(errno) => match wire::last_alert(&head) {
                Some(alert) => alert_fault(AlertDescription::new(alert)),
                None => ended(errno),
            },
            None => transport_fault(error, Phase::Tls, "complete the TLS handshake"),
        },
    };
    let fault = capture.explain(uncertified(nameless(fault, capture), capture));
    if head.is_empty() { fault } else { fault.with("first_bytes", excerpt(&head)) }
}

/// The fault of a handshake without a server name, which may be why the peer ended it: it refused with an alert that says
/// little, or closed.
fn nameless(fault: Fault, capture: &Capture) -> Fault {
    /// `handshake_failure`, `access_denied`, `internal_error`, `unrecognized_name` (RFC 8446 section 6.2, RFC 6066 section
    /// 3).
    const ALERTS: [u8; 4] = [40, 49, 80, 112];
    let may_be_why = match &fault.detail {
        Detail::Tls { alert: Some(alert), .. } => ALERTS.contains(alert),
        Detail::Errno { .. } => fault.code == Code::ConnReset && capture.taps().head().is_empty(),
        _ => false,
    };
    match capture.is_nameless_because() {
        Some(why) if may_be_why => fault.with_hint(format!(
            "no server name was sent (SNI) because {why}; many servers need it to choose a certificate"
        )),
        _ => fault,
    }
}

/// The fault of a handshake whose server asked for a client certificate. Versions and suites were agreed on by then, so that
/// `handshake_failure`, or an end without an alert, is about the certificate (RFC 5246 section 7.4.6).
fn uncertified(mut fault: Fault, capture: &Capture) -> Fault {
    const HANDSHAKE_FAILURE: u8 = 40;
    let is_unexplained = match &fault.detail {
        Detail::Tls { alert, .. } => *alert == Some(HANDSHAKE_FAILURE),
        _ => fault.code == Code::ConnReset,
    };
    if !is_unexplained || !capture.asked_for_client_certificate() {
        return fault;
    }
    fault.hints = vec![match capture.options().client_cert {
        None => "the server asked for a client certificate, and the test has none: set `client_cert` and `client_key`",
        Some(_) => "the server asked for a client certificate, and ended the handshake when it had that of the test: its log says why",
    }.to_owned()];
    fault
}

/// The fault of an established session that ended with an error of the TLS layer; nothing for any other error.
///
/// In TLS 1.3 the peer's objection to the client's certificate arrives here, at the first read.
#[must_use]
pub(crate) fn session_fault(error: &io::Error, phase: Phase) -> Option<Fault> {
    let fault = match rustls_error(error)? {
        Error::AlertReceived(alert) => alert_fault(AlertDescription::new(u8::from(*alert))),
        Error::DecryptError => bytes_fault(
            "bad_record_mac",
            "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
            "a record cannot be decrypted",
        ),
        Error::PeerSentOversizedRecord => bytes_fault(
            "packet_length_too_long",
            "ERR_SSL_PACKET_LENGTH_TOO_LONG",
            "a record is longer than allowed",
        ),
        Error::InvalidMessage(_) => bytes_fault(
            "wrong_version_number",
            "ERR_SSL_WRONG_VERSION_NUMBER",
            "the peer sent something that is not TLS inside the session",
        ),
        other => other_fault(other),
    };
    Some(fault.in_phase(phase))
}

fn rustls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>())
}

/// The transport ended inside the handshake.
fn ended(errno: Errno) -> Fault {
    errno::errno_fault(errno, Phase::Tls, "complete the TLS handshake")
}

fn tls_fault(error: &Error, capture: &Capture, head: &[u8]) -> Fault {
    if capture.has_bad_signature() {
        return bad_signature();
    }
    if wire::first_bytes(head) == FirstBytes::NotTls {
        let plain =
            |message: &str| bytes_fault("wrong_version_number", "ERR_SSL_WRONG_VERSION_NUMBER", message);
        let Some(spoken) = Spoken::of(head) else {
            return plain("the peer does not speak TLS on this port");
        };
        let fault = plain(&format!("the peer does not speak TLS on this port, but {}", spoken.name()));
        return match starttls(spoken) {
            Some(protocol) => {
                fault.with_hint(format!("ask for TLS inside this protocol: `starttls: {protocol}`"))
            }
            None => fault,
        };
    }
    match error {
        Error::AlertReceived(alert) => {
            version_context(alert_fault(AlertDescription::new(u8::from(*alert))), head)
        }
        Error::PeerIncompatible(why) => incompatible(why, head),
        Error::PeerSentOversizedRecord => oversized(head),
        Error::InvalidMessage(InvalidMessage::MessageTooLarge) => oversized(head),
        Error::InvalidMessage(InvalidMessage::InvalidEmptyPayload) => bytes_fault(
            "length_mismatch",
            "ERR_SSL_LENGTH_MISMATCH",
            "a record of the peer is empty, which TLS does not allow for its type (RFC 8446 section 5.1)",
        ),
        Error::InvalidMessage(
            InvalidMessage::UnknownProtocolVersion | InvalidMessage::InvalidContentType,
        ) => bytes_fault(
            "wrong_version_number",
            "ERR_SSL_WRONG_VERSION_NUMBER",
            "the peer's records are not TLS",
        ),
        Error::InvalidMessage(InvalidMessage::HandshakePayloadTooLarge) => {
            let message = "a handshake message of the peer is longer than the 64 KiB that this client reads";
            bytes_fault("excessive_message_size", "ERR_SSL_EXCESSIVE_MESSAGE_SIZE", message)
        }
        Error::PeerMisbehaved(PeerMisbehaved::SelectedUnofferedApplicationProtocol) => {
            let message = "the peer chose a protocol by ALPN that was not offered (RFC 7301 section 3.2)";
            bytes_fault("no_application_protocol", "ERR_SSL_BAD_EXTENSION", message)
        }
        Error::InvalidMessage(why) => {
            let why = words(why);
            let message = format!("a handshake message of the peer is malformed ({why})");
            bytes_fault("length_mismatch", "ERR_SSL_LENGTH_MISMATCH", &message)
        }
        Error::InvalidCertificate(CertificateError::BadEncoding) => {
            bytes_fault("header_too_long", "ERR_SSL_HEADER_TOO_LONG", "the peer's certificate is not DER")
        }
        Error::DecryptError => bytes_fault(
            "bad_record_mac",
            "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
            "a record cannot be decrypted",
        ),
        Error::NoApplicationProtocol => no_application_protocol(),
        // Only our own verifier says this, of what rustls cannot verify.
        Error::General(why) => bytes_fault("no_shared_cipher", "ERR_SSL_NO_SHARED_CIPHER", why),
        other => version_context(other_fault(other), head),
    }
}

/// How TLS is asked for inside a protocol that greets; nothing where that is not supported.
const fn starttls(spoken: Spoken) -> Option<&'static str> {
    match spoken {
        Spoken::SmtpOrFtp => Some("smtp` or `starttls: ftp"),
        Spoken::Imap => Some("imap"),
        Spoken::Pop3 => Some("pop3"),
        Spoken::MySql => Some("mysql"),
        Spoken::Tls | Spoken::Http1 | Spoken::Http2 | Spoken::Ssh | Spoken::Redis | Spoken::Vnc => None,
    }
}

/// The peer chose something that this client does not support: usually a version that is too old.
fn incompatible(why: &PeerIncompatible, head: &[u8]) -> Fault {
    match wire::server_hello(head) {
        Some(hello) if !(0x0303..=0x0304).contains(&hello.version) => {
            let version = wire::version_name(hello.version);
            let message = format!("the peer chose {version}, which is not safe to use");
            bytes_fault("unsupported_protocol", "ERR_SSL_UNSUPPORTED_PROTOCOL", &message)
                .with("peer_version", version)
        }
        Some(hello) => {
            let message = format!("the peer does not support what this client needs ({})", words(why));
            let version = wire::version_name(hello.version);
            bytes_fault("unsupported_protocol", "ERR_SSL_UNSUPPORTED_PROTOCOL", &message)
                .with("peer_version", version)
        }
        None => {
            let message = format!("the peer does not support what this client needs ({})", words(why));
            bytes_fault("unsupported_protocol", "ERR_SSL_UNSUPPORTED_PROTOCOL", &message)
        }
    }
}

fn oversized(head: &[u8]) -> Fault {
    let length = wire::record_length(head).unwrap_or_default();
    let message = format!("the peer's record announces {length} bytes, more than TLS allows");
    bytes_fault("packet_length_too_long", "ERR_SSL_PACKET_LENGTH_TOO_LONG", &message)
}

/// The peer does not hold the key of its certificate.
pub(crate) fn bad_signature() -> Fault {
    bytes_fault(
        "bad_signature",
        "ERR_SSL_BAD_SIGNATURE",
        "the handshake's signature does not match the key of the certificate: the peer does not hold its private key",
    )
}

/// The peer speaks none of the protocols that were offered.
pub(crate) fn no_application_protocol() -> Fault {
    bytes_fault(
        "no_application_protocol",
        "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
        "the peer supports none of the protocols that were offered by ALPN",
    )
}

/// The peer refused with an alert.
pub(crate) fn alert_fault(alert: AlertDescription) -> Fault {
    let message = format!("the peer refused with the alert {} ({})", alert.name(), alert.number());
    Fault::new(Code::Ssl, Phase::Tls, Detail::alert(alert), message)
}

fn bytes_fault(name: &str, alias: &str, message: &str) -> Fault {
    Fault::new(Code::Ssl, Phase::Tls, Detail::tls(name, Some(alias)), message)
}

/// Any other error of the TLS layer: the peer violated a rule.
fn other_fault(error: &Error) -> Fault {
    let name = match error {
        Error::PeerMisbehaved(_) => "peer_misbehaved",
        Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
            "unexpected_message"
        }
        Error::InvalidCertificate(_) => "bad_certificate",
        _ => "tls_error",
    };
    let message = match error {
        Error::PeerMisbehaved(why) => format!("the peer broke a rule of TLS: {}", words(why)),
        other => format!("the TLS session failed: {other}"),
    };
    Fault::new(Code::Ssl, Phase::Tls, Detail::tls(name, None), message)
}

/// The name of a library's error as words: `KeyUpdateNotAllowed` is "key update not allowed".
fn words(error: &dyn std::fmt::Debug) -> String {
    let name = format!("{error:?}");
    let mut words = String::with_capacity(name.len() + 8);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && words.ends_with(|before: char| before.is_ascii_lowercase()) {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// Adds the version that the peer chose, or used for its alert, if known.
fn version_context(fault: Fault, head: &[u8]) -> Fault {
    match (wire::server_hello(head), head) {
        (Some(hello), _) => fault.with("peer_version", wire::version_name(hello.version)),
        (None, [_, major, minor, ..]) => {
            fault.with("record_version", wire::version_name(u16::from_be_bytes([*major, *minor])))
        }
        _ => fault,
    }
}

/// The first bytes as text where they are text, as hexadecimal digits otherwise.
fn excerpt(bytes: &[u8]) -> String {
    let shown = bytes.get(..EXCERPT_BYTES.min(bytes.len())).unwrap_or_default();
    if shown.iter().all(|byte| byte.is_ascii_graphic() || b" \r\n\t".contains(byte)) {
        return String::from_utf8_lossy(shown).escape_debug().to_string();
    }
    shown.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
