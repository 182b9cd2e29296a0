//! TLS sessions with capture: everything that the peer presented, verified by `faultfinder-x509`.

mod options; // TlsOptions: the TLS options of a request
mod client; // TlsClient: prepared options, once per distinct set
mod reference_name; // ReferenceName: what a certificate must be issued for
mod chain; // Chain: the input of a verification
mod capture; // Capture: everything that one peer presented, and the verdict
mod report; // the same as faults, warnings and facts
mod offered; // what this client offers
pub(crate) mod verdict; // the verdict, with what the options permit to fetch for it
mod warm; // cryptography made ready before it is needed
pub(crate) mod warning; // what is worth a warning in a complete handshake
mod judge; // the verification of a peer's certificates
mod second_opinion; // webpki's verdict on chains that are valid by ours
mod cut_off; // the data that was still missing when time ran out
mod revocation; // the OCSP status of the leaf
mod fetching; // Fetching: how it is fetched
mod supplement; // the data that is fetched to verify a chain
mod provider; // the cryptography of sessions, with what legacy peers need
mod verifier; // the rustls side of the capture
pub(crate) mod handshake; // stream -> session
mod notes; // TlsNotes: the way to a session, and what a failed handshake has shown
mod diagnostic; // what a server would have chosen that refused without saying why
mod decrypted; // Decrypted: what a session has decrypted, without loss
mod wire; // the content of the peer's first bytes
pub(crate) mod failure; // the failure of a handshake or a session -> fault

pub use capture::Capture;
#[cfg(feature = "quic")]
pub(crate) use capture::Negotiated;
pub use client::{TlsClient, root_certificates};
pub use decrypted::Decrypted;
pub use diagnostic::flight::{Flight, KeyExchange, Seen};
pub(crate) use handshake::handshake_in_tunnel;
pub use handshake::{Session, confirm, handshake, handshake_over_tcp};
pub(crate) use notes::TlsNotes;
pub use options::{CertificateDetails, TlsOptions};
pub use provider::provider;
pub use warm::warm_up;
pub use wire::protocol_name;
