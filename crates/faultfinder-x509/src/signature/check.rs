//! Was this signature made over this message by this key?

use aws_lc_rs::signature as lc;

use super::fault::SignatureFault;
use super::prepared::Prepared;
use super::{Digest, Family, SignatureAlgorithm, elliptic, rsa};
use crate::key::{KeyKind, PublicKey};

/// What aws-lc-rs says: nothing if it does not do this.
fn native(
    key: &PublicKey,
    native: &'static dyn lc::VerificationAlgorithm,
    (digest, pss): (Option<Digest>, bool),
    encoded: &[u8],
    (message, signature): (&[u8], &[u8]),
) -> Option<bool> {
    let prepare = || lc::ParsedPublicKey::new(native, encoded).ok();
    let prepared = key.prepared.get_or_init(|| Prepared { digest, pss, key: prepare() });
    // Nearly every issuer signs with one algorithm, so only the first one is kept.
    if prepared.digest == digest && prepared.pss == pss {
        return Some(prepared.key.as_ref()?.verify_sig(message, signature).is_ok());
    }
    Some(prepare()?.verify_sig(message, signature).is_ok())
}

/// Verifies a signature.
pub(crate) fn verify(
    key: &PublicKey,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureFault> {
    let family = key.family().ok_or(SignatureFault::WrongKey)?;
    if !algorithm.fits(family) {
        return Err(SignatureFault::WrongKey);
    }
    match &key.kind {
        KeyKind::Rsa { .. } => verify_rsa(key, algorithm, message, signature),
        KeyKind::Ec { choice, point } => {
            // Without a digest in its name ecdsa-with-Recommended and -Specified mean the key's own for OpenSSL, whatever the
            // parameters say.
            let digest = algorithm.digest.unwrap_or(Digest::Sha256);
            match elliptic::native(choice.engine, digest) {
                Some(alg) => match native(key, alg, (Some(digest), false), point, (message, signature)) {
                    Some(true) => Ok(()),
                    Some(false) => Err(SignatureFault::Mismatch),
                    None => Err(SignatureFault::UnusableKey),
                },
                None => elliptic::ecdsa(choice, digest, point, (message, signature)),
            }
        }
        KeyKind::Dsa { p, q, g, y } => {
            let digest = algorithm.digest.ok_or(SignatureFault::Unsupported)?;
            elliptic::dsa([p, q, g, y], digest, message, signature)
        }
        KeyKind::Ed25519(bytes) => {
            match native(key, &lc::ED25519, (None, false), bytes, (message, signature)) {
                Some(true) => Ok(()),
                _ => Err(SignatureFault::Mismatch),
            }
        }
        KeyKind::Ed448(bytes) => elliptic::ed448(bytes, message, signature),
        KeyKind::MlDsa { level, key: bytes } => {
            let alg = match level {
                44 => &lc::ML_DSA_44,
                65 => &lc::ML_DSA_65,
                _ => &lc::ML_DSA_87,
            };
            match native(key, alg, (None, false), bytes, (message, signature)) {
                Some(true) => Ok(()),
                _ => Err(SignatureFault::Mismatch),
            }
        }
        KeyKind::SlhDsa { set, key } => set.verify(key, message, signature),
        KeyKind::X25519 | KeyKind::X448 | KeyKind::Dh | KeyKind::MlKem(_) => Err(SignatureFault::WrongKey),
    }
}

fn verify_rsa(
    key: &PublicKey,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureFault> {
    let KeyKind::Rsa { encoded, modulus, exponent, pss: restriction } = &key.kind else {
        return Err(SignatureFault::WrongKey);
    };
    if algorithm.family == Family::RsaPss {
        let parameters = algorithm.pss.ok_or(SignatureFault::Parameters)?;
        if let Some(Some(allowed)) = restriction
            && (allowed.digest != parameters.digest
                || allowed.mask_digest != parameters.mask_digest
                || parameters.salt_bytes < allowed.salt_bytes)
        {
            return Err(SignatureFault::UnusableKey);
        }
        let plain = parameters.mask_digest == parameters.digest
            && usize::try_from(parameters.digest.bytes()) == Ok(parameters.salt_bytes);
        if let Some(alg) = native_pss(key.bits, parameters.digest).filter(|_| plain)
            && native(key, alg, (Some(parameters.digest), true), encoded, (message, signature)) == Some(true)
        {
            return Ok(());
        }
        return rsa::pss((modulus, exponent), parameters, message, signature);
    }
    let digest = algorithm.digest.ok_or(SignatureFault::Unsupported)?;
    if let Some(alg) = native_pkcs1(key.bits, digest)
        && native(key, alg, (Some(digest), false), encoded, (message, signature)) == Some(true)
    {
        return Ok(());
    }
    // Not done by aws-lc-rs, or it said no: by hand, which also tells why.
    rsa::pkcs1((modulus, exponent), digest, message, signature)
}

fn native_pkcs1(bits: u32, digest: Digest) -> Option<&'static lc::RsaParameters> {
    match (bits, digest) {
        (1024..=8192, Digest::Sha1) => Some(&lc::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
        (1024..=8192, Digest::Sha256) => Some(&lc::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
        (2048..=8192, Digest::Sha384) => Some(&lc::RSA_PKCS1_2048_8192_SHA384),
        (1024..=8192, Digest::Sha512) => Some(&lc::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
        _ => None,
    }
}

fn native_pss(bits: u32, digest: Digest) -> Option<&'static lc::RsaParameters> {
    match (bits, digest) {
        (2048..=8192, Digest::Sha256) => Some(&lc::RSA_PSS_2048_8192_SHA256),
        (2048..=8192, Digest::Sha384) => Some(&lc::RSA_PSS_2048_8192_SHA384),
        (2048..=8192, Digest::Sha512) => Some(&lc::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}
