//! The cipher suites of TLS 1.2 that aws-lc-rs' own provider does not have.

use super::prf::MacKeysLast;
use super::protection::{Aes, CbcHmac, Mac};
use rustls::crypto::aws_lc_rs::cipher_suite::{
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
};
use rustls::crypto::cipher::Tls12AeadAlgorithm;
use rustls::crypto::tls12::Prf;
use rustls::crypto::{CipherSuiteCommon, KeyExchangeAlgorithm};
use rustls::{CipherSuite, SignatureScheme, SupportedCipherSuite, Tls12CipherSuite};
use std::sync::LazyLock;

/// How servers with a key on an elliptic curve may sign. rustls looks only at the types of keys in it, and that of the server's
/// key must be among them.
const ECDSA: &[SignatureScheme] = &[
    SignatureScheme::ED25519,
    SignatureScheme::ED448,
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ECDSA_SHA1_Legacy,
];

/// The same for RSA keys.
const RSA: &[SignatureScheme] = &[
    SignatureScheme::RSA_PSS_SHA512,
    SignatureScheme::RSA_PSS_SHA384,
    SignatureScheme::RSA_PSS_SHA256,
    SignatureScheme::RSA_PKCS1_SHA512,
    SignatureScheme::RSA_PKCS1_SHA384,
    SignatureScheme::RSA_PKCS1_SHA256,
    SignatureScheme::RSA_PKCS1_SHA1,
];

/// How many records one key may protect: 2^42 blocks, far from the 2^64 at which blocks of CBC repeat.
const CBC_RECORDS_MAX: u64 = 1 << 32;

/// aws-lc-rs' suite that a suite has its hash function and its PRF from.
#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
}

/// How keys are exchanged and how the server signs.
#[derive(Clone, Copy, PartialEq)]
enum Keys {
    EcdheEcdsa,
    EcdheRsa,
    DheRsa,
}

/// A suite of aws-lc-rs, which has a suite of TLS 1.2 as its value in any case.
fn of_aws_lc(suite: &'static SupportedCipherSuite) -> Option<&'static Tls12CipherSuite> {
    match suite {
        SupportedCipherSuite::Tls12(suite) => Some(suite),
        SupportedCipherSuite::Tls13(_) => None,
    }
}

impl Hash {
    fn suite(self) -> Option<&'static Tls12CipherSuite> {
        of_aws_lc(match self {
            Self::Sha256 => &TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            Self::Sha384 => &TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        })
    }
}

impl Keys {
    const fn exchange(self) -> KeyExchangeAlgorithm {
        match self {
            Self::EcdheEcdsa | Self::EcdheRsa => KeyExchangeAlgorithm::ECDHE,
            Self::DheRsa => KeyExchangeAlgorithm::DHE,
        }
    }

    const fn sign(self) -> &'static [SignatureScheme] {
        match self {
            Self::EcdheEcdsa => ECDSA,
            Self::EcdheRsa | Self::DheRsa => RSA,
        }
    }
}

/// Protections, which suites refer to.
static AES_128_SHA: CbcHmac = CbcHmac { aes: Aes::Aes128, mac: Mac::Sha1 };
static AES_256_SHA: CbcHmac = CbcHmac { aes: Aes::Aes256, mac: Mac::Sha1 };
static AES_128_SHA256: CbcHmac = CbcHmac { aes: Aes::Aes128, mac: Mac::Sha256 };
static AES_256_SHA256: CbcHmac = CbcHmac { aes: Aes::Aes256, mac: Mac::Sha256 };
static AES_256_SHA384: CbcHmac = CbcHmac { aes: Aes::Aes256, mac: Mac::Sha384 };

/// The CBC suites, best first.
const CBC: [(CipherSuite, Keys, &CbcHmac, Hash); 12] = [
    (CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, Keys::EcdheEcdsa, &AES_256_SHA384, Hash::Sha384),
    (CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, Keys::EcdheEcdsa, &AES_128_SHA256, Hash::Sha256),
    (CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, Keys::EcdheRsa, &AES_256_SHA384, Hash::Sha384),
    (CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, Keys::EcdheRsa, &AES_128_SHA256, Hash::Sha256),
    (CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, Keys::EcdheEcdsa, &AES_256_SHA, Hash::Sha256),
    (CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Keys::EcdheEcdsa, &AES_128_SHA, Hash::Sha256),
    (CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, Keys::EcdheRsa, &AES_256_SHA, Hash::Sha256),
    (CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, Keys::EcdheRsa, &AES_128_SHA, Hash::Sha256),
    (CipherSuite::TLS_DHE_RSA_WITH_AES_256_CBC_SHA256, Keys::DheRsa, &AES_256_SHA256, Hash::Sha256),
    (CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA256, Keys::DheRsa, &AES_128_SHA256, Hash::Sha256),
    (CipherSuite::TLS_DHE_RSA_WITH_AES_256_CBC_SHA, Keys::DheRsa, &AES_256_SHA, Hash::Sha256),
    (CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA, Keys::DheRsa, &AES_128_SHA, Hash::Sha256),
];

/// The suites of DHE with authenticated encryption, and the suites whose encryption they share.
const DHE: [(CipherSuite, &SupportedCipherSuite); 3] = [
    (CipherSuite::TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, &TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
    (CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, &TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
    (CipherSuite::TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256, &TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
];

/// The PRFs of the CBC suites, one for each length of MAC keys.
static PRFS: LazyLock<Vec<(Mac, MacKeysLast)>> = LazyLock::new(|| {
    let pairs = [(Mac::Sha1, Hash::Sha256), (Mac::Sha256, Hash::Sha256), (Mac::Sha384, Hash::Sha384)];
    let of = |(mac, hash): (Mac, Hash)| {
        let prf = hash.suite()?.prf_provider;
        Some((mac, MacKeysLast { prf, mac_bytes: mac.bytes() }))
    };
    pairs.into_iter().filter_map(of).collect()
});

/// The suites of DHE and of CBC, made once.
static LEGACY: LazyLock<Vec<Tls12CipherSuite>> = LazyLock::new(|| {
    let dhe = DHE.into_iter().filter_map(|(suite, like)| {
        let like = of_aws_lc(like)?;
        Some(made(
            suite,
            Keys::DheRsa,
            like,
            like.prf_provider,
            like.aead_alg,
            like.common.confidentiality_limit,
        ))
    });
    let cbc = CBC.into_iter().filter_map(|(suite, keys, protection, hash)| {
        let (_, prf) = PRFS.iter().find(|(mac, _)| *mac == protection.mac)?;
        Some(made(suite, keys, hash.suite()?, prf, protection, CBC_RECORDS_MAX))
    });
    dhe.chain(cbc).collect()
});

/// aws-lc-rs' own suites, for servers with any of the keys above.
static MODERN: LazyLock<Vec<Tls12CipherSuite>> = LazyLock::new(|| {
    let suites = rustls::crypto::aws_lc_rs::DEFAULT_CIPHER_SUITES.iter().filter_map(of_aws_lc);
    let with_keys = |suite: &'static Tls12CipherSuite| {
        let is_ecdsa = suite.sign.contains(&SignatureScheme::ECDSA_NISTP256_SHA256);
        let keys = if is_ecdsa { Keys::EcdheEcdsa } else { Keys::EcdheRsa };
        let limit = suite.common.confidentiality_limit;
        made(suite.common.suite, keys, suite, suite.prf_provider, suite.aead_alg, limit)
    };
    suites.map(with_keys).collect()
});

/// A suite with the hash function of another.
fn made(
    suite: CipherSuite,
    keys: Keys,
    hash: &'static Tls12CipherSuite,
    prf_provider: &'static dyn Prf,
    aead_alg: &'static dyn Tls12AeadAlgorithm,
    confidentiality_limit: u64,
) -> Tls12CipherSuite {
    let common = CipherSuiteCommon { suite, hash_provider: hash.common.hash_provider, confidentiality_limit };
    Tls12CipherSuite { common, prf_provider, kx: keys.exchange(), sign: keys.sign(), aead_alg }
}

/// All suites in the order in which they are offered: those of aws-lc-rs in theirs, DHE, CBC.
pub(super) fn all() -> Vec<SupportedCipherSuite> {
    let modern = rustls::crypto::aws_lc_rs::DEFAULT_CIPHER_SUITES.iter().filter_map(|suite| match suite {
        SupportedCipherSuite::Tls13(_) => Some(*suite),
        SupportedCipherSuite::Tls12(suite) => MODERN.iter().find(|made| *made == *suite).map(Into::into),
    });
    modern.chain(LEGACY.iter().map(Into::into)).collect()
}
