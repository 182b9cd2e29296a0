//! What a certificate will say, before somebody signs it.

use super::extensions::{
    CRL_SIGN, DIGITAL_SIGNATURE, KEY_CERT_SIGN, basic_constraints, extended_key_usage, key_usage,
    subject_alt_name,
};
use super::rsa_signature::Digest;
use super::{Key, der, oids};
use crate::LabError;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// One day.
pub const DAY: Duration = Duration::from_secs(86_400);
/// How long ago good leaves were issued.
const LEAF_AGE: Duration = DAY;
/// How long good leaves are still valid.
const LEAF_REST: Duration = Duration::from_secs(89 * 86_400);
/// How long ago good authorities were made.
const AUTHORITY_AGE: Duration = Duration::from_secs(365 * 86_400);
/// How long good authorities are still valid.
const AUTHORITY_REST: Duration = Duration::from_secs(3650 * 86_400);
/// What the subjects of all certificates have in common.
const ORGANIZATION: &str = "Faultfinder Lab";

/// The contents of a certificate. Every field is DER and may be replaced by something wrong.
#[derive(Debug, Clone)]
pub struct Template {
    /// The serial number, big-endian; a random one if there is none.
    pub serial: Option<Vec<u8>>,
    /// The subject, a `Name`.
    pub subject: Vec<u8>,
    /// `notBefore`, a `Time`.
    pub not_before: Vec<u8>,
    /// `notAfter`, a `Time`.
    pub not_after: Vec<u8>,
    /// The extensions without the key identifiers, which come from the keys.
    pub extensions: Vec<Vec<u8>>,
    /// A `SubjectPublicKeyInfo` in place of the key's own.
    pub spki: Option<Vec<u8>>,
    /// An `AlgorithmIdentifier` inside the signed part that is not the one outside.
    pub inner_algorithm: Option<Vec<u8>>,
    /// The digest that is signed.
    pub digest: Digest,
    /// How the signature comes about.
    pub signature: Signature,
}

/// How the signature of a certificate, a CRL or an OCSP answer comes about.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "closed: the lab's own vocabulary")]
pub enum Signature {
    /// By the issuer.
    Good,
    /// By somebody else's key, under the issuer's name.
    By(Arc<Key>),
    /// Not at all: these bytes are there instead.
    Bytes(Vec<u8>),
}

impl Signature {
    /// The bytes that are in place of the issuer's signature over a message.
    ///
    /// # Errors
    ///
    /// When the cryptographic library cannot sign.
    pub(super) fn make(&self, issuer: &Key, digest: Digest, message: &[u8]) -> Result<Vec<u8>, LabError> {
        match self {
            Self::Good => issuer.sign(digest, message),
            Self::By(other) => other.sign(digest, message),
            Self::Bytes(bytes) => Ok(bytes.clone()),
        }
    }
}

impl Template {
    /// The certificate of a TLS server as public authorities issue it: issued yesterday, valid for 89 more days.
    #[must_use]
    pub fn server(now: SystemTime, names: &[&str]) -> Self {
        let common_name = names.first().copied().unwrap_or("no name");
        let extensions = vec![
            key_usage(&[DIGITAL_SIGNATURE]),
            extended_key_usage(&[oids::SERVER_AUTH]),
            basic_constraints(false, None),
            subject_alt_name(names),
        ];
        Self::new(common_name, extensions).valid(before(now, LEAF_AGE), after(now, LEAF_REST))
    }

    /// The certificate of a TLS client.
    #[must_use]
    pub fn client(now: SystemTime, common_name: &str) -> Self {
        let extensions = vec![
            key_usage(&[DIGITAL_SIGNATURE]),
            extended_key_usage(&[oids::CLIENT_AUTH]),
            basic_constraints(false, None),
        ];
        Self::new(common_name, extensions).valid(before(now, LEAF_AGE), after(now, LEAF_REST))
    }

    /// The certificate of an authority, a year old and valid for ten more.
    #[must_use]
    pub fn authority(now: SystemTime, common_name: &str, path_len: Option<u8>) -> Self {
        let extensions =
            vec![basic_constraints(true, path_len), key_usage(&[DIGITAL_SIGNATURE, KEY_CERT_SIGN, CRL_SIGN])];
        Self::new(common_name, extensions).valid(before(now, AUTHORITY_AGE), after(now, AUTHORITY_REST))
    }

    /// Without dates.
    fn new(common_name: &str, extensions: Vec<Vec<u8>>) -> Self {
        Self {
            serial: None,
            subject: name(common_name),
            not_before: Vec::new(),
            not_after: Vec::new(),
            extensions,
            spki: None,
            inner_algorithm: None,
            digest: Digest::Sha256,
            signature: Signature::Good,
        }
    }

    /// The same, valid between these times.
    #[must_use]
    pub fn valid(self, from: SystemTime, until: SystemTime) -> Self {
        Self { not_before: der::time(from), not_after: der::time(until), ..self }
    }

    /// The same with these extensions.
    #[must_use]
    pub fn with_extensions(self, extensions: Vec<Vec<u8>>) -> Self {
        Self { extensions, ..self }
    }

    /// The same with one more extension, which comes last.
    #[must_use]
    pub fn with_extension(mut self, extension: Vec<u8>) -> Self {
        self.extensions.push(extension);
        self
    }

    /// The same with this serial number.
    #[must_use]
    pub fn numbered(self, serial: &[u8]) -> Self {
        Self { serial: Some(serial.to_vec()), ..self }
    }

    /// The same, signed otherwise.
    #[must_use]
    pub fn signed(self, signature: Signature) -> Self {
        Self { signature, ..self }
    }

    /// The same, signed over this digest.
    #[must_use]
    pub fn digest(self, digest: Digest) -> Self {
        Self { digest, ..self }
    }
}

/// That long before a time, as far as the clock reaches.
#[must_use]
pub fn before(time: SystemTime, by: Duration) -> SystemTime {
    time.checked_sub(by).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// That long after a time, as far as the clock reaches.
#[must_use]
pub fn after(time: SystemTime, by: Duration) -> SystemTime {
    time.checked_add(by).unwrap_or(time)
}

/// A `Name`: the lab's organization and a common name.
#[must_use]
pub fn name(common_name: &str) -> Vec<u8> {
    let attribute = |oid, value| der::set(&der::sequence(&[der::oid(oid), der::utf8_string(value)]));
    der::sequence(&[
        attribute(oids::ORGANIZATION_NAME, ORGANIZATION),
        attribute(oids::COMMON_NAME, common_name),
    ])
}
