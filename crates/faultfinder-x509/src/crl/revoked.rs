//! The entries of a CRL: which serials are revoked, of which issuer, when and why (RFC 5280 section 5.3).

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use crate::der::{self, Class, DerFault, Reader};
use crate::extensions::{self, Raw};
use crate::general_name::GeneralName;
use crate::name::Name;
use crate::oid::{self, Oid};
use crate::time::Asn1Time;

/// Why a certificate was revoked (`CRLReason`, RFC 5280 section 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationReason {
    /// No reason is given.
    Unspecified,
    /// The key was compromised.
    KeyCompromise,
    /// The CA's key was compromised.
    CaCompromise,
    /// The subject's name or other facts have changed.
    AffiliationChanged,
    /// Another certificate replaced it.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// It is on hold and may come back.
    CertificateHold,
    /// It is no longer on hold: only in delta CRLs.
    RemoveFromCrl,
    /// A privilege was withdrawn.
    PrivilegeWithdrawn,
    /// The attribute authority's key was compromised.
    AaCompromise,
    /// A number that RFC 5280 does not define.
    Other(i64),
}

impl RevocationReason {
    /// The reason of that number.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Unspecified,
            1 => Self::KeyCompromise,
            2 => Self::CaCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::CertificateHold,
            8 => Self::RemoveFromCrl,
            9 => Self::PrivilegeWithdrawn,
            10 => Self::AaCompromise,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for RevocationReason {
    /// RFC 5280's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::RemoveFromCrl => "removeFromCRL",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
            Self::Other(number) => return write!(f, "reason {number}"),
        })
    }
}

/// One entry. Places are in the bytes of the CRL.
#[derive(Debug, Clone)]
pub(crate) struct Revoked {
    serial: Range<u32>,
    date: Range<u32>,
    /// Which of the list's issuers it is about; nothing for the CRL's own.
    issuer: Option<u32>,
    pub(crate) reason: Option<RevocationReason>,
}

impl Revoked {
    fn serial<'a>(&self, der: &'a [u8]) -> &'a [u8] {
        slice(der, &self.serial)
    }

    /// When it was revoked, in seconds since 1970; nothing if the field is malformed.
    pub(super) fn date(&self, der: &[u8]) -> Option<i64> {
        let value = Reader::new(slice(der, &self.date)).any().ok()?;
        Asn1Time::read(&value).ok()?.lenient()
    }
}

/// The entries, sorted by serial; those with the same serial are in the order of the CRL.
#[derive(Debug, Default)]
pub(crate) struct RevokedList {
    sorted: Vec<Revoked>,
    /// The directory names of each certificateIssuer.
    issuers: Vec<Vec<Name>>,
    /// The first critical extension of an entry that verification does not know.
    pub(super) unhandled_critical: Option<Oid>,
}

/// OpenSSL's order: shorter numbers first.
fn order(one: &[u8], other: &[u8]) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

impl RevokedList {
    /// Reads the entries.
    ///
    /// # Errors
    ///
    /// When an entry is malformed; what its extensions say wrongly ends only the reading of extensions, as in OpenSSL.
    pub(super) fn read(mut list: Reader<'_>) -> Result<Self, DerFault> {
        let mut found = Self::default();
        let mut issuer = None;
        let mut readable = true;
        let der = list.input();
        while !list.is_empty() {
            let mut fields = list.sequence()?;
            let serial = fields.expect(der::INTEGER)?;
            serial.integer()?;
            let date = fields.any()?;
            Asn1Time::read(&date)?;
            let extensions = match fields.optional(Class::Universal, der::SEQUENCE)? {
                Some(list) => extensions::read_all(list.inside())?,
                None => Vec::new(),
            };
            fields.finish()?;
            let mut entry = Revoked {
                serial: narrow(serial.content_span())?,
                date: narrow(date.span())?,
                issuer: None,
                reason: None,
            };
            readable = readable && found.decode(&extensions, &mut entry, &mut issuer);
            found.sorted.push(entry);
        }
        // Stable, so that the first of equals stays the first.
        found.sorted.sort_by(|one, other| order(one.serial(der), other.serial(der)));
        Ok(found)
    }

    /// Reads an entry's extensions; says whether all that matter could be read.
    fn decode(&mut self, extensions: &[Raw<'_>], entry: &mut Revoked, issuer: &mut Option<u32>) -> bool {
        match single(extensions, oid::CERTIFICATE_ISSUER, extensions::general_names) {
            Err(()) => return false,
            Ok(Some(names)) => {
                let directory = |name| match name {
                    GeneralName::Directory(name) => Some(name),
                    _ => None,
                };
                self.issuers.push(names.into_iter().filter_map(directory).collect());
                *issuer = u32::try_from(self.issuers.len() - 1).ok();
            }
            Ok(None) => {}
        }
        entry.issuer = *issuer;
        match single(extensions, oid::CRL_REASON, enumerated) {
            Err(()) => return false,
            Ok(reason) => entry.reason = reason.map(RevocationReason::from_number),
        }
        let unknown = extensions.iter().find(|raw| raw.critical && raw.kind != oid::CERTIFICATE_ISSUER);
        if let Some(raw) = unknown {
            self.unhandled_critical.get_or_insert_with(|| Oid::new(raw.kind));
        }
        true
    }

    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }

    /// What the list takes in memory, in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.sorted.len().saturating_mul(size_of::<Revoked>())
    }

    /// The first entry of a serial whose issuer is the right one.
    pub(super) fn find(
        &self,
        der: &[u8],
        serial: &[u8],
        is_issuer: impl Fn(Option<&[Name]>) -> bool,
    ) -> Option<&Revoked> {
        let first = self.sorted.partition_point(|entry| order(entry.serial(der), serial).is_lt());
        let same = self.sorted.get(first..)?.iter().take_while(|entry| entry.serial(der) == serial);
        same.into_iter().find(|entry| {
            let names = entry.issuer.and_then(|issuer| self.issuers.get(usize::try_from(issuer).ok()?));
            is_issuer(names.map(Vec::as_slice))
        })
    }
}

fn slice<'a>(der: &'a [u8], range: &Range<u32>) -> &'a [u8] {
    let wide = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
    der.get(wide(range.start)..wide(range.end)).unwrap_or_default()
}

fn narrow(range: Range<usize>) -> Result<Range<u32>, DerFault> {
    let narrow = |place: usize| u32::try_from(place).map_err(|_| DerFault::TooLarge);
    Ok(narrow(range.start)?..narrow(range.end)?)
}

/// The extension of a kind; an error if it is there twice or cannot be read.
fn single<T>(
    extensions: &[Raw<'_>],
    kind: &[u8],
    decode: impl FnOnce(&[u8]) -> Result<T, DerFault>,
) -> Result<Option<T>, ()> {
    let mut of_kind = extensions.iter().filter(|raw| raw.kind == kind);
    match (of_kind.next(), of_kind.next()) {
        (None, _) => Ok(None),
        (Some(raw), None) => decode(&raw.value).map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}

/// An ENUMERATED; one that does not fit stands for no reason that is known.
fn enumerated(value: &[u8]) -> Result<i64, DerFault> {
    let content = Reader::new(value).expect(der::ENUMERATED)?.integer()?;
    Ok(der::small_integer(content).unwrap_or(i64::MAX))
}
