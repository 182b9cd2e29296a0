//! X.509 chain verification that names every fault as OpenSSL 3.5 does, in memory-safe Rust.
//!
//! Pure: bytes, a time and a trust store in, a [`Verdict`] out. The verdict lists every fault in the order in which
//! OpenSSL's verify callback would see it, with its depth, the certificate, the reason and the fix. A strict client stops at the
//! first, a client that always continues (Node.js) shows the last, and [`Verdict::decisive`] is the one that matters.
//!
//! ```
//! use faultfinder_x509::{Certificate, TrustStore, VerifyOptions, verify};
//! # fn der() -> Vec<u8> {
//! #     let key = rcgen::KeyPair::generate().unwrap();
//! #     rcgen::CertificateParams::new(["a.test".into()]).unwrap().self_signed(&key).unwrap().der().to_vec()
//! # }
//! let leaf = Certificate::from_der(&der())?;
//! let mut options = VerifyOptions::tls_server(1_767_225_600); // 2026-01-01
//! options.hosts = vec!["b.test".to_owned()];
//!
//! let verdict = verify(&leaf, &[], &TrustStore::default(), &options);
//! assert!(!verdict.is_valid());
//! let fault = verdict.decisive().expect("not valid");
//! assert_eq!(fault.code.as_str(), "DEPTH_ZERO_SELF_SIGNED_CERT");
//!
//! // If it is trusted, only the host is wrong.
//! let verdict = verify(&leaf, &[], &TrustStore::new([leaf.clone().into()]), &options);
//! let fault = verdict.decisive().expect("not valid");
//! assert_eq!(fault.reason, "no SAN covers \"b.test\": the certificate is for a.test");
//! # Ok::<(), faultfinder_x509::ParseError>(())
//! ```
//!
//! # What it does
//!
//! Everything that OpenSSL's `X509_verify_cert` does: chains of any shape, trust settings, purposes, revocation by CRLs
//! (indirect ones, deltas, with the path of the CRL's issuer), name constraints, policies, proxy certificates, Suite B, strict
//! mode, names, number resources (RFC 3779). DANE and raw public keys are not supported. [`ocsp`] evaluates OCSP responses, which OpenSSL's
//! verification does not. Where OpenSSL reports several facts as one code, [`Event::code`] distinguishes them.
//!
//! # Limits
//!
//! Certificates of [`CERTIFICATE_BYTES_MAX`], chains of [`CHAIN_MAX`], keys on fields of 661 bits, and a [`Budget`] of memory
//! and work; beyond the budget, a verdict ends with `OUT_OF_MEM`.

mod der; // a bounded BER reader
mod parse_error; // why bytes could not be read
mod hex; // bytes as text
mod fingerprint; // SHA-256
mod oid; // object identifiers
mod time; // UTCTime and GeneralizedTime, readable or not
mod name; // distinguished names and their canonical form
mod general_name; // the names of extensions
mod subtree; // the bases of name constraints as text
mod extensions; // the extensions of a certificate
mod curve; // elliptic curves
mod key; // public keys and their strength
mod signature; // signature algorithms and their verification
mod signed; // contents, an algorithm, a signature
mod certificate; // one certificate, decoded once
mod crl; // one revocation list, decoded once
mod facts; // certificates in readable form
mod raw; // fields as they are encoded
mod bundle; // certificates as CAs publish them
pub mod ocsp; // requests to responders, and the verification of their responses
pub mod pem; // certificates in text, with trust settings
mod issuing; // whether one certificate can have issued another
mod store; // the trusted certificates
mod budget; // the cost limits of a verification
mod options; // what to verify and how strictly
pub mod host; // names of hosts, addresses and mailboxes
mod event; // one problem
mod remedy; // how to fix it
mod verify; // the phases
mod verdict; // all problems and the decisive one
mod sent; // what a peer sent, compared with the chain
pub mod case; // a verification as a line of JSON
pub mod conformance; // agreement with recorded answers

pub use budget::Budget;
pub use bundle::{BUNDLE_CERTIFICATES_MAX, BundleError, read_bundle};
pub use certificate::{CERTIFICATE_BYTES_MAX, Certificate};
pub use crl::{CRL_BYTES_MAX, Crl, RevocationReason};
pub use der::DerFault;
pub use event::Event;
pub use extensions::{URL_BYTES_MAX, URLS_MAX};
pub use faultfinder_taxonomy::word::Purpose;
pub use oid::Oid;
pub use options::{Flags, HostFlags, VerifyOptions};
pub use parse_error::ParseError;
pub use pem::AuxTrust;
pub use sent::Sent;
pub use signature::SignatureCache;
pub use store::{TrustStore, TrustedCertificate};
pub use time::format_time;
pub use verdict::{StrictResult, Verdict};
pub use verify::{CHAIN_MAX, verify};
