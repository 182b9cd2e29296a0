//! Keys, made once for a run, and signing with them.
//!
//! OpenSSL makes them, so a seed repeats the shape of a case but not its keys.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use openssl::bn::BigNum;
use openssl::dsa::Dsa;
use openssl::ec::{Asn1Flag, EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, Rsa};
use openssl::sha::sha1;
use openssl::sign::{RsaPssSaltlen, Signer};

use super::der::{bits, context, integer, null, oid, sequence};
use super::dice::Dice;
use crate::oracle;

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Rsa512,
    Rsa1024,
    Rsa1536,
    Rsa2048,
    Rsa3072,
    /// RSA whose SPKI says RSASSA-PSS.
    Pss2048,
    P192,
    P224,
    P256,
    /// With its parameters written out.
    P256Explicit,
    P384,
    P521,
    Secp256k1,
    Ed25519,
    Ed448,
    Dsa1024,
    /// On a curve by OpenSSL's number, perhaps with its parameters written out.
    Curve {
        nid: i32,
        explicit: bool,
    },
    /// What OpenSSL calls so.
    Named(&'static str),
}

/// Curves that few people use, and whether their parameters are written out: prime fields of every size, binary ones of odd
/// and even degree.
pub(super) const CURVES: &[(i32, bool)] = &[
    (openssl_sys::NID_brainpoolP256r1, true),
    (openssl_sys::NID_brainpoolP256t1, false),
    (openssl_sys::NID_brainpoolP320r1, false),
    (openssl_sys::NID_brainpoolP384r1, true),
    (openssl_sys::NID_brainpoolP384t1, false),
    (openssl_sys::NID_brainpoolP512r1, true),
    (openssl_sys::NID_brainpoolP512t1, false),
    (openssl_sys::NID_secp160r1, false),
    (openssl_sys::NID_secp224k1, true),
    (openssl_sys::NID_X9_62_prime239v1, false),
    (openssl_sys::NID_sect163k1, true),
    (openssl_sys::NID_sect233r1, false),
    (openssl_sys::NID_sect283k1, true),
    (openssl_sys::NID_X9_62_c2pnb176v1, false),
    (openssl_sys::NID_wap_wsg_idm_ecid_wtls7, false),
];

/// The kinds of [`Kind::Named`].
const NAMED: &[&str] = &[
    "SM2",
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
    "ML-KEM-512",
    "ML-KEM-768",
    "ML-KEM-1024",
    "SLH-DSA-SHA2-128s",
    "SLH-DSA-SHA2-128f",
    "SLH-DSA-SHA2-192s",
    "SLH-DSA-SHA2-192f",
    "SLH-DSA-SHA2-256s",
    "SLH-DSA-SHA2-256f",
    "SLH-DSA-SHAKE-128s",
    "SLH-DSA-SHAKE-128f",
    "SLH-DSA-SHAKE-192s",
    "SLH-DSA-SHAKE-192f",
    "SLH-DSA-SHAKE-256s",
    "SLH-DSA-SHAKE-256f",
];

/// How many of each are made.
const POOL: &[(Kind, usize)] = &[
    (Kind::Rsa512, 2),
    (Kind::Rsa1024, 6),
    (Kind::Rsa1536, 2),
    (Kind::Rsa2048, 6),
    (Kind::Rsa3072, 1),
    (Kind::Pss2048, 2),
    (Kind::P192, 2),
    (Kind::P224, 2),
    (Kind::P256, 8),
    (Kind::P256Explicit, 1),
    (Kind::P384, 4),
    (Kind::P521, 2),
    (Kind::Secp256k1, 2),
    (Kind::Ed25519, 4),
    (Kind::Ed448, 2),
    (Kind::Dsa1024, 2),
];

impl Kind {
    pub(super) fn is_rsa(self) -> bool {
        matches!(
            self,
            Self::Rsa512 | Self::Rsa1024 | Self::Rsa1536 | Self::Rsa2048 | Self::Rsa3072 | Self::Pss2048
        )
    }

    /// Whether it signs a message whole, without a digest to choose.
    fn is_whole(self) -> bool {
        matches!(self, Self::Ed25519 | Self::Ed448) || matches!(self, Self::Named(name) if name != "SM2")
    }

    /// The signature algorithm of a named kind: NIST's are numbered.
    fn named_algorithm(name: &str) -> &'static str {
        match name {
            "SM2" => "1.2.156.10197.1.501",
            "ML-DSA-44" => "2.16.840.1.101.3.4.3.17",
            "ML-DSA-65" => "2.16.840.1.101.3.4.3.18",
            "ML-DSA-87" => "2.16.840.1.101.3.4.3.19",
            "SLH-DSA-SHA2-128s" => "2.16.840.1.101.3.4.3.20",
            "SLH-DSA-SHA2-128f" => "2.16.840.1.101.3.4.3.21",
            "SLH-DSA-SHA2-192s" => "2.16.840.1.101.3.4.3.22",
            "SLH-DSA-SHA2-192f" => "2.16.840.1.101.3.4.3.23",
            "SLH-DSA-SHA2-256s" => "2.16.840.1.101.3.4.3.24",
            "SLH-DSA-SHA2-256f" => "2.16.840.1.101.3.4.3.25",
            "SLH-DSA-SHAKE-128s" => "2.16.840.1.101.3.4.3.26",
            "SLH-DSA-SHAKE-128f" => "2.16.840.1.101.3.4.3.27",
            "SLH-DSA-SHAKE-192s" => "2.16.840.1.101.3.4.3.28",
            "SLH-DSA-SHAKE-192f" => "2.16.840.1.101.3.4.3.29",
            "SLH-DSA-SHAKE-256s" => "2.16.840.1.101.3.4.3.30",
            "SLH-DSA-SHAKE-256f" => "2.16.840.1.101.3.4.3.31",
            // ML-KEM signs nothing.
            _ => "1.2.3.4.5",
        }
    }
}

/// A digest of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha3,
    Ripemd160,
    /// Of SM2.
    Sm3,
}

/// How something is signed; what a key cannot do is replaced by what it can.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scheme {
    pub(super) digest: Digest,
    /// RSASSA-PSS, if the key is RSA.
    pub(super) pss: bool,
}

/// Which key: its place in the pool.
pub(super) type KeyId = usize;

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) kind: Kind,
    private: PKey<Private>,
    /// SubjectPublicKeyInfo.
    pub(super) spki: Vec<u8>,
    /// SHA-1 of the public key's bits.
    pub(super) identifier: Vec<u8>,
}

/// All keys of a run.
#[derive(Debug)]
pub(super) struct Keys {
    keys: Vec<Key>,
    by_kind: HashMap<Kind, Vec<KeyId>>,
}

fn curve(nid: Nid, explicit: bool) -> Result<PKey<Private>> {
    let mut group = EcGroup::from_curve_name(nid)?;
    group.set_asn1_flag(if explicit { Asn1Flag::EXPLICIT_CURVE } else { Asn1Flag::NAMED_CURVE });
    Ok(PKey::from_ec_key(EcKey::generate(&group)?)?)
}

fn rsa(bits: u32) -> Result<PKey<Private>> {
    let exponent = BigNum::from_u32(65_537)?;
    Ok(PKey::from_rsa(Rsa::generate_with_e(bits, &exponent)?)?)
}

impl Key {
    fn generate(kind: Kind) -> Result<Self> {
        let private = match kind {
            Kind::Rsa512 => rsa(512),
            Kind::Rsa1024 => rsa(1024),
            Kind::Rsa1536 => rsa(1536),
            Kind::Rsa2048 | Kind::Pss2048 => rsa(2048),
            Kind::Rsa3072 => rsa(3072),
            Kind::P192 => curve(Nid::X9_62_PRIME192V1, false),
            Kind::P224 => curve(Nid::SECP224R1, false),
            Kind::P256 => curve(Nid::X9_62_PRIME256V1, false),
            Kind::P256Explicit => curve(Nid::X9_62_PRIME256V1, true),
            Kind::P384 => curve(Nid::SECP384R1, false),
            Kind::P521 => curve(Nid::SECP521R1, false),
            Kind::Secp256k1 => curve(Nid::SECP256K1, false),
            Kind::Ed25519 => Ok(PKey::generate_ed25519()?),
            Kind::Ed448 => Ok(PKey::generate_ed448()?),
            Kind::Dsa1024 => Ok(PKey::from_dsa(Dsa::generate(1024)?)?),
            Kind::Curve { nid, explicit } => curve(Nid::from_raw(nid), explicit),
            Kind::Named(name) => oracle::generate_key(name),
        };
        let private = private.with_context(|| format!("OpenSSL makes no {kind:?} key"))?;
        let mut spki = private.public_key_to_der()?;
        if kind == Kind::Pss2048 {
            let key = private.rsa()?.public_key_to_der_pkcs1()?;
            spki = sequence(&[sequence(&[oid(RSASSA_PSS)]), bits(&key)]);
        }
        let identifier = sha1(public_bits(&spki)).to_vec();
        Ok(Self { kind, private, spki, identifier })
    }

    /// What this key does of a scheme.
    fn possible(&self, scheme: Scheme) -> Scheme {
        let Scheme { mut digest, mut pss } = scheme;
        if self.kind == Kind::Named("SM2") {
            return Scheme { digest: Digest::Sm3, pss: false };
        }
        pss = self.kind.is_rsa() && (pss || self.kind == Kind::Pss2048) && self.kind != Kind::Rsa512;
        if digest == Digest::Md5 && (!self.kind.is_rsa() || pss) {
            digest = Digest::Sha1;
        }
        // A short key has no room for a long digest.
        let long = matches!(digest, Digest::Sha384 | Digest::Sha512);
        if long && (self.kind == Kind::Rsa512 || (pss && self.kind == Kind::Rsa1024)) {
            digest = Digest::Sha256;
        }
        if digest == Digest::Ripemd160 && (pss || !self.kind.is_rsa()) {
            digest = Digest::Sha256;
        }
        if digest == Digest::Sha3 && pss {
            digest = Digest::Sha256;
        }
        Scheme { digest, pss }
    }

    /// The AlgorithmIdentifier of a signature by this key.
    pub(super) fn algorithm(&self, scheme: Scheme) -> Vec<u8> {
        let Scheme { digest, pss } = self.possible(scheme);
        match self.kind {
            Kind::Ed25519 => sequence(&[oid("1.3.101.112")]),
            Kind::Ed448 => sequence(&[oid("1.3.101.113")]),
            Kind::Dsa1024 => sequence(&[oid(digest.with_dsa())]),
            Kind::Named(name) => sequence(&[oid(Kind::named_algorithm(name))]),
            _ if pss => sequence(&[oid(RSASSA_PSS), pss_parameters(digest)]),
            kind if kind.is_rsa() => sequence(&[oid(digest.with_rsa()), null()]),
            _ => sequence(&[oid(digest.with_ecdsa())]),
        }
    }

    /// Signs.
    pub(super) fn sign(&self, scheme: Scheme, data: &[u8]) -> Result<Vec<u8>> {
        let Scheme { digest, pss } = self.possible(scheme);
        if self.kind.is_whole() {
            return Ok(Signer::new_without_digest(&self.private)?.sign_oneshot_to_vec(data)?);
        }
        let mut signer = Signer::new(digest.openssl(), &self.private)?;
        if pss {
            signer.set_rsa_padding(Padding::PKCS1_PSS)?;
            signer.set_rsa_mgf1_md(digest.openssl())?;
            signer.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
        }
        signer.update(data)?;
        signer.sign_to_vec().with_context(|| format!("{:?} does not sign with {digest:?}", self.kind))
    }
}

const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";

fn pss_parameters(digest: Digest) -> Vec<u8> {
    let hash = sequence(&[oid(digest.oid()), null()]);
    let mask = sequence(&[oid("1.2.840.113549.1.1.8"), hash.clone()]);
    let salt = i64::try_from(digest.openssl().size()).unwrap_or_default();
    sequence(&[context(0, &hash), context(1, &mask), context(2, &integer(salt))])
}

/// The bits of a SubjectPublicKeyInfo: what follows the algorithm, without the count of unused bits.
fn public_bits(spki: &[u8]) -> &[u8] {
    fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
        let (length, head) = match bytes.get(1).copied().unwrap_or_default() {
            long if long > 0x80 => {
                let count = usize::from(long & 0x7f);
                let digits = bytes.get(2..2 + count).unwrap_or_default();
                (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), 2 + count)
            }
            short => (usize::from(short), 2),
        };
        bytes.get(head..).unwrap_or_default().split_at(length)
    }
    let (content, _) = split(spki);
    let (_, key) = split(content);
    let (value, _) = split(key);
    value.get(1..).unwrap_or_default()
}

impl Digest {
    fn openssl(self) -> MessageDigest {
        match self {
            Self::Md5 => MessageDigest::md5(),
            Self::Sha1 => MessageDigest::sha1(),
            Self::Sha224 => MessageDigest::sha224(),
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
            Self::Sha512 => MessageDigest::sha512(),
            Self::Sha3 => MessageDigest::sha3_256(),
            Self::Ripemd160 => MessageDigest::ripemd160(),
            Self::Sm3 => MessageDigest::sm3(),
        }
    }

    fn oid(self) -> &'static str {
        match self {
            Self::Md5 => "1.2.840.113549.2.5",
            Self::Sha1 => "1.3.14.3.2.26",
            Self::Sha224 => "2.16.840.1.101.3.4.2.4",
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
            Self::Sha3 => "2.16.840.1.101.3.4.2.8",
            Self::Ripemd160 => "1.3.36.3.2.1",
            Self::Sm3 => "1.2.156.10197.1.401",
        }
    }

    fn with_rsa(self) -> &'static str {
        match self {
            Self::Md5 => "1.2.840.113549.1.1.4",
            Self::Sha1 => "1.2.840.113549.1.1.5",
            Self::Sha224 => "1.2.840.113549.1.1.14",
            Self::Sha256 => "1.2.840.113549.1.1.11",
            Self::Sha384 => "1.2.840.113549.1.1.12",
            Self::Sha512 => "1.2.840.113549.1.1.13",
            Self::Sha3 => "2.16.840.1.101.3.4.3.14",
            Self::Ripemd160 => "1.3.36.3.3.1.2",
            Self::Sm3 => "1.2.156.10197.1.504",
        }
    }

    fn with_ecdsa(self) -> &'static str {
        match self {
            Self::Md5 | Self::Sha1 | Self::Ripemd160 | Self::Sm3 => "1.2.840.10045.4.1",
            Self::Sha224 => "1.2.840.10045.4.3.1",
            Self::Sha256 => "1.2.840.10045.4.3.2",
            Self::Sha384 => "1.2.840.10045.4.3.3",
            Self::Sha512 => "1.2.840.10045.4.3.4",
            Self::Sha3 => "2.16.840.1.101.3.4.3.10",
        }
    }

    fn with_dsa(self) -> &'static str {
        match self {
            Self::Md5 | Self::Sha1 | Self::Ripemd160 | Self::Sm3 => "1.2.840.10040.4.3",
            Self::Sha224 => "2.16.840.1.101.3.4.3.1",
            Self::Sha256 => "2.16.840.1.101.3.4.3.2",
            Self::Sha384 => "2.16.840.1.101.3.4.3.3",
            Self::Sha512 => "2.16.840.1.101.3.4.3.4",
            Self::Sha3 => "2.16.840.1.101.3.4.3.6",
        }
    }
}

impl Keys {
    /// A new pool.
    pub(super) fn generate() -> Result<Self> {
        let mut keys = Vec::new();
        let mut by_kind: HashMap<Kind, Vec<KeyId>> = HashMap::new();
        let curves = CURVES.iter().flat_map(|(nid, explicit)| {
            let kind = |explicit| (Kind::Curve { nid: *nid, explicit }, 1);
            [kind(false)].into_iter().chain(explicit.then(|| kind(true)))
        });
        let named = NAMED.iter().map(|name| (Kind::Named(name), if *name == "SM2" { 3 } else { 1 }));
        for (kind, count) in POOL.iter().copied().chain(curves).chain(named) {
            for _ in 0..count {
                by_kind.entry(kind).or_default().push(keys.len());
                keys.push(Key::generate(kind)?);
            }
        }
        Ok(Self { keys, by_kind })
    }

    pub(super) fn get(&self, id: KeyId) -> &Key {
        &self.keys[id]
    }

    /// One of a kind, if possible none of those that are used already.
    pub(super) fn one(&self, kind: Kind, used: &[KeyId], dice: &mut Dice) -> KeyId {
        let all = &self.by_kind[&kind];
        let fresh: Vec<KeyId> = all.iter().copied().filter(|id| !used.contains(id)).collect();
        dice.one(if fresh.is_empty() { all } else { &fresh })
    }

    /// Another one of the same kind; the same if there is only one.
    pub(super) fn another(&self, than: KeyId, used: &[KeyId], dice: &mut Dice) -> KeyId {
        let used: Vec<KeyId> = used.iter().copied().chain([than]).collect();
        self.one(self.get(than).kind, &used, dice)
    }
}
