//! The possible failures.

use crate::Spoken;
use faultfinder_taxonomy::word::StartTls;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};

/// Maximum number of response bytes that are shown.
const SHOWN_BYTES_MAX: usize = 512;

/// The server does not offer TLS, or does not know the command.
pub(super) fn not_offered(protocol: StartTls, said: &[u8]) -> Fault {
    fault("starttls_not_offered", format!("the server does not offer TLS over {protocol}"), said)
}

/// The server refuses.
pub(super) fn refused(protocol: StartTls, said: &[u8]) -> Fault {
    let words = shown(said);
    fault("starttls_refused", format!("the server refuses TLS over {protocol}: {}", words.trim()), said)
}

/// The server turns this client away before TLS is asked for.
pub(super) fn turned_away(protocol: StartTls, said: &[u8]) -> Fault {
    let words = shown(said);
    let message = format!("the {protocol} server turns the connection away before TLS: {}", words.trim());
    fault("service_refused", message, said)
}

/// The server's response violates the protocol.
pub(super) fn malformed(protocol: StartTls, what: &str, said: &[u8]) -> Fault {
    let fault = fault("starttls_malformed", format!("the server does not speak {protocol}: {what}"), said);
    match Spoken::of(said) {
        Some(spoken) => {
            let instead =
                (spoken == Spoken::Tls).then_some("the port uses TLS from the start: remove `starttls`");
            spoken.explain(fault, instead)
        }
        None => fault,
    }
}

/// The server, or an attacker on the path, sent more data after the go-ahead.
pub(super) fn injected(protocol: StartTls, said: &[u8]) -> Fault {
    let count = said.len();
    fault(
        "starttls_injected",
        format!(
            "{count} bytes in plain text came between the go-ahead for TLS over {protocol} and the handshake"
        ),
        said,
    )
}

fn fault(name: &str, message: String, said: &[u8]) -> Fault {
    let fault = Fault::new(Code::Ssl, Phase::Open, Detail::tls(name, None), message);
    if said.is_empty() { fault } else { fault.with("answer", shown(said)) }
}

/// The end of the conversation, as text: the last line gives the reason.
fn shown(said: &[u8]) -> String {
    let begin = said.len().saturating_sub(SHOWN_BYTES_MAX);
    String::from_utf8_lossy(said.get(begin..).unwrap_or_default()).trim_end().to_owned()
}
