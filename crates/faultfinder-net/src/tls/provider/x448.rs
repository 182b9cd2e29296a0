//! X448 (RFC 7748 section 5): the Montgomery ladder on the arithmetic of crypto-bigint.
//!
//! Constant-time: neither the number of steps nor the memory that is read depends on the private key.

use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::zeroize::Zeroizing;
use crypto_bigint::{Choice, CtSelect as _, U448, const_monty_params};
use rustls::crypto::{ActiveKeyExchange, GetRandomFailed, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{Error, NamedGroup, PeerMisbehaved};

/// The group.
pub(super) static X448: &dyn SupportedKxGroup = &Curve448;

/// Bytes of keys and secrets.
const BYTES: usize = 56;
/// The u-coordinate of the base point.
const BASE: u8 = 5;
/// (156326 - 2) / 4, from the curve's equation.
const A24: u32 = 39_081;

const_monty_params!(
    Modulus,
    U448,
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "2^448 - 2^224 - 1"
);

type Element = ConstMontyForm<Modulus, { U448::LIMBS }>;

#[derive(Debug)]
struct Curve448;

struct Exchange {
    private: Zeroizing<[u8; BYTES]>,
    public: [u8; BYTES],
}

impl SupportedKxGroup for Curve448 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let mut private = Zeroizing::new([0; BYTES]);
        aws_lc_rs::rand::fill(private.as_mut_slice()).map_err(|_| GetRandomFailed)?;
        let mut base = [0; BYTES];
        base[0] = BASE;
        let public = x448(&private, &base);
        Ok(Box::new(Exchange { private, public }))
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::X448
    }
}

impl ActiveKeyExchange for Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let invalid = Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare);
        let peer: &[u8; BYTES] = peer.try_into().map_err(|_| invalid.clone())?;
        let secret = x448(&self.private, peer);
        // A point of small order (RFC 7748 section 6.2, RFC 8446 section 7.4.2).
        if secret.iter().fold(0, |all, byte| all | byte) == 0 {
            return Err(invalid);
        }
        Ok(SharedSecret::from(secret.as_slice()))
    }

    fn pub_key(&self) -> &[u8] {
        &self.public
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::X448
    }
}

/// The function X448: the u-coordinate of a multiple of the point with this u-coordinate.
fn x448(scalar: &[u8; BYTES], u: &[u8; BYTES]) -> [u8; BYTES] {
    let mut scalar = Zeroizing::new(*scalar);
    if let [first, .., last] = scalar.as_mut_slice() {
        *first &= 252;
        *last |= 128;
    }
    let base = Element::new(&U448::from_le_slice(u));
    let a24 = Element::new(&U448::from(A24));
    let (mut low, mut high) = ((Element::ONE, Element::ZERO), (base, Element::ONE));
    let mut swapped = 0;
    for byte in scalar.iter().rev() {
        for place in (0..8).rev() {
            let bit = (byte >> place) & 1;
            swap(&mut low, &mut high, swapped ^ bit);
            swapped = bit;
            (low, high) = step(low, high, base, a24);
        }
    }
    swap(&mut low, &mut high, swapped);
    let (x, z) = low;
    // Zero has no inverse; the result is zero then.
    let bytes = x.mul(&z.invert().unwrap_or(Element::ZERO)).retrieve().to_le_bytes();
    let mut out = [0; BYTES];
    out.copy_from_slice(bytes.as_ref());
    out
}

/// A point as the quotient of two numbers.
type Point = (Element, Element);

/// Exchanges two points if the bit is set.
fn swap(one: &mut Point, other: &mut Point, bit: u8) {
    let choice = Choice::from_u8_lsb(bit);
    one.0.ct_swap(&mut other.0, choice);
    one.1.ct_swap(&mut other.1, choice);
}

/// Doubles the first point, and adds the second to it; their difference is the base.
fn step((x2, z2): Point, (x3, z3): Point, base: Element, a24: Element) -> (Point, Point) {
    let (a, b) = (x2.add(&z2), x2.sub(&z2));
    let (aa, bb) = (a.square(), b.square());
    let e = aa.sub(&bb);
    let (da, cb) = (x3.sub(&z3).mul(&a), x3.add(&z3).mul(&b));
    let doubled = (aa.mul(&bb), e.mul(&aa.add(&a24.mul(&e))));
    let added = (da.add(&cb).square(), base.mul(&da.sub(&cb).square()));
    (doubled, added)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> [u8; BYTES] {
        let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        std::array::from_fn(|index| digits(index * 2))
    }

    /// RFC 7748 section 5.2.
    #[test]
    fn the_vectors_of_the_rfc() {
        let scalar = "3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121700a779c984c24f8cdd78fbff44943eba368f54b29259a4f1c600ad3";
        let u = "06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9814dc031ddbdc38c19c6da2583fa5429db94ada18aa7a7fb4ef8a086";
        let out = "ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239fe14fbaadeb445fc66a01b0779d98223961111e21766282f73dd96b6f";
        assert_eq!(x448(&bytes(scalar), &bytes(u)), bytes(out));
        let scalar = "203d494428b8399352665ddca42f9de8fef600908e0d461cb021f8c538345dd77c3e4806e25f46d3315c44e0a5b4371282dd2c8d5be3095f";
        let u = "0fbcc2f993cd56d3305b0b7d9e55d4c1a8fb5dbb52f8e9a1e9b6201b165d015894e56c4d3570bee52fe205e28a78b91cdfbde71ce8d157db";
        let out = "884a02576239ff7a2f2f63b2db6a9ff37047ac13568e1e30fe63c4a7ad1b3ee3a5700df34321d62077e63633c575c1c954514e99da7c179d";
        assert_eq!(x448(&bytes(scalar), &bytes(u)), bytes(out));
    }

    /// RFC 7748 section 5.2, after one and after a thousand rounds.
    #[test]
    fn the_iterated_vectors_of_the_rfc() {
        let mut base = [0; BYTES];
        base[0] = BASE;
        let (mut k, mut u) = (base, base);
        for round in 1..=1000 {
            (k, u) = (x448(&k, &u), k);
            if round == 1 {
                let once = "3f482c8a9f19b01e6c46ee9711d9dc14fd4bf67af30765c2ae2b846a4d23a8cd0db897086239492caf350b51f833868b9bc2b3bca9cf4113";
                assert_eq!(k, bytes(once));
            }
        }
        let thousand = "aa3b4749d55b9daf1e5b00288826c467274ce3ebbdd5c17b975e09d4af6c67cf10d087202db88286e2b79fceea3ec353ef54faa26e219f38";
        assert_eq!(k, bytes(thousand));
    }

    #[test]
    fn points_of_small_order_and_other_lengths_are_invalid() {
        let start = || X448.start().unwrap();
        let minus_one = {
            let mut bytes = [0xff; BYTES];
            bytes[0] = 0xfe;
            bytes[BYTES / 2] = 0xfe;
            bytes
        };
        let one = {
            let mut bytes = [0; BYTES];
            bytes[0] = 1;
            bytes
        };
        for point in [[0; BYTES], one, minus_one] {
            assert!(start().complete(&point).is_err(), "{point:?}");
        }
        for length in [0, 1, 55, 57, 112] {
            assert!(start().complete(&vec![9; length]).is_err(), "{length}");
        }
        let (one, other) = (start(), start());
        let (here, there) = (one.pub_key().to_vec(), other.pub_key().to_vec());
        let (first, second) = (one.complete(&there).unwrap(), other.complete(&here).unwrap());
        assert_eq!(first.secret_bytes(), second.secret_bytes());
    }
}
