//! What is known of a certificate.

use serde::{Deserialize, Serialize};

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
