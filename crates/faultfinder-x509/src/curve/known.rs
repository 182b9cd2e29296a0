//! The named curves, and which implementation each has.

use std::sync::{Arc, LazyLock};

use num_bigint::BigUint;

use super::binary::BinaryCurve;
use super::group::{Equation, Group};
use super::prime::PrimeCurve;
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
    /// The curve of SM2, whose keys make signatures of their own kind.
    Sm2,
    /// Any other: our own arithmetic.
    Ours,
}

/// A named curve.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) oid: Box<[u8]>,
    pub(super) engine: Engine,
    pub(super) group: Arc<Group>,
}

/// The named curves. A row that says nothing sensible is left out, and a test fails.
static KNOWN: LazyLock<Vec<Known>> =
    LazyLock::new(|| include_str!("known.txt").split("\n\n").filter_map(read).collect());

/// The curve of an encoded object identifier.
pub(super) fn by_oid(oid: &[u8]) -> Option<&'static Known> {
    KNOWN.iter().find(|known| *known.oid == *oid)
}

/// The first curve that is a group.
pub(super) fn by_group(group: &Group) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.group.is(group))
}

fn read(block: &'static str) -> Option<Known> {
    let mut words = block.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    let (name, dotted, field) = (words.next()?, words.next()?, words.next()?);
    let mut number = || BigUint::parse_bytes(words.next()?.as_bytes(), 16);
    let (a, b) = (number()?, number()?);
    let (generator, order) = ((number()?, number()?), number()?);
    let equation = if field.starts_with('x') {
        let mut powers = field.split('+').filter_map(|power| power.strip_prefix("x^")?.parse().ok());
        let degree = powers.next()?;
        Equation::Binary(BinaryCurve::new(degree, &powers.collect::<Vec<_>>(), &a, &b)?)
    } else {
        Equation::Prime(PrimeCurve::new(BigUint::parse_bytes(field.as_bytes(), 16)?, &a, &b)?)
    };
    let group = Arc::new(Group::new(equation, generator, order)?);
    let engine = match name {
        "P-192" => Engine::P192,
        "P-224" => Engine::P224,
        "P-256" => Engine::P256,
        "P-384" => Engine::P384,
        "P-521" => Engine::P521,
        "secp256k1" => Engine::K256,
        "SM2" => Engine::Sm2,
        _ => Engine::Ours,
    };
    Some(Known { name, oid: oid::encode(dotted)?, engine, group })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generator_is_on_its_curve_and_has_its_order() {
        assert_eq!(KNOWN.len(), include_str!("known.txt").matches("\n\n").count());
        for known in KNOWN.iter() {
            assert!(known.group.has_the_order_that_it_says(), "{}", known.name);
        }
        assert_eq!(by_oid(&[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 13]).map(|known| known.name), Some("brainpoolP512r1"));
    }

    #[test]
    fn every_form_of_a_point_is_the_same_point() {
        for known in KNOWN.iter() {
            let (group, name) = (&known.group, known.name);
            let point = group.encoded_generator(4);
            let expected = group.read(&point);
            assert!(expected.is_some(), "{name}");
            let sign = u8::from(group.read(&[&[7], &point[1..]].concat()).is_some());
            for form in [2, 6] {
                let length = if form == 2 { group.field_bytes() + 1 } else { point.len() };
                let bytes = |form: u8| [&[form], &point[1..length]].concat();
                assert_eq!(group.read(&bytes(form | sign)), expected, "{name} {form}");
                assert_ne!(group.read(&bytes(form | (1 - sign))), expected, "{name} {form}");
            }
            let mut elsewhere = point.clone();
            *elsewhere.last_mut().unwrap() ^= 1;
            assert_eq!(group.read(&elsewhere), None, "{name}");
            assert_eq!(group.read(&point[..point.len() - 1]), None, "{name}");
        }
    }
}
