//! Hashes of a body, made as it comes.

use faultfinder_taxonomy::word::HashAlgorithm;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

/// Hashes that are being made.
#[derive(Debug, Default)]
pub(crate) struct Hashing(Vec<Hasher>);

#[derive(Debug)]
enum Hasher {
    Md5(Md5),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Hashing {
    pub(crate) fn with(algorithms: &[HashAlgorithm]) -> Self {
        let hasher = |algorithm: &HashAlgorithm| match algorithm {
            HashAlgorithm::Md5 => Hasher::Md5(Md5::new()),
            HashAlgorithm::Sha1 => Hasher::Sha1(Sha1::new()),
            HashAlgorithm::Sha256 => Hasher::Sha256(Sha256::new()),
            HashAlgorithm::Sha512 => Hasher::Sha512(Sha512::new()),
        };
        Self(algorithms.iter().map(hasher).collect())
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        for hasher in &mut self.0 {
            match hasher {
                Hasher::Md5(hasher) => hasher.update(data),
                Hasher::Sha1(hasher) => hasher.update(data),
                Hasher::Sha256(hasher) => hasher.update(data),
                Hasher::Sha512(hasher) => hasher.update(data),
            }
        }
    }

    /// The digests, in hexadecimal digits.
    pub(crate) fn finish(self) -> Vec<(HashAlgorithm, String)> {
        let digest = |hasher| match hasher {
            Hasher::Md5(hasher) => (HashAlgorithm::Md5, hex(&hasher.finalize())),
            Hasher::Sha1(hasher) => (HashAlgorithm::Sha1, hex(&hasher.finalize())),
            Hasher::Sha256(hasher) => (HashAlgorithm::Sha256, hex(&hasher.finalize())),
            Hasher::Sha512(hasher) => (HashAlgorithm::Sha512, hex(&hasher.finalize())),
        };
        self.0.into_iter().map(digest).collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
