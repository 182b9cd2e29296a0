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
    /// Set when the bytes are not a certificate: why.
    pub parse_error: Option<String>,
    // The details, which not every certificate comes with. They are read with best effort: what cannot be read, or is not
    // in the certificate, is left out.
    /// What keyUsage allows, as RFC 5280 names it: `digitalSignature`, `keyCertSign` ...
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub key_usage: Vec<String>,
    /// What extKeyUsage allows: `serverAuth`, `clientAuth` ..., or an object identifier.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extended_key_usage: Vec<String>,
    /// The most authorities that may be below it (`pathLenConstraint`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_length: Option<u32>,
    /// The policies that it was issued under.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicyFacts>,
    /// The names that certificates below it may have, each as `dns:NAME`, `ip:NETWORK`, `email:HOST` ...
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub permitted_names: Vec<String>,
    /// The names that certificates below it must not have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_names: Vec<String>,
    /// The identifier of its key, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_key_id: Option<String>,
    /// The identifier of its issuer's key, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority_key_id: Option<String>,
    /// Where the certificate of its issuer can be fetched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ca_issuer_urls: Vec<String>,
    /// Where its status can be asked for by OCSP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ocsp_urls: Vec<String>,
    /// Where CRLs that cover it can be fetched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub crl_urls: Vec<String>,
    /// The logs of Certificate Transparency that it was submitted to (RFC 6962).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scts: Vec<SctFacts>,
}

/// One policy that a certificate was issued under.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PolicyFacts {
    /// Its object identifier.
    pub oid: String,
    /// What the CA/Browser Forum means by it: `DV`, `OV`, `IV` or `EV`; or `anyPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What one log of Certificate Transparency promised: a signed certificate timestamp.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SctFacts {
    /// The log: SHA-256 of its key, hexadecimal.
    pub log_id: String,
    /// When it was submitted, in seconds since 1970.
    pub time: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn details_that_are_not_known_are_not_in_the_json() {
        let plain = serde_json::to_value(CertificateFacts::default()).unwrap();
        let names: BTreeSet<&str> = plain.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = BTreeSet::from([
            "subject",
            "issuer",
            "serial",
            "subject_alt_names",
            "not_before",
            "not_after",
            "key_type",
            "key_bits",
            "signature_algorithm",
            "sha256",
            "sha1",
            "is_ca",
            "parse_error",
        ]);
        assert_eq!(names, expected);
    }

    #[test]
    fn details_are_read_as_they_were_written() {
        let details = json!({
            "key_usage": ["digitalSignature"], "extended_key_usage": ["serverAuth"], "path_length": 0,
            "policies": [{"oid": "2.23.140.1.2.1", "name": "DV"}, {"oid": "1.2.3"}],
            "permitted_names": ["dns:a.test"], "excluded_names": ["ip:10.0.0.0/8"],
            "subject_key_id": "01", "authority_key_id": "02",
            "ca_issuer_urls": ["http://ca.test/"], "ocsp_urls": ["http://ocsp.test/"],
            "crl_urls": ["http://crl.test/"], "scts": [{"log_id": "03", "time": 4}],
        });
        let facts: CertificateFacts = serde_json::from_value(details.clone()).unwrap();
        let written = serde_json::to_value(&facts).unwrap();
        for (name, value) in details.as_object().unwrap() {
            assert_eq!(&written[name], value, "{name}");
        }
    }
}
