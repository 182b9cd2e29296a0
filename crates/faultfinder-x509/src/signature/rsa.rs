//! RSA by hand around the raw public operation: what aws-lc-rs refuses, and why a signature does not verify.
//!
//! The raw operation recovers the value that was signed, so that "no value can be recovered with this key" (wrong length,
//! wrong padding) is distinguished from "another value was signed".

use rsa::BoxedUint;
use rsa::hazmat::rsa_encrypt;

use super::{Digest, PssParameters, SignatureFault};
use crate::key::MODULUS_BITS_MAX;

/// A modulus above this many bits may only have an exponent of at most 64; OpenSSL's limits.
const SMALL_MODULUS_BITS: usize = 3072;

/// The recovered block, as long as the modulus.
fn recover(modulus: &[u8], exponent: &[u8], signature: &[u8]) -> Result<Vec<u8>, SignatureFault> {
    let size = modulus.len();
    let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    let bits = size.saturating_mul(8);
    let too_large = u32::try_from(bits).map_or(true, |bits| bits > MODULUS_BITS_MAX)
        || (bits > SMALL_MODULUS_BITS && exponent.len() > 8);
    let smaller = |a: &[u8], b: &[u8]| (a.len(), a) < (b.len(), b);
    if size < 2 || too_large || !odd(modulus) || !odd(exponent) || !smaller(exponent, modulus) {
        return Err(SignatureFault::UnusableKey);
    }
    if signature.len() != size {
        return Err(SignatureFault::WrongLength { signature: signature.len(), expected: size });
    }
    if signature >= modulus {
        return Err(SignatureFault::Unrecoverable("its value is not below the modulus"));
    }
    let key = rsa::RsaPublicKey::new_unchecked(
        BoxedUint::from_be_slice_vartime(modulus),
        BoxedUint::from_be_slice_vartime(exponent),
    );
    let block = rsa_encrypt(&key, &BoxedUint::from_be_slice_vartime(signature))
        .map_err(|_| SignatureFault::UnusableKey)?
        .to_be_bytes_trimmed_vartime();
    let mut out = vec![0; size.saturating_sub(block.len())];
    out.extend_from_slice(&block);
    Ok(out)
}

/// PKCS #1 v1.5 (RFC 8017 section 8.2.2): the digest's `DigestInfo` must be exactly the one we make.
pub(super) fn pkcs1(
    (modulus, exponent): (&[u8], &[u8]),
    digest: Digest,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureFault> {
    let hash = digest.hash(&[message]).ok_or(SignatureFault::Unsupported)?;
    let block = recover(modulus, exponent, signature)?;
    let mut algorithm = Vec::new();
    crate::der::write(&mut algorithm, 6, digest.oid());
    crate::der::write(&mut algorithm, 5, &[]);
    let mut fields = Vec::new();
    crate::der::write(&mut fields, 0x30, &algorithm);
    crate::der::write(&mut fields, 4, &hash);
    let mut info = Vec::new();
    crate::der::write(&mut info, 0x30, &fields);

    let [0, 1, padded @ ..] = block.as_slice() else {
        return Err(SignatureFault::Unrecoverable("its padding is wrong"));
    };
    let filling = padded.iter().take_while(|byte| **byte == 0xff).count();
    match padded.get(filling..) {
        Some([0, recovered @ ..]) if filling >= 8 => {
            if recovered == info {
                Ok(())
            } else {
                Err(SignatureFault::Mismatch)
            }
        }
        _ => Err(SignatureFault::Unrecoverable("its padding is wrong")),
    }
}

/// RSASSA-PSS (RFC 8017 section 9.1.2).
pub(super) fn pss(
    (modulus, exponent): (&[u8], &[u8]),
    parameters: PssParameters,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureFault> {
    const BAD: SignatureFault = SignatureFault::Unrecoverable("its padding is wrong");
    let PssParameters { digest, mask_digest, salt_bytes } = parameters;
    let hash = digest.hash(&[message]).ok_or(SignatureFault::Unsupported)?;
    let block = recover(modulus, exponent, signature)?;
    // The encoded block has one bit less than the modulus.
    let spare = modulus.first().map_or(0, |byte| byte.leading_zeros()) + 1;
    let block = match block.as_slice() {
        [0, rest @ ..] if spare == 8 => rest,
        _ if spare == 8 => return Err(BAD),
        whole => whole,
    };
    let mask = if spare == 8 { 0xff_u8 } else { 0xff_u8 >> spare };
    let [masked @ .., 0xbc] = block else { return Err(BAD) };
    let at = masked.len().checked_sub(hash.len()).ok_or(BAD)?;
    let (masked, expected) = masked.split_at_checked(at).ok_or(BAD)?;
    if masked.first().is_some_and(|first| first & !mask != 0) {
        return Err(BAD);
    }
    let stream = mask_stream(mask_digest, expected, masked.len()).ok_or(SignatureFault::Unsupported)?;
    let mut data: Vec<u8> = masked.iter().zip(&stream).map(|(byte, mask)| byte ^ mask).collect();
    if let Some(first) = data.first_mut() {
        *first &= mask;
    }
    let salt_at = data.len().checked_sub(salt_bytes).ok_or(BAD)?;
    let (padding, salt) = data.split_at_checked(salt_at).ok_or(BAD)?;
    match padding {
        [zeros @ .., 1] if zeros.iter().all(|byte| *byte == 0) => {}
        _ => return Err(BAD),
    }
    let actual = digest.hash(&[&[0; 8], &hash, salt]).ok_or(SignatureFault::Unsupported)?;
    if actual == expected { Ok(()) } else { Err(SignatureFault::Mismatch) }
}

/// MGF1 (RFC 8017 appendix B.2.1).
fn mask_stream(digest: Digest, seed: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(length);
    let mut counter = 0_u32;
    while out.len() < length {
        out.extend(digest.hash(&[seed, &counter.to_be_bytes()])?);
        counter = counter.checked_add(1)?;
    }
    out.truncate(length);
    Some(out)
}
