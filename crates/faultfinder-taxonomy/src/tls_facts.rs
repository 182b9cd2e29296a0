//! What is known of a TLS session.

use crate::CertificateFacts;
use serde::{Deserialize, Serialize};

/// What the peer presented and what was negotiated before the handshake ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TlsFacts {
    /// `TLSv1.3`, `TLSv1.2`, or what the peer chose although it cannot be used.
    pub version: Option<String>,
    /// The cipher suite by its IANA name.
    pub cipher_suite: Option<String>,
    /// The protocol that ALPN selected.
    pub alpn: Option<String>,
    /// The server name that was sent (SNI); nothing for addresses.
    pub server_name: Option<String>,
    /// The certificates as the peer sent them, leaf first.
    pub chain: Vec<CertificateFacts>,
    /// How many certificates the chain has that was built for verification: from the leaf to the trusted certificate, or as
    /// far as it could be built. Nothing if none was built.
    pub chain_length: Option<usize>,
    /// When the first certificate of that chain expires, in seconds since 1970.
    pub chain_not_after: Option<i64>,
    /// Whether the chain is valid; nothing if it was not verified.
    pub verified: Option<bool>,
    /// Every verification event, in the order of OpenSSL's callback.
    pub events: Vec<VerifyEvent>,
    /// Whether the peer stapled an OCSP response.
    pub ocsp_stapled: bool,
    /// The OCSP status of the leaf, stapled or requested; nothing if OCSP was not evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ocsp: Option<OcspFacts>,
    /// Whether the peer asked for a client certificate.
    pub client_certificate_requested: bool,
}

/// The OCSP status of a certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OcspFacts {
    /// `stapled` by the peer, or requested from the `responder`.
    pub source: String,
    /// Where the responder was asked.
    pub url: Option<String>,
    /// `good`, `revoked` or `unknown`; nothing if the response is unusable.
    pub status: Option<String>,
    /// When the certificate was revoked, in seconds since 1970.
    pub revoked_at: Option<i64>,
    /// Why it was revoked, as RFC 5280 names it.
    pub reason: Option<String>,
    /// When the status was determined (thisUpdate), in seconds since 1970.
    pub this_update: Option<i64>,
    /// When a newer status will be available (nextUpdate), in seconds since 1970.
    pub next_update: Option<i64>,
    /// Who signed the response.
    pub signer: Option<String>,
    /// Why the response is unusable, or missing.
    pub error: Option<String>,
}

/// One problem that verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifyEvent {
    /// Place in the chain; 0 is the leaf.
    pub depth: usize,
    /// The finest code known.
    pub code: crate::VerifyCode,
    /// The code that OpenSSL reports for it; differs from `code` where OpenSSL reports several facts as one code.
    pub openssl: crate::VerifyCode,
    /// Subject of the certificate it is about.
    pub subject: String,
    /// Why, in one sentence fragment.
    pub reason: String,
    /// How to fix it.
    pub remedy: String,
}

impl VerifyEvent {
    /// An event at a depth, with the finest code and the one that OpenSSL reports.
    #[must_use]
    pub fn new(depth: usize, code: crate::VerifyCode, openssl: crate::VerifyCode) -> Self {
        Self { depth, code, openssl, subject: String::new(), reason: String::new(), remedy: String::new() }
    }
}
