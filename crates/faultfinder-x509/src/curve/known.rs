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
        std::thread::scope(|scope| {
            for known in KNOWN.iter() {
                scope.spawn(|| assert!(known.group.has_the_order_that_it_says(), "{}", known.name));
            }
        });
        assert_eq!(
            by_oid(&[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 13]).map(|known| known.name),
            Some("brainpoolP512r1")
        );
    }

    /// The key exchanges of RFC 7027 appendix A: a private key, the other's public key, and the x of what both get.
    #[test]
    fn products_of_brainpool_points_are_those_of_rfc_7027() {
        let rows = [
            (
                "brainpoolP256r1",
                "81db1ee100150ff2ea338d708271be38300cb54241d79950f77b063039804f1d",
                "8d2d688c6cf93e1160ad04cc4429117dc2c41825e1e9fca0addd34e6f1b39f7b",
                "990c57520812be512641e47034832106bc7d3e8dd0e4c7f1136d7006547cec6a",
                "89afc39d41d3b327814b80940b042590f96556ec91e6ae7939bce31f3a18bf2b",
            ),
            (
                "brainpoolP384r1",
                "1e20f5e048a5886f1f157c74e91bde2b98c8b52d58e5003d57053fc4b0bd65d6f15eb5d1ee1610df870795143627d042",
                "4d44326f269a597a5b58bba565da5556ed7fd9a8a9eb76c25f46db69d19dc8ce6ad18e404b15738b2086df37e71d1eb4",
                "62d692136de56cbe93bf5fa3188ef58bc8a3a0ec6c1e151a21038a42e9185329b5b275903d192f8d4e1f32fe9cc78c48",
                "0bd9d3a7ea0b3d519d09d8e48d0785fb744a6b355e6304bc51c229fbbce239bbadf6403715c35d4fb2a5444f575d4f42",
            ),
            (
                "brainpoolP512r1",
                "16302ff0dbbb5a8d733dab7141c1b45acbc8715939677f6a56850a38bd87bd59b09e80279609ff333eb9d4c061231fb26f92eeb04982a5f1d1764cad57665422",
                "9d45f66de5d67e2e6db6e93a59ce0bb48106097ff78a081de781cdb31fce8ccbaaea8dd4320c4119f1e9cd437a2eab3731fa9668ab268d871deda55a5473199f",
                "2fdc313095bcdd5fb3a91636f07a959c8e86b5636a1e930e8396049cb481961d365cc11453a06c719835475b12cb52fc3c383bce35e27ef194512b71876285fa",
                "a7927098655f1f9976fa50a9d566865dc530331846381c87256baf3226244b76d36403c024d7bbf0aa0803eaff405d3d24f11a9b5c0bef679fe1454b21c4cd1f",
            ),
        ];
        let number = |text: &str| BigUint::parse_bytes(text.as_bytes(), 16).unwrap();
        for (name, private, x, y, shared) in rows {
            let known = KNOWN.iter().find(|known| known.name == name).unwrap();
            let product = known.group.x_of_product(&number(private), &(number(x), number(y)));
            assert_eq!(product, Some(number(shared)), "{name}");
        }
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
