//! What an attempt has to remember of its way to a session, and of handshakes that failed.

use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::StartTls;

/// The way to the latest session, and what a handshake that failed has shown.
#[derive(Debug, Default)]
pub(crate) struct TlsNotes {
    /// The protocol in which TLS was asked for.
    pub(crate) starttls: Option<StartTls>,
    /// A fault that more is being found out about: should time run out meanwhile, it is the result.
    pub(crate) kept: Option<Box<Fault>>,
    /// What a test warns of that only wants to see the peer's certificate: it is known and good, although there is no session.
    pub(crate) passes_with: Option<String>,
    /// Whether the peer has nothing better than DHE.
    pub(crate) has_dhe_only: bool,
}
