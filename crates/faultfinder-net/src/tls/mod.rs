//! TLS sessions with capture: everything that the peer presented, judged by `faultfinder-x509`.

mod options; // TlsOptions: what a request can say about TLS
mod client; // TlsClient: options made ready, once per distinct set
mod reference_name; // ReferenceName: what a certificate must be issued for
mod chain; // Chain: what a verdict is asked for
mod capture; // Capture: what one peer presented, and the verdict
mod report; // the same for people
mod judge; // what decides whether a peer's certificates are good
mod second_opinion; // webpki's, on what ours finds good
mod cut_off; // what was still missing when time ran out
mod revocation; // what OCSP says of the leaf
mod fetching; // Fetching: how that is fetched
mod supplement; // what is fetched to judge a chain
mod verifier; // the rustls side of the capture
pub(crate) mod handshake; // stream -> session
mod wire; // what the peer's first bytes say
pub(crate) mod failure; // how a handshake or a session failed -> fault

pub use capture::Capture;
pub(crate) use capture::Negotiated;
pub use client::{TlsClient, root_certificates};
pub use failure::session_fault;
pub use handshake::{Session, confirm, handshake};
pub use options::{CertificateDetails, TlsOptions};
pub use wire::protocol_name;
