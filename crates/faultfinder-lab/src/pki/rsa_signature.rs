//! RSA signatures with keys of any length and any digest of the lab.

use super::{der, oids};
use aws_lc_rs::digest;
use md5::Digest as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};

/// The digest under a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the lab's own vocabulary")]
pub enum Digest {
    /// SHA-256.
    Sha256,
    /// MD5, with RSA keys only; other keys sign with SHA-256.
    Md5,
}

/// RSASSA-PKCS1-v1_5 with our own `DigestInfo` (RFC 8017 section 9.2).
pub(super) fn sign_rsa(
    private: &RsaPrivateKey,
    digest: Digest,
    message: &[u8],
) -> rsa::errors::Result<Vec<u8>> {
    let (algorithm, hash) = match digest {
        Digest::Sha256 => (oids::SHA256, digest::digest(&digest::SHA256, message).as_ref().to_vec()),
        Digest::Md5 => (oids::MD5, md5::Md5::digest(message).to_vec()),
    };
    let info = der::sequence(&[der::sequence(&[der::oid(algorithm), der::null()]), der::octet_string(&hash)]);
    private.sign(Pkcs1v15Sign::new_unprefixed(), &info)
}
