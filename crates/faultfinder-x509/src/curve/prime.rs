//! Curves over prime fields, in the short Weierstrass form `y² = x³ + ax + b` (SEC 1 section 2.2.1).
//!
//! For verification only: there are no secrets, so nothing here takes constant time.

use num_bigint::BigUint;

/// How often a square root looks for a number that has none: half of them have none, so this fails by chance once in 2^32.
const NON_SQUARES_TRIED: u32 = 32;
/// How often two may divide the prime less one where a square root is asked for: its cost grows with the square of that. No
/// named curve has more than 96; explicit parameters, which a peer chooses, may.
const TWOS_MAX: u64 = 128;

/// The equation of a curve. The prime is odd and above 3, which is all that is demanded of it: with another number the
/// arithmetic still ends, and what it yields means nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PrimeCurve {
    prime: BigUint,
    a: BigUint,
    b: BigUint,
}

/// A point in Jacobian coordinates: `x/z²` and `y/z³`. With `z = 0` it is the point at infinity.
#[derive(Debug, Clone)]
struct Jacobian {
    x: BigUint,
    y: BigUint,
    z: BigUint,
}

impl PrimeCurve {
    /// A curve by its numbers; nothing if the modulus is none.
    pub(super) fn new(prime: BigUint, a: &BigUint, b: &BigUint) -> Option<Self> {
        if prime.bits() <= 2 || !prime.bit(0) {
            return None;
        }
        let (a, b) = (a % &prime, b % &prime);
        Some(Self { prime, a, b })
    }

    /// Bits of the field.
    pub(super) fn field_bits(&self) -> u64 {
        self.prime.bits()
    }

    /// `a` and `b`.
    pub(super) const fn coefficients(&self) -> [&BigUint; 2] {
        [&self.a, &self.b]
    }

    /// What `y²` is for an `x`.
    fn right_side(&self, x: &BigUint) -> BigUint {
        ((x * x + &self.a) * x + &self.b) % &self.prime
    }

    /// Whether a point is on the curve.
    pub(super) fn contains(&self, x: &BigUint, y: &BigUint) -> bool {
        *x < self.prime && *y < self.prime && y * y % &self.prime == self.right_side(x)
    }

    /// The `y` of a compressed point (SEC 1 section 2.3.4).
    pub(super) fn decompress(&self, x: &BigUint, odd: bool) -> Option<BigUint> {
        if *x >= self.prime {
            return None;
        }
        let root = self.square_root(&self.right_side(x))?;
        if root.bit(0) == odd {
            return Some(root);
        }
        // Zero has no other root.
        (root != BigUint::ZERO).then(|| &self.prime - root)
    }

    /// A square root by the algorithm of Tonelli and Shanks; nothing if there is none.
    fn square_root(&self, square: &BigUint) -> Option<BigUint> {
        let p = &self.prime;
        let one = BigUint::from(1_u8);
        let less = p - &one;
        let twos = less.trailing_zeros().filter(|twos| *twos <= TWOS_MAX)?;
        let odd = &less >> twos;
        let is_no_square = |number: &BigUint| number.modpow(&(&less >> 1), p) == less;
        let non_square = (2..2 + NON_SQUARES_TRIED).map(BigUint::from).find(is_no_square)?;
        let mut factor = non_square.modpow(&odd, p);
        let mut root = square.modpow(&((&odd + &one) >> 1), p);
        let mut rest = square.modpow(&odd, p);
        // Each round clears a factor of two out of the order of `rest`.
        let mut left = twos;
        while rest != one && rest != BigUint::ZERO {
            let mut order = 0;
            let mut power = rest.clone();
            while power != one {
                order += 1;
                if order >= left {
                    return None;
                }
                power = &power * &power % p;
            }
            for _ in 0..left - order - 1 {
                factor = &factor * &factor % p;
            }
            root = root * &factor % p;
            factor = &factor * &factor % p;
            rest = rest * &factor % p;
            left = order;
        }
        (&root * &root % p == *square).then_some(root)
    }

    /// `one - other` in the field.
    fn minus(&self, one: BigUint, other: &BigUint) -> BigUint {
        if one >= *other { one - other } else { one + &self.prime - other }
    }

    fn double(&self, point: &Jacobian) -> Jacobian {
        let p = &self.prime;
        let Jacobian { x, y, z } = point;
        let y_squared = y * y % p;
        let s = ((x * &y_squared) << 2) % p;
        let z_squared = z * z % p;
        let slope = (x * x * 3_u8 + &z_squared * &z_squared % p * &self.a) % p;
        let new_x = self.minus(&slope * &slope % p, &((&s << 1) % p));
        let last = ((&y_squared * &y_squared) << 3) % p;
        let new_y = self.minus(self.minus(s, &new_x) * slope % p, &last);
        Jacobian { x: new_x, y: new_y, z: ((y * z) << 1) % p }
    }

    fn add(&self, one: &Jacobian, other: &Jacobian) -> Jacobian {
        if one.z == BigUint::ZERO {
            return other.clone();
        }
        if other.z == BigUint::ZERO {
            return one.clone();
        }
        let p = &self.prime;
        let (one_squared, other_squared) = (&one.z * &one.z % p, &other.z * &other.z % p);
        let (x_one, x_other) = (&one.x * &other_squared % p, &other.x * &one_squared % p);
        let y_one = &one.y * (other_squared * &other.z % p) % p;
        let y_other = &other.y * (one_squared * &one.z % p) % p;
        let (wide, high) = (self.minus(x_other, &x_one), self.minus(y_other, &y_one));
        if wide == BigUint::ZERO {
            let same = high == BigUint::ZERO;
            return if same { self.double(one) } else { Jacobian { z: BigUint::ZERO, ..one.clone() } };
        }
        let squared = &wide * &wide % p;
        let cubed = &squared * &wide % p;
        let middle = x_one * squared % p;
        let x = self.minus(self.minus(&high * &high % p, &cubed), &((&middle << 1) % p));
        let y = self.minus(self.minus(middle, &x) * high % p, &(y_one * cubed % p));
        Jacobian { x, y, z: &one.z * &other.z % p * wide % p }
    }

    /// The `x` of a sum of two multiples of points; nothing for the point at infinity.
    pub(super) fn x_of_sum(&self, terms: [(&BigUint, &(BigUint, BigUint)); 2]) -> Option<BigUint> {
        let [(first, one), (second, other)] = terms.map(|(factor, (x, y))| {
            (factor, Jacobian { x: x.clone(), y: y.clone(), z: BigUint::from(1_u8) })
        });
        let both = self.add(&one, &other);
        let mut sum = Jacobian { z: BigUint::ZERO, ..one.clone() };
        for bit in (0..first.bits().max(second.bits())).rev() {
            sum = self.double(&sum);
            match (first.bit(bit), second.bit(bit)) {
                (true, true) => sum = self.add(&sum, &both),
                (true, false) => sum = self.add(&sum, &one),
                (false, true) => sum = self.add(&sum, &other),
                (false, false) => {}
            }
        }
        let inverse = sum.z.modinv(&self.prime)?;
        Some(&inverse * &inverse % &self.prime * sum.x % &self.prime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(prime: BigUint) -> PrimeCurve {
        PrimeCurve::new(prime, &BigUint::from(1_u8), &BigUint::from(1_u8)).unwrap()
    }

    #[test]
    fn square_roots_are_found_and_bounded() {
        let number = |value: u32| BigUint::from(value);
        // 17 = 2^4 + 1, 23 is 3 modulo 4, 65,537 = 2^16 + 1.
        for (prime, square, root) in
            [(17, 2, true), (17, 3, false), (23, 13, true), (23, 5, false), (65_537, 4, true), (17, 0, true)]
        {
            let found = curve(number(prime)).square_root(&number(square));
            assert_eq!(found.is_some(), root, "{square} modulo {prime}");
            assert!(found.is_none_or(|found| &found * &found % prime == number(square)));
        }
        // Composite, and with more factors of two than any curve has.
        assert_eq!(curve(number(15)).square_root(&number(7)), None);
        let many = (BigUint::from(3_u8) << 189) + 1_u8;
        assert_eq!(curve(many).square_root(&number(4)), None);
        assert!(PrimeCurve::new(number(16), &number(1), &number(1)).is_none());
        assert!(PrimeCurve::new(number(3), &number(1), &number(1)).is_none());
    }
}
