//! What protects the records of CBC suites: AES and HMAC, by aws-lc-rs.

use aws_lc_rs::cipher::{self, UnboundCipherKey};
use aws_lc_rs::hmac;
use rustls::crypto::cipher::AeadKey;

/// Bytes of a block of AES, and of the IV.
pub(super) const BLOCK: usize = 16;

/// The protection of a CBC suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CbcHmac {
    /// The length of the key.
    pub(super) aes: Aes,
    /// The hash function of the MAC.
    pub(super) mac: Mac,
}

/// Which AES.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aes {
    Aes128,
    Aes256,
}

/// Which HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mac {
    Sha1,
    Sha256,
    Sha384,
}

impl Aes {
    const fn algorithm(self) -> &'static cipher::Algorithm {
        match self {
            Self::Aes128 => &cipher::AES_128,
            Self::Aes256 => &cipher::AES_256,
        }
    }

    /// Bytes of a key.
    pub(super) const fn key_bytes(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes256 => 32,
        }
    }
}

impl Mac {
    const fn algorithm(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
        }
    }

    /// Bytes of a MAC, and of its key.
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }

    /// Bytes of a block of the hash function.
    pub(super) const fn block_bytes(self) -> usize {
        match self {
            Self::Sha1 | Self::Sha256 => 64,
            Self::Sha384 => 128,
        }
    }

    /// Bytes of the end of the last block, which say how long the message is, with the bit before them.
    pub(super) const fn trailer_bytes(self) -> usize {
        match self {
            Self::Sha1 | Self::Sha256 => 9,
            Self::Sha384 => 17,
        }
    }

    /// A key.
    pub(super) fn key(self, bytes: &[u8]) -> hmac::Key {
        hmac::Key::new(self.algorithm(), bytes)
    }
}

impl CbcHmac {
    /// A key of its AES; nothing if it does not have the length that [`Aes::key_bytes`] says.
    pub(super) fn unbound(self, key: &AeadKey) -> Option<UnboundCipherKey> {
        UnboundCipherKey::new(self.aes.algorithm(), key.as_ref()).ok()
    }
}
