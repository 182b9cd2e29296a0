//! What the extensions of a CRL say (RFC 5280 section 5.2).
//!
//! One that cannot be read, or is there twice, counts as not there: OpenSSL notes that the CRL is invalid, and asks nobody.

use crate::der::{self, DerFault, Reader};
use crate::extensions::{self, AuthorityKeyId, IssuingDistributionPoint};
use crate::oid::{self, Oid};

/// An extension as it stands there, for comparing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Raw {
    #[default]
    Missing,
    Once(Box<[u8]>),
    Twice,
}

impl Raw {
    /// Whether both are missing or the same; what is there twice agrees with nothing.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        *self != Self::Twice && self == other
    }
}

/// Everything that the extensions say.
#[derive(Debug, Clone, Default)]
pub(crate) struct CrlExtensions {
    pub(crate) authority_key_id: Option<AuthorityKeyId>,
    pub(crate) authority_key_id_raw: Raw,
    /// The part of all revocations that it covers.
    pub(crate) scope: Option<IssuingDistributionPoint>,
    pub(crate) scope_raw: Raw,
    /// cRLNumber, the content of an integer.
    pub(crate) number: Option<Box<[u8]>>,
    /// deltaCRLIndicator: the number of the CRL whose changes this one tells.
    pub(crate) base_number: Option<Box<[u8]>>,
    /// Whether freshestCRL is there, in front of any critical extension that is not known.
    pub(crate) freshest: bool,
    /// The first critical extension that verification does not know, of the CRL or else of an entry.
    pub(crate) unhandled_critical: Option<Oid>,
}

impl CrlExtensions {
    /// Reads them.
    ///
    /// # Errors
    ///
    /// Only when the list itself is malformed.
    pub(super) fn read(list: Reader<'_>) -> Result<Self, DerFault> {
        let all = extensions::read_all(list)?;
        let one = |kind: &[u8]| {
            let mut of_kind = all.iter().filter(|raw| raw.kind == kind);
            match (of_kind.next(), of_kind.next()) {
                (Some(raw), None) => Raw::Once((*raw.value).into()),
                (Some(_), Some(_)) => Raw::Twice,
                (None, _) => Raw::Missing,
            }
        };
        let mut found = Self {
            authority_key_id_raw: one(oid::AUTHORITY_KEY_ID),
            scope_raw: one(oid::ISSUING_DISTRIBUTION_POINT),
            number: decode(&one(oid::CRL_NUMBER), integer),
            base_number: decode(&one(oid::DELTA_CRL), integer),
            ..Self::default()
        };
        found.authority_key_id = decode(&found.authority_key_id_raw, extensions::authority_key_id);
        found.scope = decode(&found.scope_raw, extensions::issuing_distribution_point);
        for raw in &all {
            found.freshest |= raw.kind == oid::FRESHEST_CRL;
            let handled =
                matches!(raw.kind, oid::ISSUING_DISTRIBUTION_POINT | oid::AUTHORITY_KEY_ID | oid::DELTA_CRL);
            if raw.critical && !handled {
                found.unhandled_critical = Some(Oid::new(raw.kind));
                break;
            }
        }
        Ok(found)
    }
}

fn decode<T>(raw: &Raw, decode: impl FnOnce(&[u8]) -> Result<T, DerFault>) -> Option<T> {
    match raw {
        Raw::Once(value) => decode(value).ok(),
        Raw::Missing | Raw::Twice => None,
    }
}

fn integer(value: &[u8]) -> Result<Box<[u8]>, DerFault> {
    Ok(Reader::new(value).expect(der::INTEGER)?.integer()?.into())
}
