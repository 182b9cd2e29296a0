//! Hashes, in hexadecimal digits.

use faultfinder_taxonomy::word::HashAlgorithm;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// The digits of a hash.
pub(crate) fn digest(algorithm: HashAlgorithm, bytes: &[u8]) -> String {
    match algorithm {
        HashAlgorithm::Md5 => hex(&Md5::digest(bytes)),
        HashAlgorithm::Sha1 => hex(&Sha1::digest(bytes)),
        HashAlgorithm::Sha256 => hex(&Sha256::digest(bytes)),
        HashAlgorithm::Sha512 => hex(&Sha512::digest(bytes)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_taxonomy::word::Word as _;

    #[test]
    fn digests_are_those_of_the_standards() {
        for (algorithm, begin) in [
            (HashAlgorithm::Md5, "900150983cd24fb0"),
            (HashAlgorithm::Sha1, "a9993e364706816a"),
            (HashAlgorithm::Sha256, "ba7816bf8f01cfea"),
            (HashAlgorithm::Sha512, "ddaf35a193617aba"),
        ] {
            let digits = digest(algorithm, b"abc");
            assert!(digits.starts_with(begin), "{algorithm} {digits}");
            assert_eq!(digits.len(), algorithm.digits(), "{algorithm}");
        }
        assert_eq!(HashAlgorithm::ALL.len(), 4);
    }
}
