//! Public keys: what kind they are, how strong, and whether they can be read at all.
//!
//! A key that cannot be read does not make a certificate unreadable; its certificate just issues nothing.

use std::fmt;
use std::sync::OnceLock;

use crate::curve::{CurveChoice, Engine};
use crate::der::{self, Class, DerFault, Reader, Tlv};
use crate::oid;
use crate::signature::{Family, Prepared, PssParameters, SlhDsa};

/// The largest RSA, DSA or DH modulus that is looked at, in bits; OpenSSL's limit.
pub(crate) const MODULUS_BITS_MAX: u32 = 16_384;

/// The modulus of ML-KEM.
const ML_KEM_MODULUS: u16 = 3329;

/// A key by kind. Numbers are big-endian without leading zeros.
#[derive(Debug)]
pub(crate) enum KeyKind {
    Rsa {
        encoded: Box<[u8]>,
        modulus: Box<[u8]>,
        exponent: Box<[u8]>,
        pss: Option<Option<PssParameters>>,
    },
    Dsa {
        p: Box<[u8]>,
        q: Box<[u8]>,
        g: Box<[u8]>,
        y: Box<[u8]>,
    },
    Ec {
        choice: CurveChoice,
        point: Box<[u8]>,
    },
    Ed25519(Box<[u8]>),
    Ed448(Box<[u8]>),
    MlDsa {
        level: u16,
        key: Box<[u8]>,
    },
    SlhDsa {
        set: SlhDsa,
        key: Box<[u8]>,
    },
    /// Encapsulates keys, and signs nothing.
    MlKem(u32),
    X25519,
    X448,
    Dh,
}

/// A public key that could be read.
pub(crate) struct PublicKey {
    pub(crate) kind: KeyKind,
    /// Its size as people give it: modulus, order or field, in bits.
    pub(crate) bits: u32,
    /// Bits of the subgroup's order, for DSA and DH.
    subgroup_bits: Option<u32>,
    /// The form in which the library wants it, made at the first use.
    pub(crate) prepared: OnceLock<Prepared>,
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("kind", &self.type_name()).field("bits", &self.bits).finish()
    }
}

/// Why a key cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyFault {
    Encoding(DerFault),
    UnknownAlgorithm,
    UnknownCurve,
    NoCurve,
    NotOnCurve,
    BadLength,
    OutOfRange,
    MissingParameters,
    NeedlessParameters,
}

impl KeyFault {
    /// Whether the key may be a good one of a kind that is not known here: nothing can be said of it then.
    pub(crate) const fn is_unknown(self) -> bool {
        matches!(self, Self::UnknownAlgorithm | Self::UnknownCurve)
    }

    /// As text for messages.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Encoding(fault) => format!("its encoding is invalid: {fault}"),
            Self::UnknownAlgorithm => "its algorithm is unknown".to_owned(),
            Self::UnknownCurve => "its curve is unknown".to_owned(),
            Self::NoCurve => "its parameters describe no elliptic curve".to_owned(),
            Self::NotOnCurve => "its point is not on the curve".to_owned(),
            Self::BadLength => "it does not have the length that its algorithm requires".to_owned(),
            Self::OutOfRange => "it contains numbers that are too large for its algorithm".to_owned(),
            Self::NeedlessParameters => "it has parameters, but its algorithm has none".to_owned(),
            Self::MissingParameters => "its parameters are missing".to_owned(),
        }
    }
}

impl From<DerFault> for KeyFault {
    fn from(fault: DerFault) -> Self {
        Self::Encoding(fault)
    }
}

/// Big-endian bits of a number.
fn bit_length(number: &[u8]) -> u32 {
    let leading = number.first().map_or(0, |byte| byte.leading_zeros());
    u32::try_from(number.len()).unwrap_or(u32::MAX).saturating_mul(8).saturating_sub(leading)
}

/// The next value, an integer taken as unsigned, without leading zeros. OpenSSL reads the numbers of keys with a type of
/// their own (`BIGNUM`), which takes needless bytes and a sign for digits, but not an integer in pieces.
fn unsigned(fields: &mut Reader<'_>) -> Result<Box<[u8]>, DerFault> {
    let value = fields.expect(der::INTEGER)?;
    if value.constructed {
        return Err(DerFault::BadInteger);
    }
    let content = value.content();
    let zeros = content.iter().take_while(|byte| **byte == 0).count();
    Ok(content.get(zeros..).unwrap_or_default().into())
}

impl PublicKey {
    /// Reads the key of a SubjectPublicKeyInfo: the algorithm, its parameters, the bits.
    pub(crate) fn read(algorithm: &[u8], parameters: Option<&Tlv<'_>>, key: &[u8]) -> Result<Self, KeyFault> {
        match algorithm {
            oid::RSA_ENCRYPTION | oid::RSA_X509 => rsa(key, None),
            oid::RSASSA_PSS => {
                let restriction = match parameters {
                    None => None,
                    Some(value) => Some(PssParameters::read(value).ok_or(KeyFault::MissingParameters)?),
                };
                rsa(key, Some(restriction))
            }
            oid::DSA => dsa(parameters, key),
            oid::DH_PKCS3 => dh(parameters, key, false),
            oid::DH_X942 => dh(parameters, key, true),
            oid::EC_PUBLIC_KEY => elliptic(parameters, key),
            _ => match Self::read_bare(algorithm, key) {
                Err(KeyFault::UnknownAlgorithm) => Err(KeyFault::UnknownAlgorithm),
                _ if parameters.is_some() => Err(KeyFault::NeedlessParameters),
                read => read,
            },
        }
    }

    /// The same for the algorithms that have no parameters.
    fn read_bare(algorithm: &[u8], key: &[u8]) -> Result<Self, KeyFault> {
        match algorithm {
            oid::ED25519 => fixed(key, 32, 256, KeyKind::Ed25519(key.into())),
            oid::ED448 => fixed(key, 57, 456, KeyKind::Ed448(key.into())),
            oid::X25519 => fixed(key, 32, 253, KeyKind::X25519),
            oid::X448 => fixed(key, 56, 448, KeyKind::X448),
            oid::ML_DSA_44 => fixed(key, 1312, 10_496, KeyKind::MlDsa { level: 44, key: key.into() }),
            oid::ML_DSA_65 => fixed(key, 1952, 15_616, KeyKind::MlDsa { level: 65, key: key.into() }),
            oid::ML_DSA_87 => fixed(key, 2592, 20_736, KeyKind::MlDsa { level: 87, key: key.into() }),
            oid::ML_KEM_512 => ml_kem(key, 512),
            oid::ML_KEM_768 => ml_kem(key, 768),
            oid::ML_KEM_1024 => ml_kem(key, 1024),
            _ => {
                let set = SlhDsa::by_oid(algorithm).ok_or(KeyFault::UnknownAlgorithm)?;
                let kind = KeyKind::SlhDsa { set, key: key.into() };
                fixed(key, usize::try_from(set.key_bits() / 8).unwrap_or_default(), set.key_bits(), kind)
            }
        }
    }

    const fn new(kind: KeyKind, bits: u32) -> Self {
        Self { kind, bits, subgroup_bits: None, prepared: OnceLock::new() }
    }

    /// Which signatures it can have made.
    pub(crate) const fn family(&self) -> Option<Family> {
        match &self.kind {
            KeyKind::Rsa { pss: None, .. } => Some(Family::Rsa),
            KeyKind::Rsa { .. } => Some(Family::RsaPss),
            KeyKind::Dsa { .. } => Some(Family::Dsa),
            KeyKind::Ec { choice: CurveChoice { engine: Engine::Sm2, .. }, .. } => Some(Family::Sm2),
            KeyKind::Ec { .. } => Some(Family::Ec),
            KeyKind::Ed25519(_) => Some(Family::Ed25519),
            KeyKind::Ed448(_) => Some(Family::Ed448),
            KeyKind::MlDsa { level, .. } => Some(Family::MlDsa(*level)),
            KeyKind::SlhDsa { set, .. } => Some(Family::SlhDsa(*set)),
            KeyKind::X25519 | KeyKind::X448 | KeyKind::Dh | KeyKind::MlKem(_) => None,
        }
    }

    /// The curve, for keys that have one.
    pub(crate) const fn curve(&self) -> Option<&CurveChoice> {
        match &self.kind {
            KeyKind::Ec { choice, .. } => Some(choice),
            _ => None,
        }
    }

    /// `RSA`, `EC P-256`, `Ed25519` ...
    pub(crate) fn type_name(&self) -> String {
        match &self.kind {
            KeyKind::Rsa { pss: None, .. } => "RSA".to_owned(),
            KeyKind::Rsa { .. } => "RSA-PSS".to_owned(),
            KeyKind::Dsa { .. } => "DSA".to_owned(),
            KeyKind::Ec { choice, .. } => format!("EC {}", choice.name),
            KeyKind::Ed25519(_) => "Ed25519".to_owned(),
            KeyKind::Ed448(_) => "Ed448".to_owned(),
            KeyKind::MlDsa { level, .. } => format!("ML-DSA-{level}"),
            KeyKind::SlhDsa { set, .. } => set.name().to_owned(),
            KeyKind::MlKem(size) => format!("ML-KEM-{size}"),
            KeyKind::X25519 => "X25519".to_owned(),
            KeyKind::X448 => "X448".to_owned(),
            KeyKind::Dh => "DH".to_owned(),
        }
    }

    /// About how many times as long as usual a signature by it takes to verify: what bounds hostile keys.
    pub(crate) fn effort(&self) -> u64 {
        let square = |unit: u32| u64::from(self.bits / unit).pow(2).max(1);
        match &self.kind {
            // Two powers with exponents as long as the subgroup's order, without a table.
            KeyKind::Dsa { .. } => square(1024) * 8,
            KeyKind::Rsa { .. } => square(4096),
            KeyKind::Ed448(_) => 8,
            KeyKind::SlhDsa { .. } => 32,
            // Our own arithmetic: each bit takes a step, and each step the square of the bits.
            KeyKind::Ec { choice, .. } => match choice.engine {
                Engine::P192 | Engine::P224 | Engine::P256 | Engine::P384 | Engine::P521 | Engine::K256 => 1,
                Engine::Sm2 | Engine::Ours => {
                    let cube = (u64::from(self.bits / 64).pow(3) / 8).max(1);
                    if choice.group.is_binary() { cube * 2 } else { cube }
                }
            },
            KeyKind::Ed25519(_)
            | KeyKind::MlDsa { .. }
            | KeyKind::MlKem(_)
            | KeyKind::X25519
            | KeyKind::X448
            | KeyKind::Dh => 1,
        }
    }

    /// Security bits as OpenSSL rates them (NIST SP 800-57 part 1, SP 800-56B appendix D).
    pub(crate) fn security_bits(&self) -> u32 {
        match &self.kind {
            KeyKind::Rsa { .. } => factoring_bits(self.bits),
            KeyKind::Dsa { .. } | KeyKind::Dh => finite_field_bits(self.bits, self.subgroup_bits),
            KeyKind::Ec { choice, .. } => match choice.order_bits {
                512.. => 256,
                384.. => 192,
                256.. => 128,
                224.. => 112,
                160.. => 80,
                fewer => fewer / 2,
            },
            KeyKind::Ed25519(_)
            | KeyKind::X25519
            | KeyKind::MlDsa { level: 44, .. }
            | KeyKind::MlKem(512) => 128,
            KeyKind::MlDsa { level: 65, .. } | KeyKind::MlKem(768) => 192,
            KeyKind::MlDsa { .. } | KeyKind::MlKem(_) => 256,
            KeyKind::SlhDsa { set, .. } => set.security_bits(),
            KeyKind::Ed448(_) | KeyKind::X448 => 224,
        }
    }
}

fn rsa(key: &[u8], pss: Option<Option<PssParameters>>) -> Result<PublicKey, KeyFault> {
    let mut fields = Reader::new(key).sequence()?;
    let (modulus, exponent) = (unsigned(&mut fields)?, unsigned(&mut fields)?);
    fields.finish()?;
    let bits = bit_length(&modulus);
    Ok(PublicKey::new(KeyKind::Rsa { encoded: key.into(), modulus, exponent, pss }, bits))
}

fn dsa(parameters: Option<&Tlv<'_>>, key: &[u8]) -> Result<PublicKey, KeyFault> {
    let parameters = parameters.filter(|value| value.tag != der::NULL).ok_or(KeyFault::MissingParameters)?;
    if !parameters.is(Class::Universal, der::SEQUENCE) || !parameters.constructed {
        return Err(KeyFault::MissingParameters);
    }
    let mut fields = parameters.inside();
    let (p, q, g) = (unsigned(&mut fields)?, unsigned(&mut fields)?, unsigned(&mut fields)?);
    fields.finish()?;
    let y = unsigned(&mut Reader::new(key))?;
    // Unlike the parameters, an integer proper.
    Reader::new(key).expect(der::INTEGER)?.integer()?;
    let (bits, subgroup) = (bit_length(&p), bit_length(&q));
    let mut key = PublicKey::new(KeyKind::Dsa { p, q, g, y }, bits);
    key.subgroup_bits = Some(subgroup);
    Ok(key)
}

/// Diffie-Hellman: PKCS #3 (prime, base, and perhaps how long private keys are), or X9.42 (prime, base, the subgroup's order
/// and perhaps how they were made; RFC 3279 section 2.3.3).
fn dh(parameters: Option<&Tlv<'_>>, key: &[u8], has_subgroup: bool) -> Result<PublicKey, KeyFault> {
    let parameters = parameters.ok_or(KeyFault::MissingParameters)?;
    if !parameters.is(Class::Universal, der::SEQUENCE) || !parameters.constructed {
        return Err(KeyFault::MissingParameters);
    }
    let mut fields = parameters.inside();
    let (prime, _base) = (unsigned(&mut fields)?, unsigned(&mut fields)?);
    let subgroup_bits = if has_subgroup {
        let order = unsigned(&mut fields)?;
        if fields.optional(Class::Universal, der::INTEGER)?.is_some_and(|cofactor| cofactor.constructed) {
            return Err(DerFault::BadInteger.into());
        }
        fields.optional(Class::Universal, der::SEQUENCE)?;
        Some(bit_length(&order))
    } else {
        let length = fields.optional(Class::Universal, der::INTEGER)?;
        let length = length.map(|length| length.small().ok_or(DerFault::TooLarge)).transpose()?;
        length.and_then(|length| u32::try_from(length).ok()).filter(|length| *length > 0)
    };
    fields.finish()?;
    Reader::new(key).expect(der::INTEGER)?.integer()?;
    let mut key = PublicKey::new(KeyKind::Dh, bit_length(&prime));
    key.subgroup_bits = subgroup_bits;
    Ok(key)
}

/// ML-KEM (FIPS 203): vectors of numbers below 3,329 in twelve bits each, and 32 bytes.
fn ml_kem(key: &[u8], size: u32) -> Result<PublicKey, KeyFault> {
    let numbers = usize::try_from(size / 256 * 384).unwrap_or_default();
    let vectors = key.get(..numbers).filter(|_| key.len() == numbers + 32).ok_or(KeyFault::BadLength)?;
    let (triples, _) = vectors.as_chunks::<3>();
    let in_range = |[low, middle, high]: &[u8; 3]| {
        let (low, middle, high) = (u16::from(*low), u16::from(*middle), u16::from(*high));
        (low | (middle & 15) << 8) < ML_KEM_MODULUS && (middle >> 4 | high << 4) < ML_KEM_MODULUS
    };
    // FIPS 203 section 7.2, the modulus check.
    if !triples.iter().all(in_range) {
        return Err(KeyFault::OutOfRange);
    }
    Ok(PublicKey::new(KeyKind::MlKem(size), size))
}

fn elliptic(parameters: Option<&Tlv<'_>>, key: &[u8]) -> Result<PublicKey, KeyFault> {
    let parameters = parameters.ok_or(KeyFault::MissingParameters)?;
    let named = parameters.is(Class::Universal, der::OBJECT);
    let none = if named { KeyFault::UnknownCurve } else { KeyFault::NoCurve };
    let choice = CurveChoice::read(parameters)?.ok_or(none)?;
    let point = choice.point(key).ok_or(KeyFault::NotOnCurve)?;
    let bits = choice.order_bits;
    Ok(PublicKey::new(KeyKind::Ec { choice, point }, bits))
}

fn fixed(key: &[u8], length: usize, bits: u32, kind: KeyKind) -> Result<PublicKey, KeyFault> {
    if key.len() == length { Ok(PublicKey::new(kind, bits)) } else { Err(KeyFault::BadLength) }
}

/// Security bits of a modulus that must be factored: a table, and the number field sieve's cost between its entries.
fn factoring_bits(bits: u32) -> u32 {
    match bits {
        2048 => return 112,
        3072 => return 128,
        4096 => return 152,
        6144 => return 176,
        7680 => return 192,
        8192 => return 200,
        15_360 => return 256,
        687_737.. => return 1200,
        0..8 => return 0,
        _ => {}
    }
    let cap = match bits {
        ..=7680 => 192,
        7681..=15_360 => 256,
        _ => 1200,
    };
    let size = f64::from(bits) * std::f64::consts::LN_2;
    let log = size.ln();
    let cost = (1.923 * (size * log * log).cbrt() - 4.69) / std::f64::consts::LN_2;
    // Between 0 and 1200 for every size that gets here.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the match above")]
    let whole = cost.max(0.0) as u32;
    ((whole + 4) & !7).min(cap)
}

/// Security bits of a finite field and its subgroup (`BN_security_bits`).
fn finite_field_bits(field: u32, subgroup: Option<u32>) -> u32 {
    let rated = match field {
        15_360.. => 256,
        7680.. => 192,
        3072.. => 128,
        2048.. => 112,
        1024.. => 80,
        _ => return 0,
    };
    match subgroup.map(|bits| bits / 2) {
        None => rated,
        Some(half) if half < 80 => 0,
        Some(half) => half.min(rated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rsa_strength_is_openssls() {
        for (bits, strength) in [
            (512, 56),
            (768, 72),
            (1024, 80),
            (1280, 88),
            (1536, 96),
            (1984, 112),
            (2048, 112),
            (3072, 128),
            (4096, 152),
            (7680, 192),
            (4, 0),
        ] {
            assert_eq!(factoring_bits(bits), strength, "{bits}");
        }
    }

    #[test]
    fn dsa_strength_is_the_weaker_of_field_and_subgroup() {
        for (field, subgroup, strength) in [
            (1024, 160, 80),
            (2048, 224, 112),
            (2048, 256, 112),
            (3072, 256, 128),
            (1024, 120, 0),
            (512, 160, 0),
        ] {
            assert_eq!(finite_field_bits(field, Some(subgroup)), strength);
        }
    }

    #[test]
    fn keys_that_are_slow_to_use_cost_more() {
        let big = |bits: u32| vec![0xff; usize::try_from(bits / 8).unwrap()].into_boxed_slice();
        let rsa = |bits| {
            let kind = KeyKind::Rsa { encoded: big(8), modulus: big(bits), exponent: big(8), pss: None };
            PublicKey::new(kind, bits).effort()
        };
        let dsa = |bits| {
            PublicKey::new(KeyKind::Dsa { p: big(bits), q: big(256), g: big(8), y: big(8) }, bits).effort()
        };
        assert_eq!([512, 2048, 4096, 16_384].map(rsa), [1, 1, 1, 16]);
        assert_eq!([512, 1024, 3072, 9216].map(dsa), [8, 8, 72, 648]);
        let named = |oid: &[u8], point: &[u8]| {
            let mut parameters = Vec::new();
            der::write(&mut parameters, 6, oid);
            let parameters = Reader::new(&parameters).any().unwrap();
            PublicKey::read(oid::EC_PUBLIC_KEY, Some(&parameters), point).unwrap().effort()
        };
        // The point at infinity can be read on every curve: P-256, brainpoolP256r1 and -P512r1, sect571r1.
        assert_eq!(named(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7], &[0]), 1);
        assert_eq!(named(&[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7], &[0]), 8);
        assert_eq!(named(&[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 13], &[0]), 64);
        assert_eq!(named(&[0x2b, 0x81, 4, 0, 39], &[0]), 128);
    }

    #[test]
    fn numbers_of_keys_are_whole() {
        // 15 and 3; with needless bytes and with a sign; in pieces.
        for (key, good) in [
            (&[0x30, 6, 2, 1, 15, 2, 1, 3][..], true),
            (&[0x30, 7, 2, 1, 15, 2, 2, 0, 3], true),
            (&[0x30, 6, 2, 1, 0x8f, 2, 1, 3], true),
            (&[0x30, 8, 2, 1, 15, 0x22, 3, 2, 1, 3], false),
            (&[0x30, 9, 2, 1, 15, 2, 1, 3, 2, 1, 1], false),
        ] {
            assert_eq!(PublicKey::read(oid::RSA_ENCRYPTION, None, key).is_ok(), good, "{key:02x?}");
        }
        let dh = |kind: &[u8], numbers: &[u8]| {
            let mut parameters = Vec::new();
            der::write(&mut parameters, 0x30, numbers);
            let parameters = Reader::new(&parameters).any().unwrap();
            PublicKey::read(kind, Some(&parameters), &[2, 1, 4]).map(|key| key.subgroup_bits)
        };
        assert_eq!(dh(oid::DH_PKCS3, &[2, 1, 23, 2, 1, 5]).ok(), Some(None));
        assert_eq!(dh(oid::DH_PKCS3, &[2, 1, 23, 2, 1, 5, 2, 1, 9]).ok(), Some(Some(9)));
        assert!(dh(oid::DH_PKCS3, &[2, 1, 23, 2, 1, 5, 2, 5, 1, 0, 0, 0, 0]).is_err());
        assert_eq!(dh(oid::DH_X942, &[2, 1, 23, 2, 1, 5, 2, 1, 11]).ok(), Some(Some(4)));
        assert!(dh(oid::DH_X942, &[2, 1, 23, 2, 1, 5]).is_err());
    }

    #[test]
    fn keys_of_ml_kem_have_no_number_beyond_the_modulus() {
        let key = |size: usize, triple: [u8; 3]| {
            let mut key = vec![0; size / 256 * 384 + 32];
            key[3..6].copy_from_slice(&triple);
            key
        };
        let read = |oid: &[u8], key: &[u8]| PublicKey::read(oid, None, key).map(|key| key.security_bits());
        for (oid, size, bits) in
            [(oid::ML_KEM_512, 512, 128), (oid::ML_KEM_768, 768, 192), (oid::ML_KEM_1024, 1024, 256)]
        {
            // 3,328 twice: 0xd00.
            assert_eq!(read(oid, &key(size, [0x00, 0x0d, 0xd0])).ok(), Some(bits));
            assert_eq!(read(oid, &key(size, [0x01, 0x0d, 0xd0])), Err(KeyFault::OutOfRange));
            assert_eq!(read(oid, &key(size, [0x00, 0x1d, 0xd0])), Err(KeyFault::OutOfRange));
            assert_eq!(read(oid, &key(size, [0; 3])[1..]), Err(KeyFault::BadLength));
        }
    }

    #[test]
    fn keys_of_the_wrong_length_cannot_be_read() {
        assert!(PublicKey::read(oid::ED25519, None, &[0; 32]).is_ok());
        assert_eq!(PublicKey::read(oid::ED25519, None, &[0; 31]).err(), Some(KeyFault::BadLength));
        assert_eq!(PublicKey::read(oid::DSA, None, &[2, 1, 1]).err(), Some(KeyFault::MissingParameters));
        assert_eq!(PublicKey::read(&[42], None, &[]).err(), Some(KeyFault::UnknownAlgorithm));
        let null = Reader::new(&[5, 0]).any().unwrap();
        let read = |algorithm: &[u8]| PublicKey::read(algorithm, Some(&null), &[0; 32]).err();
        assert_eq!(read(oid::ED25519), Some(KeyFault::NeedlessParameters));
        assert_eq!(read(&[42]), Some(KeyFault::UnknownAlgorithm));
    }
}
