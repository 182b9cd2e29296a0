//! Groups of points with a generator, and the signatures made in them: ECDSA and SM2.
//!
//! For the curves that no library of ours has; what is slower here than there is that the numbers have no fixed size.

use num_bigint::BigUint;

use super::binary::BinaryCurve;
use super::prime::PrimeCurve;

/// The largest field, in bits; OpenSSL's limit (`OPENSSL_ECC_MAX_FIELD_BITS`).
pub(super) const FIELD_BITS_MAX: u64 = 661;

/// A curve's equation over its field.
#[derive(Debug)]
pub(super) enum Equation {
    Prime(PrimeCurve),
    Binary(BinaryCurve),
}

/// A curve with a generator and its order.
#[derive(Debug)]
pub(crate) struct Group {
    equation: Equation,
    generator: (BigUint, BigUint),
    order: BigUint,
}

/// Coordinates of a point that is not at infinity.
pub(crate) type Coordinates = (BigUint, BigUint);

impl Group {
    /// A group by its numbers; nothing if the generator is not on the curve, or the order cannot be one.
    pub(super) fn new(equation: Equation, generator: Coordinates, order: BigUint) -> Option<Self> {
        let group = Self { equation, generator, order };
        let (x, y) = &group.generator;
        // Hasse: the order of a group is at most one bit longer than its field.
        let fits = group.order != BigUint::ZERO && group.order.bits() <= group.field_bits() + 1;
        (fits && group.field_bits() <= FIELD_BITS_MAX && group.contains(x, y)).then_some(group)
    }

    /// The same with the generator as an encoded point.
    pub(super) fn with_generator(equation: Equation, generator: &[u8], order: BigUint) -> Option<Self> {
        let mut group = Self { equation, generator: (BigUint::ZERO, BigUint::ZERO), order };
        group.generator = group.read(generator)?;
        Self::new(group.equation, group.generator, group.order)
    }

    fn field_bits(&self) -> u64 {
        match &self.equation {
            Equation::Prime(curve) => curve.field_bits(),
            Equation::Binary(curve) => u64::try_from(curve.degree()).unwrap_or(u64::MAX),
        }
    }

    /// Bytes of a field element.
    pub(super) fn field_bytes(&self) -> usize {
        usize::try_from(self.field_bits().div_ceil(8)).unwrap_or_default()
    }

    /// Bits of the order.
    pub(super) fn order_bits(&self) -> u32 {
        u32::try_from(self.order.bits()).unwrap_or(u32::MAX)
    }

    /// Whether the field is a binary one, whose arithmetic is several times as slow.
    pub(crate) const fn is_binary(&self) -> bool {
        matches!(self.equation, Equation::Binary(_))
    }

    fn contains(&self, x: &BigUint, y: &BigUint) -> bool {
        match &self.equation {
            Equation::Prime(curve) => curve.contains(x, y),
            Equation::Binary(curve) => curve.contains(x, y),
        }
    }

    fn decompress(&self, x: &BigUint, odd: bool) -> Option<BigUint> {
        match &self.equation {
            Equation::Prime(curve) => curve.decompress(x, odd),
            Equation::Binary(curve) => curve.decompress(x, odd),
        }
    }

    fn x_of_sum(&self, terms: [(&BigUint, &Coordinates); 2]) -> Option<BigUint> {
        match &self.equation {
            Equation::Prime(curve) => curve.x_of_sum(terms),
            Equation::Binary(curve) => curve.x_of_sum(terms),
        }
    }

    /// The bit that stands for the sign of `y` in a compressed point (SEC 1 section 2.3.3).
    fn sign(&self, x: &BigUint, y: &BigUint) -> bool {
        match &self.equation {
            Equation::Prime(_) => y.bit(0),
            Equation::Binary(curve) => curve.sign(x, y),
        }
    }

    /// The coordinates of an encoded point: uncompressed, compressed or hybrid; nothing if it is not on the curve, or at
    /// infinity (SEC 1 section 2.3.4).
    pub(crate) fn read(&self, bytes: &[u8]) -> Option<Coordinates> {
        let (form, rest) = bytes.split_first()?;
        let width = self.field_bytes();
        let (x, y) = rest.split_at_checked(width)?;
        let (x, y) = match (form, y.len()) {
            (2 | 3, 0) => {
                let x = BigUint::from_bytes_be(x);
                let y = self.decompress(&x, form & 1 == 1)?;
                (x, y)
            }
            (4 | 6 | 7, length) if length == width => (BigUint::from_bytes_be(x), BigUint::from_bytes_be(y)),
            _ => return None,
        };
        // The hybrid form tells the sign twice.
        let told_twice = matches!(form, 6 | 7);
        (self.contains(&x, &y) && (!told_twice || self.sign(&x, &y) == (form & 1 == 1))).then_some((x, y))
    }

    /// Whether a number can be one of the two of a signature.
    fn is_scalar(&self, number: &BigUint) -> bool {
        *number != BigUint::ZERO && *number < self.order
    }

    /// ECDSA (SEC 1 section 4.1.4) over a digest.
    pub(crate) fn ecdsa(&self, key: &Coordinates, digest: &[u8], [r, s]: [&[u8]; 2]) -> bool {
        let (r, s) = (BigUint::from_bytes_be(r), BigUint::from_bytes_be(s));
        if !self.is_scalar(&r) || !self.is_scalar(&s) {
            return false;
        }
        let length = u64::try_from(digest.len()).unwrap_or(u64::MAX).saturating_mul(8);
        // A digest longer than the order is cut on the right.
        let message = BigUint::from_bytes_be(digest) >> length.saturating_sub(self.order.bits());
        let Some(inverse) = s.modinv(&self.order) else { return false };
        let of_generator = message * &inverse % &self.order;
        let of_key = &r * inverse % &self.order;
        let x = self.x_of_sum([(&of_generator, &self.generator), (&of_key, key)]);
        x.is_some_and(|x| x % &self.order == r)
    }

    /// The signature of SM2 (GB/T 32918.2-2016 section 7.1) over the digest of what is signed.
    pub(crate) fn sm2(&self, key: &Coordinates, digest: &[u8], [r, s]: [&[u8]; 2]) -> bool {
        let (r, s) = (BigUint::from_bytes_be(r), BigUint::from_bytes_be(s));
        if !self.is_scalar(&r) || !self.is_scalar(&s) {
            return false;
        }
        let of_key = (&r + &s) % &self.order;
        if of_key == BigUint::ZERO {
            return false;
        }
        let x = self.x_of_sum([(&s, &self.generator), (&of_key, key)]);
        x.is_some_and(|x| (BigUint::from_bytes_be(digest) + x) % &self.order == r)
    }

    /// The numbers of a curve and a key that SM2 signs together with the message, each as long as the field: a, b, the
    /// generator, the key (GB/T 32918.2-2016 section 5.5). Nothing for a curve that SM2 does not know.
    pub(crate) fn sm2_parameters(&self, key: &Coordinates) -> Option<Vec<u8>> {
        let Equation::Prime(curve) = &self.equation else { return None };
        let [a, b] = curve.coefficients();
        let mut bytes = Vec::new();
        for number in [a, b, &self.generator.0, &self.generator.1, &key.0, &key.1] {
            let number = number.to_bytes_be();
            bytes.extend(std::iter::repeat_n(0, self.field_bytes().checked_sub(number.len())?));
            bytes.extend(number);
        }
        Some(bytes)
    }

    /// Whether it is the group of these numbers.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same = match (&self.equation, &other.equation) {
            (Equation::Prime(one), Equation::Prime(other)) => one == other,
            (Equation::Binary(one), Equation::Binary(other)) => one == other,
            _ => false,
        };
        same && self.generator == other.generator && self.order == other.order
    }

    /// The generator in an uncompressed form, for the test of the table.
    #[cfg(test)]
    pub(super) fn encoded_generator(&self, form: u8) -> Vec<u8> {
        let mut bytes = vec![form];
        for number in [&self.generator.0, &self.generator.1] {
            let number = number.to_bytes_be();
            bytes.extend(std::iter::repeat_n(0, self.field_bytes() - number.len()));
            bytes.extend(number);
        }
        bytes
    }

    /// The `x` of a multiple of a point, for the test of the arithmetic.
    #[cfg(test)]
    pub(super) fn x_of_product(&self, factor: &BigUint, point: &Coordinates) -> Option<BigUint> {
        self.x_of_sum([(factor, point), (&BigUint::ZERO, &self.generator)])
    }

    /// Whether the generator has the order, for the test of the table: one time less it is the generator's mirror image.
    #[cfg(test)]
    pub(super) fn has_the_order_that_it_says(&self) -> bool {
        self.x_of_product(&(&self.order - 1_u8), &self.generator).as_ref() == Some(&self.generator.0)
    }
}
