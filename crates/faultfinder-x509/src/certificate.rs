//! A certificate: its bytes and everything that verification asks of it, decoded once.
//!
//! Reading is as lenient as OpenSSL's: a malformed time, an unreadable key or a broken extension is a fact about the
//! certificate, not a reason to refuse it.

mod parts;
mod read;

use std::fmt;
use std::sync::Arc;

use crate::der::{DerFault, Reader};
use crate::fingerprint::sha256;
use crate::general_name::GeneralName;
use crate::parse_error::{InField as _, ParseError};
use crate::signed::Signed;
pub(crate) use parts::Inner;

/// The largest certificate that is read, in bytes.
pub const CERTIFICATE_BYTES_MAX: usize = 256 * 1024;

/// A certificate. Cheap to clone; two are equal when their bytes are.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

impl Certificate {
    /// Reads a certificate from its DER form (BER is accepted as far as OpenSSL does).
    ///
    /// # Errors
    ///
    /// Names the field that cannot be read. Bytes behind the certificate are an error, as in TLS.
    pub fn from_der(der: &[u8]) -> Result<Self, ParseError> {
        Self::from_der_owned(der)
    }

    /// The same for bytes that the caller gives away.
    ///
    /// # Errors
    ///
    /// As [`Certificate::from_der`].
    pub fn from_der_owned(der: impl Into<Arc<[u8]>>) -> Result<Self, ParseError> {
        let der = der.into();
        let (certificate, length) = Self::read(Arc::clone(&der))?;
        if length < der.len() {
            return Err(ParseError { field: "certificate", fault: DerFault::Trailing });
        }
        Ok(certificate)
    }

    /// Reads the certificate at the start of some bytes; returns how many it took.
    pub(crate) fn from_der_prefix(der: &[u8]) -> Result<(Self, usize), ParseError> {
        let (certificate, length) = Self::read(der.into())?;
        if length == der.len() {
            return Ok((certificate, length));
        }
        Self::read(der.get(..length).unwrap_or_default().into())
    }

    fn read(der: Arc<[u8]>) -> Result<(Self, usize), ParseError> {
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(ParseError { field: "certificate", fault: DerFault::TooLarge });
        }
        let mut reader = Reader::new(&der);
        let mut outer = reader.sequence().in_field("certificate")?;
        let length = reader.position();
        let (signed, tbs, algorithm) = Signed::read(&mut outer, "tbsCertificate")?;
        outer.finish().in_field("certificate")?;
        let mut inner = read::read_tbs(tbs.inside(), &algorithm, (Arc::clone(&der), signed))?;
        inner.marked_self_signed = crate::issuing::is_marked_self_signed(&inner);
        Ok((Self(Arc::new(inner)), length))
    }

    /// The `SubjectPublicKeyInfo` as it is in the certificate, for checking signatures of other protocols.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        self.0.der.get(self.0.spki.clone()).unwrap_or_default()
    }

    /// Its bytes, shared, and where in them the key stands.
    pub(crate) fn spki_place(&self) -> (Arc<[u8]>, std::ops::Range<usize>) {
        (Arc::clone(&self.0.der), self.0.spki.clone())
    }

    /// What is known of it.
    pub(crate) fn parts(&self) -> &Inner {
        &self.0
    }

    /// The bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The subject as RFC 4514 text.
    #[must_use]
    pub fn subject(&self) -> String {
        self.0.subject.text()
    }

    /// The issuer as RFC 4514 text.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.0.issuer.text()
    }

    /// Start of validity in seconds since 1970; nothing if the field is malformed.
    #[must_use]
    pub fn not_before(&self) -> Option<i64> {
        self.0.not_before.seconds()
    }

    /// End of validity in seconds since 1970; nothing if the field is malformed.
    #[must_use]
    pub fn not_after(&self) -> Option<i64> {
        self.0.not_after.seconds()
    }

    /// Whether basicConstraints says that it is a CA.
    #[must_use]
    pub fn is_ca(&self) -> bool {
        self.0.extensions.is_ca
    }

    /// The subject alternative names, each as `dns:NAME`, `ip:ADDRESS`, `email:ADDRESS`, `uri:URI` ...
    #[must_use]
    pub fn alt_names(&self) -> Vec<String> {
        self.0.extensions.alt_names.iter().flatten().map(GeneralName::text).collect()
    }

    /// SHA-256 of the bytes, computed when first asked for.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        *self.0.sha256.get_or_init(|| sha256(&self.0.der))
    }

    /// `sha256WithRSAEncryption`, or the identifier's dotted form.
    pub(crate) fn signature_algorithm(&self) -> String {
        self.0.signed.algorithm_name()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject())
            .field("issuer", &self.issuer())
            .finish()
    }
}
