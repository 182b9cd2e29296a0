//! The elliptic curves that keys are on.
//!
//! Every curve listed here makes a key readable, as in OpenSSL; only those with an [`Engine`] can verify signatures and have
//! their points checked.

use aws_lc_rs::signature as lc;

use crate::der::{self, Class, DerFault, Reader};
use crate::oid;

/// Which implementation knows a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    P192,
    P224,
    P256,
    P384,
    P521,
    K256,
    /// None: keys are readable, signatures cannot be checked.
    None,
}

/// A named curve.
#[derive(Debug)]
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    oid: &'static [u8],
    pub(crate) order_bits: u32,
    field_bytes: usize,
    pub(crate) engine: Engine,
    /// SHA-256 of prime, a, b, generator and order, each behind its length in two bytes.
    parameters: Option<[u8; 32]>,
}

/// Curves given by explicit parameters that are none of the known ones.
const UNNAMED: Curve = Curve {
    name: "explicit curve",
    oid: &[],
    order_bits: 0,
    field_bytes: 0,
    engine: Engine::None,
    parameters: None,
};

const fn other(name: &'static str, oid: &'static [u8], order_bits: u32, field_bytes: usize) -> Curve {
    Curve { name, oid, order_bits, field_bytes, engine: Engine::None, parameters: None }
}

const CURVES: &[Curve] = &[
    Curve {
        name: "P-256",
        oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
        order_bits: 256,
        field_bytes: 32,
        engine: Engine::P256,
        parameters: Some(*b"\x1c\x39\x96\x02\xcf\xa7\x49\xd7\x0d\x62\xa7\xea\x30\x6f\x96\xd4\xe2\x4f\xc9\x35\xd5\xd1\x8c\x7f\x22\x95\x19\x68\x58\xe7\xe3\x58"),
    },
    Curve {
        name: "P-384",
        oid: &[0x2b, 0x81, 4, 0, 34],
        order_bits: 384,
        field_bytes: 48,
        engine: Engine::P384,
        parameters: Some(*b"\x83\x91\xe1\xa4\x73\xcc\xa8\xfb\xe8\x36\x43\x4c\x97\x05\x45\xc8\x5f\xf3\x64\x11\x70\xc8\x44\x23\x65\xf1\x87\xd7\x1f\x0b\x06\xc3"),
    },
    Curve {
        name: "P-521",
        oid: &[0x2b, 0x81, 4, 0, 35],
        order_bits: 521,
        field_bytes: 66,
        engine: Engine::P521,
        parameters: Some(*b"\xf4\x3c\x21\xe7\xe0\x85\x0c\x28\x75\xa0\x4c\xcc\x00\xab\x9d\x5a\x11\xbd\xac\xfb\xab\xdc\xc0\x5e\x74\xbf\xf9\x52\x24\x6d\x68\x1e"),
    },
    Curve {
        name: "P-224",
        oid: &[0x2b, 0x81, 4, 0, 33],
        order_bits: 224,
        field_bytes: 28,
        engine: Engine::P224,
        parameters: Some(*b"\x24\x75\xda\xe7\xc7\x37\xa4\xe0\xad\x9d\x17\x04\x12\xf5\x59\x56\x3f\x25\xff\xd2\xba\xbb\xf7\xef\x35\x7b\x8f\xcf\xa5\x1e\x81\x6b"),
    },
    Curve {
        name: "P-192",
        oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 1],
        order_bits: 192,
        field_bytes: 24,
        engine: Engine::P192,
        parameters: Some(*b"\x0e\x9f\x57\xa4\x85\xea\x14\xfc\x01\xef\xbe\x7d\x0e\x60\x72\x23\xa3\xe0\xff\xa2\x9f\x7c\x87\x23\x2f\x79\x8b\x07\x15\xe6\x00\xa1"),
    },
    Curve {
        name: "secp256k1",
        oid: &[0x2b, 0x81, 4, 0, 10],
        order_bits: 256,
        field_bytes: 32,
        engine: Engine::K256,
        parameters: Some(*b"\xa4\xbf\x61\xb6\x96\x34\x9f\xf8\x5b\x58\x78\xb3\xa6\x3f\x13\x0f\xd4\x1c\x64\xb0\x25\x45\xc8\x92\x02\xf9\xf1\x53\x89\x41\x52\x10"),
    },
    other("brainpoolP160r1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 1], 160, 20),
    other("brainpoolP192r1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 3], 192, 24),
    other("brainpoolP224r1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 5], 224, 28),
    other("brainpoolP256r1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7], 256, 32),
    other("brainpoolP256t1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 8], 256, 32),
    other("brainpoolP320r1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 9], 320, 40),
    other("brainpoolP384r1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 11], 384, 48),
    other("brainpoolP384t1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 12], 384, 48),
    other("brainpoolP512r1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 13], 512, 64),
    other("brainpoolP512t1", &[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 14], 512, 64),
    other("secp112r1", &[0x2b, 0x81, 4, 0, 6], 112, 14),
    other("secp128r1", &[0x2b, 0x81, 4, 0, 28], 128, 16),
    other("secp160r1", &[0x2b, 0x81, 4, 0, 8], 161, 20),
    other("secp160k1", &[0x2b, 0x81, 4, 0, 9], 161, 20),
    other("secp192k1", &[0x2b, 0x81, 4, 0, 31], 192, 24),
    other("secp224k1", &[0x2b, 0x81, 4, 0, 32], 225, 28),
    other("prime239v1", &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 4], 239, 30),
    other("sect163k1", &[0x2b, 0x81, 4, 0, 1], 163, 21),
    other("sect163r2", &[0x2b, 0x81, 4, 0, 15], 163, 21),
    other("sect233k1", &[0x2b, 0x81, 4, 0, 26], 232, 30),
    other("sect233r1", &[0x2b, 0x81, 4, 0, 27], 233, 30),
    other("sect283k1", &[0x2b, 0x81, 4, 0, 16], 281, 36),
    other("sect283r1", &[0x2b, 0x81, 4, 0, 17], 282, 36),
    other("sect409k1", &[0x2b, 0x81, 4, 0, 36], 407, 52),
    other("sect409r1", &[0x2b, 0x81, 4, 0, 37], 409, 52),
    other("sect571k1", &[0x2b, 0x81, 4, 0, 38], 570, 72),
    other("sect571r1", &[0x2b, 0x81, 4, 0, 39], 570, 72),
];

/// A curve as a key names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurveChoice {
    pub(crate) curve: &'static Curve,
    /// Bits of the group's order.
    pub(crate) order_bits: u32,
    field_bytes: usize,
    /// Whether it is spelled out instead of named.
    pub(crate) explicit: bool,
}

impl CurveChoice {
    /// Reads the parameters of a key: a curve's name, or all its numbers.
    pub(crate) fn read(parameters: &der::Tlv<'_>) -> Result<Option<Self>, DerFault> {
        if parameters.is(Class::Universal, der::OBJECT) {
            let name = parameters.object()?;
            return Ok(CURVES.iter().find(|curve| curve.oid == name).map(|curve| Self::named(curve, false)));
        }
        if parameters.is(Class::Universal, der::SEQUENCE) && parameters.constructed {
            return explicit(parameters.inside()).map(Some);
        }
        Ok(None)
    }

    const fn named(curve: &'static Curve, explicit: bool) -> Self {
        Self { curve, order_bits: curve.order_bits, field_bytes: curve.field_bytes, explicit }
    }

    /// The point in uncompressed form, if it is one of the curve's.
    pub(crate) fn point(&self, bytes: &[u8]) -> Option<Box<[u8]>> {
        let width = self.field_bytes;
        let plain: Box<[u8]> = match bytes {
            // The point at infinity: a key that can be read and verifies nothing.
            [0] => return Some(bytes.into()),
            [2 | 3, x @ ..] if x.len() == width => bytes.into(),
            [4, xy @ ..] if xy.len() == 2 * width => bytes.into(),
            // The hybrid form tells the parity twice.
            [form @ (6 | 7), xy @ ..]
                if xy.len() == 2 * width && xy.last().is_some_and(|y| y & 1 == form & 1) =>
            {
                std::iter::once(4).chain(xy.iter().copied()).collect()
            }
            _ => return None,
        };
        let fits = match self.curve.engine {
            Engine::P192 => p192::ecdsa::VerifyingKey::from_sec1_bytes(&plain).is_ok(),
            Engine::P224 => p224::PublicKey::from_sec1_bytes(&plain).is_ok(),
            Engine::P256 => p256::PublicKey::from_sec1_bytes(&plain).is_ok(),
            Engine::P384 => p384::PublicKey::from_sec1_bytes(&plain).is_ok(),
            Engine::P521 => lc::ParsedPublicKey::new(&lc::ECDSA_P521_SHA512_ASN1, &plain).is_ok(),
            Engine::K256 => lc::ParsedPublicKey::new(&lc::ECDSA_P256K1_SHA256_ASN1, &plain).is_ok(),
            Engine::None => true,
        };
        fits.then_some(plain)
    }
}

/// An integer's content or a field element without leading zeros.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// Explicit parameters (X9.62 `ECParameters`). A known curve is known only when *all* its numbers agree, the generator too.
fn explicit(mut fields: Reader<'_>) -> Result<CurveChoice, DerFault> {
    fields.expect(der::INTEGER)?.integer()?;
    let mut field = fields.sequence()?;
    let kind = field.expect(der::OBJECT)?.object()?;
    let prime = field.any()?;
    let mut equation = fields.sequence()?;
    let a = equation.expect(der::OCTET_STRING)?.string()?;
    let b = equation.expect(der::OCTET_STRING)?.string()?;
    let generator = fields.expect(der::OCTET_STRING)?.string()?;
    let order = trimmed(fields.expect(der::INTEGER)?.integer()?);
    let bits = |number: &[u8]| {
        let leading = number.first().map_or(0, |byte| byte.leading_zeros());
        u32::try_from(number.len()).unwrap_or(u32::MAX).saturating_mul(8).saturating_sub(leading)
    };
    let mut described = Vec::new();
    for part in [trimmed(prime.content()), trimmed(&a), trimmed(&b), &generator, order] {
        described.extend(u16::try_from(part.len()).map_err(|_| DerFault::TooLarge)?.to_be_bytes());
        described.extend_from_slice(part);
    }
    let print: [u8; 32] = sha256(&described);
    let known = CURVES.iter().find(|curve| kind == oid::PRIME_FIELD && curve.parameters == Some(print));
    Ok(known.map_or_else(
        || CurveChoice { curve: &UNNAMED, order_bits: bits(order), field_bytes: a.len(), explicit: true },
        |curve| CurveChoice::named(curve, true),
    ))
}

/// SHA-256.
pub(crate) fn sha256(data: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(data).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_off_the_curve_are_no_keys() {
        let curve = CURVES.iter().find(|curve| curve.name == "P-256").unwrap();
        let choice = CurveChoice::named(curve, false);
        let g = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
        let mut point: Vec<u8> =
            (0..g.len()).step_by(2).map(|at| u8::from_str_radix(&g[at..at + 2], 16).unwrap()).collect();
        assert!(choice.point(&point).is_some());
        assert!(choice.point(&[&[3], &point[1..33]].concat()).is_some());
        point[0] = 7;
        assert_eq!(choice.point(&point).unwrap()[0], 4);
        point[0] = 6;
        assert!(choice.point(&point).is_none());
        point[0] = 4;
        point[64] ^= 1;
        assert!(choice.point(&point).is_none());
        assert!(choice.point(&point[..64]).is_none());
        assert_eq!(choice.point(&[0]).as_deref(), Some([0].as_slice()));
        assert!(choice.point(&[0, 0]).is_none());
    }
}
