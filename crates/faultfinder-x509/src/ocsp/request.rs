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
    /// The identities of a certificate by one digest, at most two: by its issuer's name as the certificate has it, and,
    /// if it is written differently, as the issuer itself has it. None if that digest is not known.
    pub(super) fn of(
        leaf: &Certificate,
        issuer: &Certificate,
        digest: Digest,
    ) -> Result<Vec<Self>, DerFault> {
        let (leaf, issuer) = (RawFields::of(leaf)?, RawFields::of(issuer)?);
        let own = (leaf.issuer != issuer.subject).then_some(issuer.subject);
        let by_name = |name: &[u8]| {
            let (name_hash, key_hash) = digest.hash(&[name]).zip(digest.hash(&[&*issuer.key]))?;
            Some(Self { digest, name_hash, key_hash, serial: leaf.serial.to_vec() })
        };
        Ok(std::iter::once(leaf.issuer).chain(own).filter_map(by_name).collect())
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
    let ids = CertId::of(leaf, issuer, Digest::Sha1).unwrap_or_default();
    let Some(id) = ids.first() else { return Vec::new() };
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
