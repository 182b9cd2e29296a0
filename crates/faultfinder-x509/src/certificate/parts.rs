//! What is known of a certificate.

use std::sync::{Arc, OnceLock};

use crate::extensions::Extensions;
use crate::key::{KeyFault, PublicKey};
use crate::name::Name;
use crate::signature::{SignatureAlgorithm, SignatureFault};
use crate::signed::Signed;
use crate::time::Asn1Time;

/// What is known of a certificate.
pub(crate) struct Inner {
    pub(super) der: Arc<[u8]>,
    pub(super) spki: std::ops::Range<usize>,
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
    pub(super) sha256: OnceLock<[u8; 32]>,
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
