//! How assertions are judged: what follows when one does not hold, how many of a group must, and hash functions.

use super::words;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

words! {
    /// What follows when an assertion does not hold.
    Severity, "a severity" {
        /// The test fails.
        Fail = "fail" | "error",
        /// The result has a warning; the test does not fail because of it.
        Warn = "warn" | "warning",
    }
}

words! {
    /// How many assertions of a group must hold.
    GroupKind, "a kind of group" {
        /// At least one.
        Any = "any",
        /// All of them.
        All = "all",
        /// None of them.
        None = "none",
    }
}

words! {
    /// A hash function.
    HashAlgorithm, "a hash function" {
        /// MD5 (RFC 1321).
        Md5 = "md5",
        /// SHA-1 (FIPS 180-4).
        Sha1 = "sha1" | "sha-1",
        /// SHA-256 (FIPS 180-4).
        Sha256 = "sha256" | "sha-256",
        /// SHA-512 (FIPS 180-4).
        Sha512 = "sha512" | "sha-512",
    }
}

impl HashAlgorithm {
    /// How many hexadecimal digits a digest has.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::Md5 => 32,
            Self::Sha1 => 40,
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        <Self as super::Word>::parse(&text)
            .map_err(|_| serde::de::Error::invalid_value(serde::de::Unexpected::Str(&text), &"fail or warn"))
    }
}
