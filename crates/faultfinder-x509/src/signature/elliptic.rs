//! ECDSA, DSA and the Edwards curves.

use aws_lc_rs::{digest as lc_digest, signature as lc};
use dsa::pkcs8::der::Decode as _;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;

use super::{Digest, SignatureFault};
use crate::curve::{CurveChoice, Engine, Group};
use crate::der::{self, Reader};

/// The identifier that signers of SM2 usually have (GM/T 0009-2012 section 10).
const SM2_IDENTIFIER: &[u8] = b"1234567812345678";

/// The algorithm of aws-lc-rs for a curve and a digest.
pub(super) fn native(engine: Engine, digest: Digest) -> Option<&'static lc::EcdsaVerificationAlgorithm> {
    Some(match (engine, digest) {
        (Engine::P256, Digest::Sha1) => &lc::ECDSA_P256_SHA1_ASN1,
        (Engine::P256, Digest::Sha256) => &lc::ECDSA_P256_SHA256_ASN1,
        (Engine::P256, Digest::Sha384) => &lc::ECDSA_P256_SHA384_ASN1,
        (Engine::P256, Digest::Sha512) => &lc::ECDSA_P256_SHA512_ASN1,
        (Engine::P384, Digest::Sha256) => &lc::ECDSA_P384_SHA256_ASN1,
        (Engine::P384, Digest::Sha384) => &lc::ECDSA_P384_SHA384_ASN1,
        (Engine::P384, Digest::Sha512) => &lc::ECDSA_P384_SHA512_ASN1,
        (Engine::P384, Digest::Sha3_384) => &lc::ECDSA_P384_SHA3_384_ASN1,
        (Engine::P521, Digest::Sha1) => &lc::ECDSA_P521_SHA1_ASN1,
        (Engine::P521, Digest::Sha224) => &lc::ECDSA_P521_SHA224_ASN1,
        (Engine::P521, Digest::Sha256) => &lc::ECDSA_P521_SHA256_ASN1,
        (Engine::P521, Digest::Sha384) => &lc::ECDSA_P521_SHA384_ASN1,
        (Engine::P521, Digest::Sha512) => &lc::ECDSA_P521_SHA512_ASN1,
        (Engine::P521, Digest::Sha3_512) => &lc::ECDSA_P521_SHA3_512_ASN1,
        (Engine::K256, Digest::Sha256) => &lc::ECDSA_P256K1_SHA256_ASN1,
        (Engine::K256, Digest::Sha3_256) => &lc::ECDSA_P256K1_SHA3_256_ASN1,
        _ => return None,
    })
}

macro_rules! verify_on {
    ($curve:ident, $bytes:literal, $point:expr, $hash:expr, $signature:expr) => {{
        let key =
            $curve::ecdsa::VerifyingKey::from_sec1_bytes($point).map_err(|_| SignatureFault::UnusableKey)?;
        let signature =
            $curve::ecdsa::Signature::from_der($signature).map_err(|_| SignatureFault::Malformed)?;
        key.verify_prehash(&widen($hash, $bytes), &signature).map_err(|_| SignatureFault::Mismatch)
    }};
}

/// ECDSA with a pair of curve and digest that aws-lc-rs does not have.
pub(super) fn ecdsa(
    curve: &CurveChoice,
    digest: Digest,
    point: &[u8],
    (message, signature): (&[u8], &[u8]),
) -> Result<(), SignatureFault> {
    if curve.engine == Engine::Sm2 {
        return sm2(&curve.group, digest, point, (message, signature));
    }
    let hash = digest.hash(&[message]).ok_or(SignatureFault::Unsupported)?;
    match curve.engine {
        Engine::P192 => verify_on!(p192, 24, point, hash, signature),
        Engine::P224 => verify_on!(p224, 28, point, hash, signature),
        Engine::P256 => verify_on!(p256, 32, point, hash, signature),
        Engine::P384 => verify_on!(p384, 48, point, hash, signature),
        Engine::P521 => ready_made(point, &hash, signature),
        Engine::K256 => {
            // A longer digest is cut, a shorter one has zeros in front: the number is the same.
            let hash = widen(hash.into_iter().take(32).collect(), 32);
            imported((&lc::ECDSA_P256K1_SHA256_ASN1, &lc_digest::SHA256), point, &hash, signature)
        }
        Engine::Sm2 | Engine::Ours => {
            let key = curve.group.read(point).ok_or(SignatureFault::UnusableKey)?;
            let numbers = two_numbers(signature).ok_or(SignatureFault::Malformed)?;
            held(curve.group.ecdsa(&key, &hash, numbers.each_ref().map(|number| &**number)))
        }
    }
}

/// SM2 (GB/T 32918.2-2016 section 7.1). What is signed begins with a digest of the signer's identifier and key; a certificate
/// says nothing of the identifier, and OpenSSL takes an empty one.
fn sm2(
    group: &Group,
    digest: Digest,
    point: &[u8],
    (message, signature): (&[u8], &[u8]),
) -> Result<(), SignatureFault> {
    let key = group.read(point).ok_or(SignatureFault::UnusableKey)?;
    let parameters = group.sm2_parameters(&key).ok_or(SignatureFault::UnusableKey)?;
    let numbers = two_numbers(signature).ok_or(SignatureFault::Malformed)?;
    let holds = |identifier: &[u8]| {
        let bits = u16::try_from(identifier.len() * 8).ok()?;
        let signer = digest.hash(&[&bits.to_be_bytes(), identifier, &parameters])?;
        let hash = digest.hash(&[&signer, message])?;
        Some(group.sm2(&key, &hash, numbers.each_ref().map(|number| &**number)))
    };
    match (holds(&[]), holds(SM2_IDENTIFIER)) {
        (None, _) => Err(SignatureFault::Unsupported),
        (Some(true), _) => Ok(()),
        (Some(false), Some(true)) => Err(SignatureFault::Sm2Identifier),
        (Some(false), _) => Err(SignatureFault::Mismatch),
    }
}

/// The two numbers of a signature (`ECDSA-Sig-Value`, RFC 3279 section 2.2.3), which must be DER to the letter.
fn two_numbers(signature: &[u8]) -> Option<[Box<[u8]>; 2]> {
    let mut fields = Reader::new(signature).sequence().ok()?;
    let numbers = [fields.expect(der::INTEGER).ok()?, fields.expect(der::INTEGER).ok()?];
    let mut content = Vec::new();
    for number in &numbers {
        // Negative.
        if number.integer().ok()?.first()? & 0x80 != 0 {
            return None;
        }
        der::write(&mut content, 2, number.content());
    }
    let mut written = Vec::new();
    der::write(&mut written, 0x30, &content);
    (written == signature).then(|| numbers.map(|number| number.content().into()))
}

const fn held(holds: bool) -> Result<(), SignatureFault> {
    if holds { Ok(()) } else { Err(SignatureFault::Mismatch) }
}

/// ECDSA on P-521: of a digest that stands ready only the length counts, so one of the same length lends its name.
fn ready_made(point: &[u8], hash: &[u8], signature: &[u8]) -> Result<(), SignatureFault> {
    let algorithms: (&'static lc::EcdsaVerificationAlgorithm, _) = match hash.len() {
        28 => (&lc::ECDSA_P521_SHA224_ASN1, &lc_digest::SHA224),
        32 => (&lc::ECDSA_P521_SHA256_ASN1, &lc_digest::SHA256),
        48 => (&lc::ECDSA_P521_SHA384_ASN1, &lc_digest::SHA384),
        64 => (&lc::ECDSA_P521_SHA512_ASN1, &lc_digest::SHA512),
        _ => return Err(SignatureFault::Unsupported),
    };
    imported(algorithms, point, hash, signature)
}

/// ECDSA by aws-lc-rs over a digest that it did not make.
fn imported(
    (algorithm, digest): (&'static lc::EcdsaVerificationAlgorithm, &'static lc_digest::Algorithm),
    point: &[u8],
    hash: &[u8],
    signature: &[u8],
) -> Result<(), SignatureFault> {
    let hash = lc_digest::Digest::import_less_safe(hash, digest).map_err(|_| SignatureFault::Unsupported)?;
    let key = lc::ParsedPublicKey::new(algorithm, point).map_err(|_| SignatureFault::UnusableKey)?;
    key.verify_digest_sig(&hash, signature).map_err(|_| SignatureFault::Mismatch)
}

/// A digest shorter than the field stands for the same number with zeros in front; the crates refuse very short ones.
fn widen(hash: Vec<u8>, bytes: usize) -> Vec<u8> {
    let mut wide = vec![0; bytes.saturating_sub(hash.len())];
    wide.extend(hash);
    wide
}

/// DSA (FIPS 186-4 section 4.7). The numbers are p, q, g and y.
pub(super) fn dsa(
    [p, q, g, y]: [&[u8]; 4],
    digest: Digest,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureFault> {
    // The sizes OpenSSL takes; they also bound the work.
    if p.len() > 1250 || !matches!(q.len(), 20 | 28 | 32) {
        return Err(SignatureFault::UnusableKey);
    }
    let hash = digest.hash(&[message]).ok_or(SignatureFault::Unsupported)?;
    let number = rsa::BoxedUint::from_be_slice_vartime;
    let precision = u32::try_from(p.len() * 8).map_err(|_| SignatureFault::UnusableKey)?;
    let wide = |bytes: &[u8]| {
        rsa::BoxedUint::from_be_slice(bytes, precision).map_err(|_| SignatureFault::UnusableKey)
    };
    let components = dsa::Components::from_components_unchecked(number(p), number(q), wide(g)?)
        .map_err(|_| SignatureFault::UnusableKey)?;
    let key =
        dsa::VerifyingKey::from_components(components, wide(y)?).map_err(|_| SignatureFault::UnusableKey)?;
    let signature = dsa::Signature::from_der(signature).map_err(|_| SignatureFault::Malformed)?;
    key.verify_prehash(&hash, &signature).map_err(|_| SignatureFault::Mismatch)
}

/// Ed448 (RFC 8032 section 5.2.7).
pub(super) fn ed448(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), SignatureFault> {
    let key: [u8; 57] = key.try_into().map_err(|_| SignatureFault::UnusableKey)?;
    let key = ed448_goldilocks::VerifyingKey::from_bytes(&key).map_err(|_| SignatureFault::UnusableKey)?;
    let signature =
        ed448_goldilocks::Signature::from_slice(signature).map_err(|_| SignatureFault::Malformed)?;
    key.verify_raw(&signature, message).map_err(|_| SignatureFault::Mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::Tlv;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn signature(r: &str, s: &str) -> Vec<u8> {
        let mut numbers = Vec::new();
        for number in [r, s] {
            let number = bytes(number);
            let sign: &[u8] = if number[0] & 0x80 == 0 { &[] } else { &[0] };
            der::write(&mut numbers, 2, &[sign, &number].concat());
        }
        let mut written = Vec::new();
        der::write(&mut written, 0x30, &numbers);
        written
    }

    /// The example of GM/T 0003.5-2012 annex A, whose signer has the usual identifier: it holds, but not as OpenSSL asks.
    #[test]
    fn an_sm2_signature_with_an_identifier_is_told_from_a_wrong_one() {
        let oid = [6, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d];
        let parameters: Tlv<'_> = Reader::new(&oid).any().unwrap();
        let curve = CurveChoice::read(&parameters).unwrap().unwrap();
        assert_eq!(curve.engine, Engine::Sm2);
        let point = bytes(concat!(
            "04",
            "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020",
            "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
        ));
        let signature = signature(
            "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
            "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
        );
        let verify = |message: &[u8]| ecdsa(&curve, Digest::Sm3, &point, (message, &signature));
        assert_eq!(verify(b"message digest"), Err(SignatureFault::Sm2Identifier));
        assert_eq!(verify(b"message"), Err(SignatureFault::Mismatch));
    }

    #[test]
    fn the_two_numbers_of_a_signature_are_written_in_one_way() {
        assert!(two_numbers(&[0x30, 6, 2, 1, 1, 2, 1, 2]).is_some());
        for odd in [
            &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 2][..],
            &[0x30, 7, 2, 2, 0, 1, 2, 1, 2],
            &[0x30, 6, 2, 1, 0x81, 2, 1, 2],
            &[0x30, 6, 2, 1, 1, 2, 1, 2, 0],
            &[0x30, 3, 2, 1, 1],
            &[0x30, 9, 2, 1, 1, 2, 1, 2, 2, 1, 3],
            &[0x30, 0x80, 2, 1, 1, 2, 1, 2, 0, 0],
        ] {
            assert_eq!(two_numbers(odd), None, "{odd:02x?}");
        }
    }
}
