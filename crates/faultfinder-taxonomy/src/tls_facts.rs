//! What is known of a TLS session.

use serde::{Deserialize, Serialize};

/// What the peer presented and what was negotiated, as far as the handshake got.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TlsFacts {
    /// `TLSv1.3`, `TLSv1.2`, or what the peer chose although it cannot be used.
    pub version: Option<String>,
    /// The cipher suite by its IANA name.
    pub cipher_suite: Option<String>,
    /// The protocol that ALPN settled on.
    pub alpn: Option<String>,
    /// The server name that was sent (SNI); nothing for addresses.
    pub server_name: Option<String>,
    /// The certificates as the peer sent them, leaf first.
    pub chain: Vec<CertificateFacts>,
    /// Whether the chain was judged good. Nothing: it was not judged.
    pub verified: Option<bool>,
    /// Every verification event, in the order of OpenSSL's callback.
    pub events: Vec<VerifyEvent>,
    /// Whether the peer stapled an OCSP answer.
    pub ocsp_stapled: bool,
    /// Whether the peer asked for a client certificate.
    pub client_certificate_requested: bool,
}

/// One certificate, as people want to read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CertificateFacts {
    /// The subject as RFC 4514 text.
    pub subject: String,
    /// The issuer as RFC 4514 text.
    pub issuer: String,
    /// The serial number, hexadecimal.
    pub serial: String,
    /// Subject alternative names, each as `dns:NAME`, `ip:ADDRESS`, `email:ADDRESS` or `uri:URI`.
    pub subject_alt_names: Vec<String>,
    /// Start of validity in seconds since 1970; nothing if the field is unreadable.
    pub not_before: Option<i64>,
    /// End of validity in seconds since 1970; nothing if the field is unreadable.
    pub not_after: Option<i64>,
    /// Kind of the key: `RSA`, `EC P-256`, `Ed25519` ...
    pub key_type: String,
    /// Size of the key in bits; nothing if it is unreadable.
    pub key_bits: Option<u32>,
    /// Signature algorithm: `sha256WithRSAEncryption`, `ecdsa-with-SHA256` ...
    pub signature_algorithm: String,
    /// SHA-256 of the DER form, hexadecimal.
    pub sha256: String,
    /// SHA-1 of the DER form, hexadecimal.
    pub sha1: String,
    /// Whether basicConstraints says that it is a CA.
    pub is_ca: bool,
    /// Set when the bytes are no certificate: why.
    pub parse_error: Option<String>,
}

/// One thing that verification objected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifyEvent {
    /// Place in the chain; 0 is the leaf.
    pub depth: usize,
    /// The finest code known.
    pub code: crate::VerifyCode,
    /// The code that OpenSSL reports for it; differs from `code` where OpenSSL folds facts together.
    pub openssl: crate::VerifyCode,
    /// Subject of the certificate it is about.
    pub subject: String,
    /// Why, in one sentence fragment.
    pub reason: String,
    /// What would mend it.
    pub remedy: String,
}

impl VerifyEvent {
    /// An event at a depth, with the finest code and the one that OpenSSL reports.
    #[must_use]
    pub fn new(depth: usize, code: crate::VerifyCode, openssl: crate::VerifyCode) -> Self {
        Self { depth, code, openssl, subject: String::new(), reason: String::new(), remedy: String::new() }
    }
}
