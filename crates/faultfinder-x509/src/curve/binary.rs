//! Curves over binary fields: `y² + xy = x³ + ax² + b` over polynomials with bits as coefficients (SEC 1 section 2.2.2).
//!
//! For verification only: there are no secrets, so nothing here takes constant time.

use num_bigint::BigUint;

/// Words of an element: 704 bits, enough for fields of [`super::group::FIELD_BITS_MAX`].
const WORDS: usize = 11;

/// A polynomial; bit `n` is the coefficient of `x^n`.
type Element = [u64; WORDS];

const ZERO: Element = [0; WORDS];
const ONE: Element = {
    let mut one = ZERO;
    one[0] = 1;
    one
};

/// The equation of a curve, and the polynomial by which elements are reduced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BinaryCurve {
    degree: usize,
    /// The exponents between the degree and 0 of the polynomial: one or three.
    taps: Box<[usize]>,
    a: Element,
    b: Element,
}

/// A point; nothing is the point at infinity.
type Point = Option<(Element, Element)>;

fn bit(words: &[u64], at: usize) -> bool {
    words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

fn flip(words: &mut [u64], at: usize) {
    if let Some(word) = words.get_mut(at / 64) {
        *word ^= 1 << (at % 64);
    }
}

fn xor(one: &Element, other: &Element) -> Element {
    let mut sum = *one;
    for (word, other) in sum.iter_mut().zip(other) {
        *word ^= other;
    }
    sum
}

/// How many bits an element has.
fn bits(element: &Element) -> usize {
    let mut bits = WORDS * 64;
    for word in element.iter().rev() {
        if *word != 0 {
            return bits - usize::try_from(word.leading_zeros()).unwrap_or_default();
        }
        bits -= 64;
    }
    0
}

/// Adds `other · x^places` to an element of so many words.
fn add_shifted(element: &mut Element, other: &Element, places: usize, length: usize) {
    let (words, bits) = (places / 64, places % 64);
    let mut carried = 0;
    for (word, other) in element.iter_mut().take(length).skip(words).zip(other) {
        *word ^= other << bits | carried;
        carried = if bits == 0 { 0 } else { other >> (64 - bits) };
    }
}

fn element(number: &BigUint) -> Option<Element> {
    let mut element = ZERO;
    let digits = number.to_u64_digits();
    if digits.len() > WORDS {
        return None;
    }
    for (word, digit) in element.iter_mut().zip(digits) {
        *word = digit;
    }
    Some(element)
}

fn number(element: &Element) -> BigUint {
    let bytes: Vec<u8> = element.iter().flat_map(|word| word.to_le_bytes()).collect();
    BigUint::from_bytes_le(&bytes)
}

impl BinaryCurve {
    /// A curve by its numbers; nothing if the exponents, which fall, are not below the degree and above 0, or an element
    /// is not one of the field.
    pub(super) fn new(degree: usize, taps: &[usize], a: &BigUint, b: &BigUint) -> Option<Self> {
        let falling = taps.is_sorted_by(|one, other| one > other);
        let inside = taps.iter().all(|tap| (1..degree).contains(tap));
        if !falling || !inside || degree >= WORDS * 64 {
            return None;
        }
        let mut curve = Self { degree, taps: taps.into(), a: ZERO, b: ZERO };
        (curve.a, curve.b) = (curve.read(a)?, curve.read(b)?);
        Some(curve)
    }

    /// Bits of the field.
    pub(super) const fn degree(&self) -> usize {
        self.degree
    }

    /// An element of the field.
    fn read(&self, number: &BigUint) -> Option<Element> {
        element(number).filter(|element| bits(element) <= self.degree)
    }

    fn reduce(&self, mut product: [u64; 2 * WORDS]) -> Element {
        for at in (self.degree..self.degree * 2).rev() {
            if bit(&product, at) {
                flip(&mut product, at);
                flip(&mut product, at - self.degree);
                for tap in &self.taps {
                    flip(&mut product, at - self.degree + tap);
                }
            }
        }
        let mut reduced = ZERO;
        for (word, product) in reduced.iter_mut().zip(product) {
            *word = product;
        }
        reduced
    }

    fn multiply(&self, one: &Element, other: &Element) -> Element {
        let words = self.degree.div_ceil(64);
        let mut product = [0; 2 * WORDS];
        for place in (0..64).rev() {
            let mut carried = 0;
            for word in product.iter_mut().take(2 * words) {
                (*word, carried) = (*word << 1 | carried, *word >> 63);
            }
            for (at, _) in other.iter().take(words).enumerate().filter(|(_, word)| **word >> place & 1 == 1) {
                for (slot, word) in product.iter_mut().skip(at).zip(one.iter().take(words)) {
                    *slot ^= word;
                }
            }
        }
        self.reduce(product)
    }

    fn square(&self, element: &Element) -> Element {
        let mut product = [0; 2 * WORDS];
        for at in (0..self.degree).filter(|at| bit(element, *at)) {
            flip(&mut product, 2 * at);
        }
        self.reduce(product)
    }

    /// The inverse by the extended Euclidean algorithm; nothing for zero, or where the polynomial is reducible.
    fn inverse(&self, value: &Element) -> Option<Element> {
        // One bit more than an element has.
        let words = self.degree / 64 + 1;
        let mut modulus = ZERO;
        for at in self.taps.iter().chain([&self.degree, &0]) {
            flip(&mut modulus, *at);
        }
        let (mut low, mut high, mut found, mut other) = (*value, modulus, ONE, ZERO);
        loop {
            match (bits(&low), bits(&high)) {
                (0, _) => return None,
                (1, _) => return Some(found),
                (length, above) if length < above => {
                    std::mem::swap(&mut low, &mut high);
                    std::mem::swap(&mut found, &mut other);
                }
                (length, above) => {
                    let places = length - above;
                    add_shifted(&mut low, &high, places, words);
                    add_shifted(&mut found, &other, places, words);
                }
            }
        }
    }

    /// Whether a point is on the curve.
    pub(super) fn contains(&self, x: &BigUint, y: &BigUint) -> bool {
        let (Some(x), Some(y)) = (self.read(x), self.read(y)) else { return false };
        let left = self.multiply(&xor(&y, &x), &y);
        let right = self.multiply(&xor(&x, &self.a), &self.square(&x));
        left == xor(&right, &self.b)
    }

    /// The `y` of a compressed point (SEC 1 section 2.3.4).
    pub(super) fn decompress(&self, x: &BigUint, odd: bool) -> Option<BigUint> {
        let x = self.read(x)?;
        if x == ZERO {
            // The square root of b; it has no other root, so OpenSSL wants the bit to be clear.
            let root = (1..self.degree).fold(self.b, |root, _| self.square(&root));
            return (!odd).then(|| number(&root));
        }
        let inverse = self.inverse(&x)?;
        let beta = xor(&xor(&x, &self.a), &self.multiply(&self.b, &self.square(&inverse)));
        let mut root = self.solve(&beta)?;
        if bit(&root, 0) != odd {
            flip(&mut root, 0);
        }
        Some(number(&self.multiply(&root, &x)))
    }

    /// The bit that stands for the sign of `y`: the lowest of `y / x`, and 0 where `x` is.
    pub(super) fn sign(&self, x: &BigUint, y: &BigUint) -> bool {
        let quotient = || Some(self.multiply(&self.read(y)?, &self.inverse(&self.read(x)?)?));
        quotient().is_some_and(|quotient| bit(&quotient, 0))
    }

    /// A `z` for which `z² + z` is a number (IEEE 1363-2000 section A.4.7); nothing if there is none.
    fn solve(&self, wanted: &Element) -> Option<Element> {
        let root = if self.degree % 2 == 1 {
            // The half-trace.
            (0..self.degree / 2).fold(*wanted, |root, _| xor(&self.square(&self.square(&root)), wanted))
        } else {
            self.solve_even(wanted)?
        };
        (xor(&self.square(&root), &root) == *wanted).then_some(root)
    }

    fn solve_even(&self, wanted: &Element) -> Option<Element> {
        // An element with the trace 1: by Newton's identities x^n for the least odd n for which x^(degree - n) is in the
        // polynomial, which has an odd power: it is irreducible, so not a square.
        let odd = self.taps.iter().find(|tap| *tap % 2 == 1)?;
        let mut start = ZERO;
        flip(&mut start, self.degree - odd);
        let (mut root, mut trace) = (ZERO, start);
        for _ in 1..self.degree {
            let squared = self.square(&trace);
            root = xor(&self.square(&root), &self.multiply(&squared, wanted));
            trace = xor(&squared, &start);
        }
        (trace != ZERO).then_some(root)
    }

    fn add(&self, one: &Point, other: &Point) -> Point {
        let (Some((x_one, y_one)), Some((x_other, y_other))) = (one, other) else {
            return one.or(*other);
        };
        let wide = xor(x_one, x_other);
        let Some(inverse) = self.inverse(&wide) else {
            return if y_one == y_other { self.double(one) } else { None };
        };
        let slope = self.multiply(&xor(y_one, y_other), &inverse);
        let x = xor(&xor(&xor(&self.square(&slope), &slope), &wide), &self.a);
        let y = xor(&xor(&self.multiply(&slope, &xor(x_one, &x)), &x), y_one);
        Some((x, y))
    }

    fn double(&self, point: &Point) -> Point {
        let (x, y) = point.as_ref()?;
        let slope = xor(x, &self.multiply(y, &self.inverse(x)?));
        let new_x = xor(&xor(&self.square(&slope), &slope), &self.a);
        let new_y = xor(&self.square(x), &xor(&self.multiply(&slope, &new_x), &new_x));
        Some((new_x, new_y))
    }

    /// The `x` of a sum of two multiples of points; nothing for the point at infinity.
    pub(super) fn x_of_sum(&self, terms: [(&BigUint, &(BigUint, BigUint)); 2]) -> Option<BigUint> {
        let [(first, one), (second, other)] = terms;
        let point = |(x, y): &(BigUint, BigUint)| self.read(x).zip(self.read(y));
        let (one, other) = (point(one), point(other));
        let both = self.add(&one, &other);
        let mut sum = None;
        for place in (0..first.bits().max(second.bits())).rev() {
            sum = self.double(&sum);
            match (first.bit(place), second.bit(place)) {
                (true, true) => sum = self.add(&sum, &both),
                (true, false) => sum = self.add(&sum, &one),
                (false, true) => sum = self.add(&sum, &other),
                (false, false) => {}
            }
        }
        sum.map(|(x, _)| number(&x))
    }
}
