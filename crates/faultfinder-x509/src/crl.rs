//! A certificate revocation list (RFC 5280 section 5): its bytes and everything that verification asks of it.
//!
//! Reading is as lenient as OpenSSL's: a malformed time or a broken extension is a fact about the CRL, not a reason to
//! refuse it. The revoked serials are sorted once, when the CRL is read.

mod extensions;
mod revoked;

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use crate::der::{self, Class, DerFault, Reader};
use crate::fingerprint::sha256;
use crate::hex::hex;
use crate::key::PublicKey;
use crate::name::Name;
use crate::parse_error::{InField as _, ParseError};
use crate::signature::{SignatureAlgorithm, SignatureFault};
use crate::signed::{Algorithm, Signed};
use crate::time::Asn1Time;
pub(crate) use extensions::CrlExtensions;
pub use revoked::RevocationReason;
pub(crate) use revoked::{Revoked, RevokedList};

/// The largest CRL that is read, in bytes. The largest ones that public authorities publish have about 20 MiB.
pub const CRL_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A certificate revocation list. Cheap to clone; two are equal when their bytes are.
#[derive(Clone)]
pub struct Crl(Arc<Inner>);

/// What is known of a CRL.
pub(crate) struct Inner {
    der: Arc<[u8]>,
    pub(crate) issuer: Name,
    pub(crate) last_update: Asn1Time,
    pub(crate) next_update: Option<Asn1Time>,
    /// The algorithm inside, which Suite B looks at.
    pub(crate) inner_algorithm: Option<SignatureAlgorithm>,
    pub(crate) signed: Signed,
    pub(crate) extensions: CrlExtensions,
    pub(crate) revoked: RevokedList,
    sha256: OnceLock<[u8; 32]>,
    /// Who signed it, as far as that was checked.
    checked: Mutex<Option<Checked>>,
}

/// The key by which a signature was checked, and whether it holds.
type Checked = (Box<[u8]>, Result<(), SignatureFault>);

impl Crl {
    /// Reads a CRL from its DER form (BER is accepted as far as OpenSSL does).
    ///
    /// # Errors
    ///
    /// Names the field that cannot be read. Bytes behind the CRL are an error.
    pub fn from_der(der: &[u8]) -> Result<Self, ParseError> {
        Self::from_der_owned(der)
    }

    /// The same for bytes that the caller gives away.
    ///
    /// # Errors
    ///
    /// As [`Crl::from_der`].
    pub fn from_der_owned(der: impl Into<Arc<[u8]>>) -> Result<Self, ParseError> {
        let (crl, length) = Self::read(der.into())?;
        if length < crl.der().len() {
            return Err(ParseError { field: "CRL", fault: DerFault::Trailing });
        }
        Ok(crl)
    }

    /// Reads the CRL at the start of some bytes.
    pub(crate) fn from_der_prefix(der: &[u8]) -> Result<Self, ParseError> {
        let (crl, length) = Self::read(der.into())?;
        match der.get(..length) {
            Some(own) if length < der.len() => Ok(Self::read(own.into())?.0),
            _ => Ok(crl),
        }
    }

    fn read(der: Arc<[u8]>) -> Result<(Self, usize), ParseError> {
        if der.len() > CRL_BYTES_MAX {
            return Err(ParseError { field: "CRL", fault: DerFault::TooLarge });
        }
        let mut reader = Reader::new(&der);
        let mut outer = reader.sequence().in_field("CRL")?;
        let length = reader.position();
        // Nothing compares the algorithm outside with the one inside.
        let (signed, tbs, _) = Signed::read(&mut outer, "tbsCertList")?;
        outer.finish().in_field("CRL")?;
        let inner = read_tbs(tbs.inside(), (Arc::clone(&der), signed))?;
        Ok((Self(Arc::new(inner)), length))
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

    /// Who issued it, as RFC 4514 text.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.0.issuer.text()
    }

    /// When it was issued, in seconds since 1970; nothing if the field is malformed.
    #[must_use]
    pub fn last_update(&self) -> Option<i64> {
        self.0.last_update.seconds()
    }

    /// When the next one is due, in seconds since 1970; nothing if the field is missing or malformed.
    #[must_use]
    pub fn next_update(&self) -> Option<i64> {
        self.0.next_update.as_ref()?.seconds()
    }

    /// How many certificates it revokes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.revoked.len()
    }

    /// Whether it revokes none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it lists only changes since another CRL.
    #[must_use]
    pub fn is_delta(&self) -> bool {
        self.0.extensions.base_number.is_some()
    }

    /// SHA-256 of the bytes, computed when first asked for.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        *self.0.sha256.get_or_init(|| sha256(&self.0.der))
    }

    /// What to call it in messages: its issuer, and its number if it has one.
    pub(crate) fn label(&self) -> String {
        let number =
            self.0.extensions.number.as_deref().map(|number| format!(", number {}", decimal(number)));
        format!("the CRL of \"{}\"{}", self.issuer(), number.unwrap_or_default())
    }
}

/// A number as people write it if it fits, else in hexadecimal.
fn decimal(number: &[u8]) -> String {
    der::small_integer(number).map_or_else(|| format!("0x{}", hex(number)), |number| number.to_string())
}

impl Inner {
    /// The bytes that the issuer signed.
    pub(crate) fn tbs(&self) -> &[u8] {
        self.signed.contents(&self.der)
    }

    /// Whether the signature is one by this key.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), SignatureFault> {
        self.signed.verify(&self.der, key)
    }

    /// Whether the signature by a key holds: as it was found before, or found now and kept with this CRL. CRLs are large,
    /// so one answer stays with each instead of a copy of its bytes in a cache.
    pub(crate) fn remembered(
        &self,
        key: &[u8],
        check: impl FnOnce() -> Result<(), SignatureFault>,
    ) -> Result<(), SignatureFault> {
        if let Ok(guard) = self.checked.try_lock()
            && let Some((known, outcome)) = &*guard
            && **known == *key
        {
            return *outcome;
        }
        let outcome = check();
        if let Ok(mut guard) = self.checked.try_lock() {
            *guard = Some((key.into(), outcome));
        }
        outcome
    }

    /// The entry that revokes a serial of that issuer, if there is one.
    pub(crate) fn find(&self, serial: &[u8], issuer: &Name) -> Option<&Revoked> {
        self.revoked.find(&self.der, serial, |names| match names {
            None => self.issuer == *issuer,
            Some(names) => names.contains(issuer),
        })
    }

    /// When an entry says that it was revoked; nothing if the field is malformed.
    pub(crate) fn date(&self, entry: &Revoked) -> Option<i64> {
        entry.date(&self.der)
    }
}

fn read_tbs(mut fields: Reader<'_>, (der, signed): (Arc<[u8]>, Signed)) -> Result<Inner, ParseError> {
    if let Some(version) = fields.optional(Class::Universal, der::INTEGER).in_field("version")? {
        version.integer().in_field("version")?;
    }
    let algorithm = Algorithm::read(&mut fields).in_field("signature algorithm")?;
    let issuer = fields.any().and_then(|value| Name::read(&value)).in_field("issuer")?;
    let last_update = fields.any().and_then(|value| Asn1Time::read(&value)).in_field("thisUpdate")?;
    let next_update = match next_time(&mut fields).in_field("nextUpdate")? {
        Some(value) => Some(Asn1Time::read(&value).in_field("nextUpdate")?),
        None => None,
    };
    let revoked = match fields.optional(Class::Universal, der::SEQUENCE).in_field("revokedCertificates")? {
        Some(list) => RevokedList::read(list.inside()).in_field("revokedCertificates")?,
        None => RevokedList::default(),
    };
    let mut extensions = match fields.explicit(0).in_field("crlExtensions")? {
        Some(list) if list.is(Class::Universal, der::SEQUENCE) => {
            CrlExtensions::read(list.inside()).in_field("crlExtensions")?
        }
        Some(_) => return Err(ParseError { field: "crlExtensions", fault: DerFault::WrongTag }),
        None => CrlExtensions::default(),
    };
    fields.finish().in_field("tbsCertList")?;
    if extensions.unhandled_critical.is_none() {
        extensions.unhandled_critical.clone_from(&revoked.unhandled_critical);
    }
    Ok(Inner {
        der,
        issuer,
        last_update,
        next_update,
        inner_algorithm: algorithm.signature(),
        signed,
        extensions,
        revoked,
        sha256: OnceLock::new(),
        checked: Mutex::new(None),
    })
}

/// The next value if it is a time.
fn next_time<'a>(fields: &mut Reader<'a>) -> Result<Option<der::Tlv<'a>>, DerFault> {
    match fields.optional(Class::Universal, der::UTC_TIME)? {
        Some(value) => Ok(Some(value)),
        None => fields.optional(Class::Universal, der::GENERALIZED_TIME),
    }
}

impl PartialEq for Crl {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.der == other.0.der
    }
}

impl Eq for Crl {}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crl").field("issuer", &self.issuer()).field("revoked", &self.len()).finish()
    }
}
