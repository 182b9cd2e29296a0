//! What a certificate's extensions say, decoded once (`ossl_x509v3_cache_extensions`).
//!
//! An extension that cannot be read, or is there twice, marks the certificate *invalid*; that has no code of its own, but
//! such a certificate issues nothing and is issued by nobody. The other facts stay usable.

mod access;
mod decode;
mod distribution;
mod policies;
mod scan;

pub use access::{URL_BYTES_MAX, URLS_MAX};
pub(crate) use decode::{authority_key_id, general_names};
pub(crate) use distribution::{
    ALL_REASONS, DistributionPoint, IssuingDistributionPoint, PointName, issuing_distribution_point,
    names_agree,
};
#[cfg(test)]
pub(crate) use policies::PolicyDefect;
pub(crate) use policies::{Mapping, Policies};
pub(crate) use scan::{Raw, read_all, scan};

use std::sync::OnceLock;

use crate::der::DerFault;
use crate::general_name::GeneralName;
use crate::name::Name;
use crate::oid::Oid;

/// Bits of keyUsage as OpenSSL numbers them: first byte low, second byte high.
pub(crate) mod key_usage {
    pub(crate) const DIGITAL_SIGNATURE: u16 = 0x80;
    pub(crate) const NON_REPUDIATION: u16 = 0x40;
    pub(crate) const KEY_ENCIPHERMENT: u16 = 0x20;
    pub(crate) const KEY_AGREEMENT: u16 = 0x08;
    pub(crate) const CERT_SIGN: u16 = 0x04;
    pub(crate) const CRL_SIGN: u16 = 0x02;
}

/// Bits of nsCertType.
pub(crate) mod netscape {
    pub(crate) const SSL_CLIENT: u8 = 0x80;
    pub(crate) const SSL_SERVER: u8 = 0x40;
    pub(crate) const SMIME: u8 = 0x20;
    pub(crate) const SSL_CA: u8 = 0x04;
    pub(crate) const SMIME_CA: u8 = 0x02;
    pub(crate) const ANY_CA: u8 = 0x07;
}

/// A fact of one extension and whether that extension is critical.
#[derive(Debug, Clone)]
pub(crate) struct Marked<T> {
    pub(crate) value: T,
    pub(crate) critical: bool,
}

/// extKeyUsage.
#[derive(Debug, Clone)]
pub(crate) struct ExtendedKeyUsage {
    usages: Vec<Oid>,
}

impl ExtendedKeyUsage {
    pub(crate) fn has(&self, usage: &[u8]) -> bool {
        self.usages.iter().any(|oid| oid.as_bytes() == usage)
    }

    pub(crate) fn has_any(&self, usages: &[&[u8]]) -> bool {
        usages.iter().any(|usage| self.has(usage))
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let names: Vec<String> = self.usages.iter().map(|oid| crate::oid::label(oid.as_bytes())).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    }
}

/// authorityKeyIdentifier.
#[derive(Debug, Clone)]
pub(crate) struct AuthorityKeyId {
    pub(crate) key_id: Option<Box<[u8]>>,
    /// The first directoryName among the issuer's names.
    pub(crate) issuer: Option<Name>,
    pub(crate) serial: Option<Box<[u8]>>,
}

/// One subtree of nameConstraints.
#[derive(Debug, Clone)]
pub(crate) struct Subtree {
    pub(crate) base: GeneralName,
    /// Whether it has a minimum other than zero or any maximum.
    pub(crate) bounded: bool,
    /// The base with its A-labels decoded, once a mailbox in UTF-8 was held against it; nothing if they are broken.
    pub(crate) unicode: OnceLock<Option<Box<[u8]>>>,
}

impl Subtree {
    pub(crate) const fn new(base: GeneralName, bounded: bool) -> Self {
        Self { base, bounded, unicode: OnceLock::new() }
    }
}

/// nameConstraints.
#[derive(Debug, Clone)]
pub(crate) struct NameConstraints {
    pub(crate) permitted: Vec<Subtree>,
    pub(crate) excluded: Vec<Subtree>,
}

/// proxyCertInfo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProxyInfo {
    pub(crate) path_length: Option<i64>,
}

/// Everything that the extensions say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extensions {
    pub(crate) count: usize,
    /// Which extension is unreadable or there twice, and what is wrong with it.
    pub(crate) invalid: Option<Defect>,
    /// The first critical extension that verification does not know.
    pub(crate) unhandled_critical: Option<Oid>,
    pub(crate) has_basic_constraints: bool,
    pub(crate) basic_constraints_critical: bool,
    pub(crate) is_ca: bool,
    /// `pathLenConstraint`, whether or not it is a CA.
    pub(crate) path_length: Option<i64>,
    pub(crate) proxy: Option<ProxyInfo>,
    pub(crate) key_usage: Option<Marked<u16>>,
    pub(crate) extended_key_usage: Option<Marked<ExtendedKeyUsage>>,
    pub(crate) netscape_type: Option<u8>,
    pub(crate) subject_key_id: Option<Box<[u8]>>,
    pub(crate) authority_key_id: Option<AuthorityKeyId>,
    pub(crate) alt_names: Option<Vec<GeneralName>>,
    pub(crate) alt_names_critical: bool,
    pub(crate) name_constraints: Option<NameConstraints>,
    pub(crate) distribution_points: Vec<DistributionPoint>,
    /// Whether freshestCRL is there, in front of any critical extension that is not known.
    pub(crate) freshest_crl: bool,
    pub(crate) policies: Policies,
}

/// Why a certificate's extensions are invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Defect {
    pub(crate) extension: &'static str,
    pub(crate) why: Flaw,
}

/// What may be wrong with a known extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    Encoding(DerFault),
    Twice,
    NegativePathLength,
    NoUsage,
    ProxyIsCa,
    EmptyPoint,
}

impl Defect {
    /// For people.
    pub(crate) fn text(&self) -> String {
        let name = self.extension;
        match self.why {
            Flaw::Encoding(fault) => format!("its {name} cannot be read: {fault}"),
            Flaw::Twice => format!("it has more than one {name}"),
            Flaw::NegativePathLength => format!("its {name} has a negative path length"),
            Flaw::NoUsage => format!("its {name} allows nothing"),
            Flaw::ProxyIsCa => "it is a proxy certificate and a CA, or has alternative names".to_owned(),
            Flaw::EmptyPoint => format!("its {name} has a point without a name"),
        }
    }
}

impl Extensions {
    /// The key usage bits; none if there is no keyUsage.
    pub(crate) fn usage_bits(&self) -> u16 {
        self.key_usage.as_ref().map_or(0, |usage| usage.value)
    }

    /// Whether keyUsage is there and has none of these bits.
    pub(crate) fn usage_rejects(&self, bits: u16) -> bool {
        self.key_usage.as_ref().is_some_and(|usage| usage.value & bits == 0)
    }

    /// Whether extKeyUsage is there and has none of these.
    pub(crate) fn extended_usage_rejects(&self, usages: &[&[u8]]) -> bool {
        self.extended_key_usage.as_ref().is_some_and(|usage| !usage.value.has_any(usages))
    }

    /// Whether nsCertType is there and has none of these bits.
    pub(crate) fn netscape_rejects(&self, bits: u8) -> bool {
        self.netscape_type.is_some_and(|kind| kind & bits == 0)
    }
}
