//! What can go wrong.

use faultfinder_taxonomy::word::StartTls;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};

/// Most bytes of an answer that are shown.
const SHOWN_BYTES_MAX: usize = 512;

/// The server has no TLS to offer, or says that it does not know what is meant.
pub(super) fn not_offered(protocol: StartTls, said: &[u8]) -> Fault {
    fault("starttls_not_offered", format!("the server does not offer TLS over {protocol}"), said)
}

/// The server says no.
pub(super) fn refused(protocol: StartTls, said: &[u8]) -> Fault {
    let words = shown(said);
    fault("starttls_refused", format!("the server refuses TLS over {protocol}: {}", words.trim()), said)
}

/// What the server says is not of the protocol.
pub(super) fn malformed(protocol: StartTls, what: &str, said: &[u8]) -> Fault {
    fault("starttls_malformed", format!("the server does not speak {protocol}: {what}"), said)
}

/// The server, or somebody on the way, spoke on after the go-ahead.
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

/// The end of what was said, as text: the last line says why.
fn shown(said: &[u8]) -> String {
    let begin = said.len().saturating_sub(SHOWN_BYTES_MAX);
    String::from_utf8_lossy(said.get(begin..).unwrap_or_default()).trim_end().to_owned()
}
