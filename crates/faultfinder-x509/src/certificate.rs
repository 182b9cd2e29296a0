//! A certificate: its bytes and everything that verification asks of it, decoded once.
//!
//! Reading is as lenient as OpenSSL's: a malformed time, an unreadable key or a broken extension is a fact about the
//! certificate, not a reason to refuse it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use faultfinder_taxonomy::CertificateFacts;

use crate::curve::sha256;
use crate::der::{self, DerFault, Reader};
use crate::extensions::{self, Extensions};
use crate::general_name::GeneralName;
use crate::hex::hex;
use crate::key::{KeyFault, PublicKey};
use crate::name::Name;
use crate::parse_error::{InField as _, ParseError};
use crate::signature::{SignatureAlgorithm, SignatureFault};
use crate::signed::{Algorithm, Signed};
use crate::time::Asn1Time;

/// The largest certificate that is read, in bytes.
pub const CERTIFICATE_BYTES_MAX: usize = 256 * 1024;

/// A certificate. Cheap to clone; two are equal when their bytes are.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

/// What is known of a certificate.
pub(crate) struct Inner {
    der: Arc<[u8]>,
    spki: std::ops::Range<usize>,
    /// As encoded: 0 is version 1.
    pub(crate) version: i64,
    pub(crate) serial: Box<[u8]>,
    pub(crate) issuer: Name,
    pub(crate) subject: Name,
    pub(crate) not_before: Asn1Time,
    pub(crate) not_after: Asn1Time,
    pub(crate) key: Result<PublicKey, KeyFault>,
    /// The algorithm inside, by which issuers are chosen.
    pub(crate) inner_algorithm: Option<SignatureAlgorithm>,
    /// Whether both algorithm fields say the same.
    pub(crate) algorithms_agree: bool,
    pub(crate) signed: Signed,
    pub(crate) extensions: Extensions,
    /// Subject and issuer are the same.
    pub(crate) self_issued: bool,
    /// Self-issued, key identifiers agree, and the key is of the signature's type (`EXFLAG_SS`).
    pub(crate) marked_self_signed: bool,
    sha256: OnceLock<[u8; 32]>,
}

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
        let mut inner = read_tbs(tbs.inside(), &algorithm, (Arc::clone(&der), signed))?;
        inner.marked_self_signed = crate::issuing::is_marked_self_signed(&inner);
        Ok((Self(Arc::new(inner)), length))
    }

    /// The `SubjectPublicKeyInfo` as it stands in the certificate, for checking signatures of other protocols.
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

    /// What people want to read of it.
    #[must_use]
    pub fn facts(&self) -> CertificateFacts {
        use sha1::Digest as _;
        let mut facts = CertificateFacts::default();
        facts.subject = self.subject();
        facts.issuer = self.issuer();
        facts.serial = hex(&self.0.serial);
        facts.subject_alt_names = self.alt_names();
        facts.not_before = self.not_before();
        facts.not_after = self.not_after();
        if let Ok(key) = &self.0.key {
            facts.key_type = key.type_name();
            facts.key_bits = Some(key.bits);
        }
        facts.signature_algorithm = self.signature_algorithm();
        facts.sha256 = hex(&self.sha256());
        facts.sha1 = hex(&sha1::Sha1::digest(&self.0.der));
        facts.is_ca = self.is_ca();
        facts
    }

    /// `sha256WithRSAEncryption`, or the identifier's dotted form.
    pub(crate) fn signature_algorithm(&self) -> String {
        self.0.signed.algorithm_name()
    }
}

impl Inner {
    /// The bytes that the issuer signed.
    pub(crate) fn tbs(&self) -> &[u8] {
        self.signed.contents(&self.der)
    }

    /// The signature; nothing if its length is not a whole number of bytes.
    pub(crate) fn signature(&self) -> Option<&[u8]> {
        self.signed.signature(&self.der)
    }

    /// Whether the signature is one by this key.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), SignatureFault> {
        self.signed.verify(&self.der, key)
    }

    /// Whether its extensions could all be read and are consistent.
    pub(crate) const fn is_invalid(&self) -> bool {
        self.extensions.invalid.is_some()
    }
}

fn read_tbs(
    mut fields: Reader<'_>,
    outer: &Algorithm<'_>,
    (der, signed): (Arc<[u8]>, Signed),
) -> Result<Inner, ParseError> {
    let version = match fields.explicit(0).in_field("version")? {
        Some(value) => {
            if !value.is(der::Class::Universal, der::INTEGER) {
                return Err(ParseError { field: "version", fault: DerFault::WrongTag });
            }
            der::small_integer(value.integer().in_field("version")?).unwrap_or(-1)
        }
        None => 0,
    };
    let serial = fields.expect(der::INTEGER).and_then(|value| value.integer()).in_field("serialNumber")?;
    let algorithm = Algorithm::read(&mut fields).in_field("signature algorithm")?;
    let issuer = fields.any().and_then(|value| Name::read(&value)).in_field("issuer")?;
    let mut validity = fields.sequence().in_field("validity")?;
    let not_before = validity.any().and_then(|value| Asn1Time::read(&value)).in_field("notBefore")?;
    let not_after = validity.any().and_then(|value| Asn1Time::read(&value)).in_field("notAfter")?;
    validity.finish().in_field("validity")?;
    let subject = fields.any().and_then(|value| Name::read(&value)).in_field("subject")?;
    let spki_start = fields.position();
    let key = read_key(&mut fields).in_field("subjectPublicKeyInfo")?;
    let spki = spki_start..fields.position();
    for (tag, field) in [(1, "issuerUniqueID"), (2, "subjectUniqueID")] {
        if let Some(id) = fields.optional(der::Class::Context, tag).in_field(field)? {
            id.bit_string().in_field(field)?;
        }
    }
    let extensions = read_extensions(&mut fields).in_field("extensions")?;
    fields.finish().in_field("tbsCertificate")?;
    Ok(Inner {
        der,
        spki,
        version,
        serial: serial.into(),
        self_issued: issuer == subject,
        issuer,
        subject,
        not_before,
        not_after,
        key,
        inner_algorithm: algorithm.signature(),
        algorithms_agree: algorithm.same(outer),
        signed,
        extensions,
        marked_self_signed: false,
        sha256: OnceLock::new(),
    })
}

/// Reads the key's frame, which must be well-formed; the key itself need not be.
fn read_key(fields: &mut Reader<'_>) -> Result<Result<PublicKey, KeyFault>, DerFault> {
    let mut info = fields.sequence()?;
    let algorithm = Algorithm::read(&mut info)?;
    let bits = info.expect(der::BIT_STRING)?;
    let (key, _) = bits.bit_string()?;
    info.finish()?;
    Ok(PublicKey::read(algorithm.identifier, algorithm.parameters.as_ref(), &key))
}

fn read_extensions(fields: &mut Reader<'_>) -> Result<Extensions, DerFault> {
    let Some(list) = fields.explicit(3)? else { return Ok(Extensions::default()) };
    if !list.is(der::Class::Universal, der::SEQUENCE) {
        return Err(DerFault::WrongTag);
    }
    extensions::scan(list.inside())
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
