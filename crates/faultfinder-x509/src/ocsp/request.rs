//! The question about one certificate.

use crate::certificate::Certificate;
use crate::der::{self, DerFault};
use crate::raw::RawFields;
use crate::signature::Digest;

/// Media types of OCSP over HTTP (RFC 6960 appendix A.1).
pub mod media {
    /// Of requests.
    pub const REQUEST: &str = "application/ocsp-request";
    /// Of answers.
    pub const ANSWER: &str = "application/ocsp-response";
}

/// What identifies a certificate in requests and answers (`CertID`): its issuer's name and key as hashes, and its
/// serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CertId {
    pub(super) digest: Digest,
    pub(super) name_hash: Vec<u8>,
    pub(super) key_hash: Vec<u8>,
    pub(super) serial: Vec<u8>,
}

impl CertId {
    /// The identity of a certificate by one digest; nothing if that digest is not known.
    pub(super) fn of(leaf: &Certificate, issuer: &Certificate, digest: Digest) -> Result<Option<Self>, DerFault> {
        let (leaf, issuer) = (RawFields::of(leaf)?, RawFields::of(issuer)?);
        let hashes = digest.hash(&[leaf.issuer]).zip(digest.hash(&[&*issuer.key]));
        Ok(hashes.map(|(name_hash, key_hash)| Self {
            digest,
            name_hash,
            key_hash,
            serial: leaf.serial.to_vec(),
        }))
    }

    fn encode(&self) -> Vec<u8> {
        let algorithm = sequence(&[wrap(6, self.digest.oid()), wrap(5, &[])]);
        sequence(&[algorithm, wrap(4, &self.name_hash), wrap(4, &self.key_hash), wrap(2, &self.serial)])
    }
}

/// The OCSP request about a certificate that this issuer issued: its DER, to be sent by POST as [`media::REQUEST`].
///
/// The certificate is identified by SHA-1, and there is no nonce and no signature. The same certificate and issuer
/// always give the same bytes. Empty only if a certificate cannot be read any more, which does not happen.
#[must_use]
pub fn request(leaf: &Certificate, issuer: &Certificate) -> Vec<u8> {
    let Ok(Some(id)) = CertId::of(leaf, issuer, Digest::Sha1) else { return Vec::new() };
    let list = sequence(&[sequence(&[id.encode()])]);
    sequence(&[sequence(&[list])])
}

fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 4);
    der::write(&mut out, tag, content);
    out
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    wrap(0x30, &parts.concat())
}
