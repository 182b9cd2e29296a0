//! What a certificate's extensions say, decoded once (`ossl_x509v3_cache_extensions`).
//!
//! An extension that cannot be read, or occurs twice, marks the certificate *invalid*. That has no code of its own, but
//! such a certificate cannot be an issuer, and no issuer is found for it. The other facts remain usable.

mod access;
mod decode;
mod defect;
mod distribution;
mod facts;
mod policies;
mod resources;
mod scan;
mod usage;

pub use access::{URL_BYTES_MAX, URLS_MAX};
pub(crate) use decode::{authority_key_id, general_names};
pub(crate) use defect::{Defect, Flaw};
pub(crate) use distribution::{
    ALL_REASONS, DistributionPoint, IssuingDistributionPoint, PointName, issuing_distribution_point,
    names_agree,
};
pub(crate) use facts::{AuthorityKeyId, ExtendedKeyUsage, Marked, NameConstraints, ProxyInfo, Subtree};
#[cfg(test)]
pub(crate) use policies::PolicyDefect;
pub(crate) use policies::{Mapping, Policies};
pub(crate) use resources::{
    AddressFamily, AsNumbers, Listed, NumberRange, addresses_are_canonical, numbers_cover,
};
pub(crate) use scan::{Raw, read_all, scan};
pub(crate) use usage::{key_usage, netscape};

use crate::general_name::GeneralName;
use crate::oid::Oid;

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
    /// AS numbers and addresses that it speaks for (RFC 3779).
    pub(crate) as_numbers: Option<AsNumbers>,
    pub(crate) addresses: Option<Vec<AddressFamily>>,
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
