//! Was this signature made over this message by this key?

use aws_lc_rs::signature as lc;

use super::{Digest, Family, SignatureAlgorithm, elliptic, rsa};
use crate::key::{KeyKind, PublicKey};

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureFault {
    /// The key's type is not that of the algorithm.
    WrongKey,
    /// The algorithm, or this pair of algorithm and key, cannot be verified.
    Unsupported,
    /// The key's numbers cannot be used.
    UnusableKey,
    /// An RSA signature of the wrong length.
    WrongLength { signature: usize, expected: usize },
    /// An RSA signature from which the key recovers no value.
    Unrecoverable(&'static str),
    /// Not encoded as the algorithm demands.
    Malformed,
    /// Another message or another key.
    Mismatch,
}

impl SignatureFault {
    /// Whether the signed value could not even be recovered.
    pub(crate) const fn is_undecryptable(self) -> bool {
        matches!(self, Self::WrongLength { .. } | Self::Unrecoverable(_))
    }

    /// For people.
    pub(crate) fn text(self) -> String {
        match self {
            Self::WrongKey => "the issuer's key is of another type than the signature".to_owned(),
            Self::Unsupported => "the signature's algorithm is not supported".to_owned(),
            Self::UnusableKey => "the issuer's key cannot be used to verify signatures".to_owned(),
            Self::WrongLength { signature, expected } => {
                format!("the signature has {signature} bytes, the issuer's key makes {expected}")
            }
            Self::Unrecoverable(why) => {
                format!(
                    "the issuer's key recovers no value from the signature: {why}; another key made it, or it was damaged"
                )
            }
            Self::Malformed => "the signature is not well-formed".to_owned(),
            Self::Mismatch => "the signature is not the issuer's key's over these contents".to_owned(),
        }
    }
}

/// A key in the form in which aws-lc-rs wants it, for one algorithm.
#[derive(Debug)]
pub(crate) struct Prepared {
    digest: Option<Digest>,
    pss: bool,
    key: Option<lc::ParsedPublicKey>,
}

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
            let digest = algorithm.digest.ok_or(SignatureFault::Unsupported)?;
            let engine = choice.curve.engine;
            match elliptic::native(engine, digest) {
                Some(alg) => match native(key, alg, (Some(digest), false), point, (message, signature)) {
                    Some(true) => Ok(()),
                    Some(false) => Err(SignatureFault::Mismatch),
                    None => Err(SignatureFault::UnusableKey),
                },
                None => elliptic::ecdsa(engine, digest, point, message, signature),
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
        KeyKind::X25519 | KeyKind::X448 | KeyKind::Dh => Err(SignatureFault::WrongKey),
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
        let parameters = algorithm.pss.ok_or(SignatureFault::Unsupported)?;
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
