//! One-time passwords (RFC 6238).

use aws_lc_rs::hmac;
use faultfinder_taxonomy::word::TotpAlgorithm;
use std::time::Duration;

/// The password of a moment, in milliseconds since 1970.
pub(crate) fn password(
    key: &[u8],
    now_ms: i64,
    digits: u32,
    period: Duration,
    algorithm: TotpAlgorithm,
) -> String {
    let algorithm = match algorithm {
        TotpAlgorithm::Sha256 => hmac::HMAC_SHA256,
        TotpAlgorithm::Sha512 => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
    };
    let period = i64::try_from(period.as_secs()).unwrap_or(i64::MAX).max(1);
    let counter = now_ms.div_euclid(1000).div_euclid(period);
    let tag = hmac::sign(&hmac::Key::new(algorithm, key), &counter.to_be_bytes());
    let tag = tag.as_ref();
    // Dynamic truncation (RFC 4226 section 5.3): the last four bits say where the number is.
    let offset = usize::from(tag.last().copied().unwrap_or(0) & 0xf);
    let bytes = tag.get(offset..offset.saturating_add(4)).unwrap_or_default();
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)) & 0x7fff_ffff;
    let number = number % 10_u64.pow(digits);
    let width = usize::try_from(digits).unwrap_or(0);
    format!("{number:0width$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // The test values of RFC 6238 appendix B.
    #[test]
    fn passwords_are_those_of_the_rfc() {
        let seed = b"1234567890".repeat(7);
        for (seconds, sha1, sha256, sha512) in [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            (20_000_000_000, "65353130", "77737706", "47863826"),
        ] {
            for (algorithm, bytes, expected) in [
                (TotpAlgorithm::Sha1, 20, sha1),
                (TotpAlgorithm::Sha256, 32, sha256),
                (TotpAlgorithm::Sha512, 64, sha512),
            ] {
                let found = password(&seed[..bytes], seconds * 1000, 8, Duration::from_secs(30), algorithm);
                assert_eq!(found, expected, "{seconds} {algorithm:?}");
                let short = password(&seed[..bytes], seconds * 1000, 6, Duration::from_secs(30), algorithm);
                assert_eq!(short, expected[2..], "{seconds} {algorithm:?}");
            }
        }
    }
}
