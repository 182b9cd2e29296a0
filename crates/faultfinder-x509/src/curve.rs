//! The elliptic curves that keys are on: named, or spelled out in the key.
//!
//! The common ones have libraries; for all others there is our own arithmetic, so every curve that OpenSSL knows verifies.

mod prime; // y² = x³ + ax + b
mod binary; // y² + xy = x³ + ax² + b
mod group; // points, and the signatures made with them
mod known; // the named ones

use std::sync::Arc;

use aws_lc_rs::signature as lc;
use num_bigint::BigUint;

use crate::der::{self, Class, DerFault, Reader};
use crate::oid;
use binary::BinaryCurve;
use group::Equation;
pub(crate) use group::Group;
pub(crate) use known::Engine;
use prime::PrimeCurve;

/// A curve as a key names it.
#[derive(Debug, Clone)]
pub(crate) struct CurveChoice {
    pub(crate) name: &'static str,
    pub(crate) engine: Engine,
    pub(crate) group: Arc<Group>,
    /// Bits of the group's order.
    pub(crate) order_bits: u32,
    /// Whether it is spelled out instead of named.
    pub(crate) explicit: bool,
}

impl CurveChoice {
    /// Reads the parameters of a key: a curve's name, or all its numbers. Nothing if no curve is meant, or none that can be.
    pub(crate) fn read(parameters: &der::Tlv<'_>) -> Result<Option<Self>, DerFault> {
        if parameters.is(Class::Universal, der::OBJECT) {
            let name = parameters.object()?;
            return Ok(known::by_oid(name).map(|known| Self::named(known, false)));
        }
        if !parameters.is(Class::Universal, der::SEQUENCE) || !parameters.constructed {
            return Ok(None);
        }
        let Some(group) = explicit(parameters.inside())? else { return Ok(None) };
        Ok(Some(known::by_group(&group).map_or_else(
            || Self {
                name: "explicit curve",
                engine: Engine::Ours,
                order_bits: group.order_bits(),
                group: Arc::new(group),
                explicit: true,
            },
            |known| Self::named(known, true),
        )))
    }

    fn named(known: &known::Known, explicit: bool) -> Self {
        Self {
            name: known.name,
            engine: known.engine,
            order_bits: known.group.order_bits(),
            group: Arc::clone(&known.group),
            explicit,
        }
    }

    /// The point as its implementation reads it, if it is one of the curve's.
    pub(crate) fn point(&self, bytes: &[u8]) -> Option<Box<[u8]>> {
        // The point at infinity: a key that can be read and verifies nothing.
        if bytes == [0] {
            return Some(bytes.into());
        }
        if matches!(self.engine, Engine::Ours | Engine::Sm2) {
            return self.group.read(bytes).map(|_| bytes.into());
        }
        let width = self.group.field_bytes();
        let plain: Box<[u8]> = match bytes {
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
        let fits = match self.engine {
            Engine::P192 => p192::ecdsa::VerifyingKey::from_sec1_bytes(&plain).is_ok(),
            Engine::P224 => p224::PublicKey::from_sec1_bytes(&plain).is_ok(),
            Engine::P256 => p256::PublicKey::from_sec1_bytes(&plain).is_ok(),
            Engine::P384 => p384::PublicKey::from_sec1_bytes(&plain).is_ok(),
            Engine::P521 => lc::ParsedPublicKey::new(&lc::ECDSA_P521_SHA512_ASN1, &plain).is_ok(),
            Engine::K256 => lc::ParsedPublicKey::new(&lc::ECDSA_P256K1_SHA256_ASN1, &plain).is_ok(),
            Engine::Sm2 | Engine::Ours => false,
        };
        fits.then_some(plain)
    }
}

/// The value of an integer that may not be negative.
fn natural(content: &[u8]) -> Option<BigUint> {
    let negative = content.first().is_some_and(|first| first & 0x80 != 0);
    (!negative).then(|| BigUint::from_bytes_be(content))
}

/// The group that explicit parameters describe (X9.62 `ECParameters`, SEC 1 appendix C.2); nothing if they describe none.
fn explicit(mut fields: Reader<'_>) -> Result<Option<Group>, DerFault> {
    if fields.expect(der::INTEGER)?.small().is_none() {
        return Ok(None);
    }
    let mut field = fields.sequence()?;
    let kind = field.expect(der::OBJECT)?.object()?;
    let modulus = field.any()?;
    field.finish()?;
    let mut equation = fields.sequence()?;
    let a = BigUint::from_bytes_be(&equation.expect(der::OCTET_STRING)?.string()?);
    let b = BigUint::from_bytes_be(&equation.expect(der::OCTET_STRING)?.string()?);
    if let Some(seed) = equation.next()? {
        seed.bit_string()?;
    }
    equation.finish()?;
    let generator = fields.expect(der::OCTET_STRING)?.string()?;
    let order = natural(fields.expect(der::INTEGER)?.integer()?);
    if let Some(cofactor) = fields.next()? {
        cofactor.integer()?;
    }
    fields.finish()?;
    let equation = match kind {
        oid::PRIME_FIELD => {
            let prime = natural(modulus.integer()?).filter(|prime| prime.bits() <= group::FIELD_BITS_MAX);
            prime.and_then(|prime| PrimeCurve::new(prime, &a, &b)).map(Equation::Prime)
        }
        oid::BINARY_FIELD => polynomial(&modulus)?
            .and_then(|(degree, taps)| BinaryCurve::new(degree, &taps, &a, &b))
            .map(Equation::Binary),
        _ => None,
    };
    Ok(equation.zip(order).and_then(|(equation, order)| Group::with_generator(equation, &generator, order)))
}

/// The polynomial of a binary field (X9.62 `Characteristic-two`): its degree, and the exponents between it and 0, falling.
fn polynomial(value: &der::Tlv<'_>) -> Result<Option<(usize, Vec<usize>)>, DerFault> {
    if !value.is(Class::Universal, der::SEQUENCE) || !value.constructed {
        return Err(DerFault::WrongTag);
    }
    let exponent = |value: der::Tlv<'_>| {
        Ok::<_, DerFault>(der::small_integer(value.integer()?).and_then(|value| usize::try_from(value).ok()))
    };
    let mut fields = value.inside();
    let degree = exponent(fields.expect(der::INTEGER)?)?;
    let basis = fields.expect(der::OBJECT)?.object()?;
    let mut taps = Vec::new();
    match basis {
        oid::TRINOMIAL => taps.push(exponent(fields.expect(der::INTEGER)?)?),
        oid::PENTANOMIAL => {
            let mut three = fields.sequence()?;
            for _ in 0..3 {
                // They rise here.
                taps.insert(0, exponent(three.expect(der::INTEGER)?)?);
            }
            three.finish()?;
        }
        _ => return Ok(None),
    }
    fields.finish()?;
    Ok(degree.zip(taps.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_off_the_curve_are_no_keys() {
        let p256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        let choice = CurveChoice::named(known::by_oid(&p256).unwrap(), false);
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
