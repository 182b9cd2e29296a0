//! Diffie-Hellman over finite fields: the groups of RFC 7919, and those of RFC 3526 that servers use without being asked.
//!
//! All moduli are safe primes, so a share between 2 and p - 2 is never of small order (RFC 7919 section 5.1), and private keys
//! can be short (section 5.2). The powers are computed in constant time: their cost depends on the group alone.

use super::modp::{MODP2048, MODP3072, MODP4096};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::zeroize::Zeroizing;
use crypto_bigint::{Odd, U384, U2048, U3072, U4096, Uint};
use rustls::crypto::{ActiveKeyExchange, GetRandomFailed, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::{self, FfdheGroup};
use rustls::{Error, NamedGroup, PeerMisbehaved, ProtocolVersion};
use std::fmt;
use std::sync::OnceLock;

/// The groups, in the order in which they are listed.
///
/// The last three are not offered (their numbers are for private use): in TLS 1.2, the server sends the numbers of its group,
/// and rustls looks for a group that has them.
pub(super) static GROUPS: [&dyn SupportedKxGroup; 6] =
    [&FFDHE2048, &FFDHE3072, &FFDHE4096, &RFC3526_2048, &RFC3526_3072, &RFC3526_4096];

static FFDHE2048: Group<{ U2048::LIMBS }> =
    Group::offered(NamedGroup::FFDHE2048, ffdhe_groups::FFDHE2048, 256);
static FFDHE3072: Group<{ U3072::LIMBS }> =
    Group::offered(NamedGroup::FFDHE3072, ffdhe_groups::FFDHE3072, 320);
static FFDHE4096: Group<{ U4096::LIMBS }> =
    Group::offered(NamedGroup::FFDHE4096, ffdhe_groups::FFDHE4096, 384);
static RFC3526_2048: Group<{ U2048::LIMBS }> = Group::accepted(0x01fc, MODP2048, 256);
static RFC3526_3072: Group<{ U3072::LIMBS }> = Group::accepted(0x01fd, MODP3072, 320);
static RFC3526_4096: Group<{ U4096::LIMBS }> = Group::accepted(0x01fe, MODP4096, 384);

/// A group whose modulus has this many words.
struct Group<const LIMBS: usize> {
    name: NamedGroup,
    numbers: FfdheGroup<'static>,
    /// Bits of private keys: no fewer than the 225, 275 and 325 that RFC 7919 section 5.2 asks for.
    private_bits: u32,
    is_offered: bool,
    /// Prepared at the first use.
    modulus: OnceLock<FixedMontyParams<LIMBS>>,
}

struct Exchange<const LIMBS: usize> {
    name: NamedGroup,
    numbers: FfdheGroup<'static>,
    modulus: FixedMontyParams<LIMBS>,
    private: Private,
    public: Vec<u8>,
}

/// A private key, and how many bits it can have.
struct Private {
    exponent: Zeroizing<U384>,
    bits: u32,
}

impl Private {
    fn new(bits: u32) -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; U384::BYTES]);
        let length = usize::try_from(bits / 8).unwrap_or(U384::BYTES);
        let low = bytes.iter_mut().rev().take(length);
        let mut random = Zeroizing::new([0; U384::BYTES]);
        aws_lc_rs::rand::fill(random.as_mut_slice()).map_err(|_| GetRandomFailed)?;
        for (to, from) in low.zip(random.iter()) {
            *to = *from;
        }
        Ok(Self { exponent: Zeroizing::new(U384::from_be_slice(bytes.as_slice())), bits })
    }

    /// The power of a base with this exponent, as long as the modulus.
    fn power<const LIMBS: usize>(
        &self,
        base: &Uint<LIMBS>,
        modulus: &FixedMontyParams<LIMBS>,
    ) -> Zeroizing<Vec<u8>> {
        let base = FixedMontyForm::new(base, modulus);
        let power = Zeroizing::new(base.pow_bounded_exp(&self.exponent, self.bits).retrieve());
        Zeroizing::new(power.to_be_bytes().as_ref().to_vec())
    }
}

impl<const LIMBS: usize> Group<LIMBS> {
    const fn offered(name: NamedGroup, numbers: FfdheGroup<'static>, private_bits: u32) -> Self {
        Self { name, numbers, private_bits, is_offered: true, modulus: OnceLock::new() }
    }

    const fn accepted(name: u16, modulus: &'static [u8], private_bits: u32) -> Self {
        let (name, numbers) = (NamedGroup::Unknown(name), FfdheGroup { p: modulus, g: &[2] });
        Self { name, numbers, private_bits, is_offered: false, modulus: OnceLock::new() }
    }

    fn modulus(&self) -> Result<&FixedMontyParams<LIMBS>, Error> {
        if let Some(modulus) = self.modulus.get() {
            return Ok(modulus);
        }
        let odd = Odd::new(number(self.numbers.p)?).into_option();
        let odd = odd.ok_or_else(|| Error::General("the modulus of a group is even".to_owned()))?;
        Ok(self.modulus.get_or_init(|| FixedMontyParams::new_vartime(odd)))
    }
}

/// A number of at most as many bytes as fit; leading zeros may be missing.
fn number<const LIMBS: usize>(bytes: &[u8]) -> Result<Uint<LIMBS>, Error> {
    let mut whole = vec![0; Uint::<LIMBS>::BYTES];
    let missing = whole.len().checked_sub(bytes.len()).ok_or(PeerMisbehaved::InvalidKeyShare)?;
    for (to, from) in whole.iter_mut().skip(missing).zip(bytes) {
        *to = *from;
    }
    Ok(Uint::from_be_slice(&whole))
}

impl<const LIMBS: usize> SupportedKxGroup for Group<LIMBS> {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let (modulus, private) = (*self.modulus()?, Private::new(self.private_bits)?);
        let public = private.power(&number(self.numbers.g)?, &modulus).to_vec();
        Ok(Box::new(Exchange { name: self.name, numbers: self.numbers, modulus, private, public }))
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        Some(self.numbers)
    }

    fn name(&self) -> NamedGroup {
        self.name
    }

    fn usable_for_version(&self, _: ProtocolVersion) -> bool {
        self.is_offered
    }
}

impl<const LIMBS: usize> ActiveKeyExchange for Exchange<LIMBS> {
    /// In TLS 1.2, rustls removes the leading zeros of the secret (RFC 5246 section 8.1.2).
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let share: Uint<LIMBS> = number(peer)?;
        let largest = self.modulus.modulus().as_ref().wrapping_sub(&Uint::ONE);
        if share <= Uint::ONE || share >= largest {
            return Err(PeerMisbehaved::InvalidKeyShare.into());
        }
        let secret = self.private.power(&share, &self.modulus);
        Ok(SharedSecret::from(secret.as_slice()))
    }

    fn pub_key(&self) -> &[u8] {
        &self.public
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        Some(self.numbers)
    }

    fn group(&self) -> NamedGroup {
        self.name
    }
}

impl<const LIMBS: usize> fmt::Debug for Group<LIMBS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::version::{TLS12, TLS13};

    #[test]
    fn both_sides_arrive_at_one_secret() {
        for group in GROUPS {
            let (one, other) = (group.start().unwrap(), group.start().unwrap());
            let (here, there) = (one.pub_key().to_vec(), other.pub_key().to_vec());
            let length = group.ffdhe_group().unwrap().p.len();
            assert_eq!((here.len(), there.len()), (length, length));
            assert_ne!(here, there);
            let (first, second) = (one.complete(&there).unwrap(), other.complete(&here).unwrap());
            assert_eq!(first.secret_bytes(), second.secret_bytes());
            assert_eq!(first.secret_bytes().len(), length);
        }
    }

    #[test]
    fn shares_that_are_not_inside_the_group_are_invalid() {
        for group in GROUPS {
            let p = group.ffdhe_group().unwrap().p;
            let below = |less: u8| [&p[..p.len() - 1], &[p[p.len() - 1] - less]].concat();
            let long = [&[0], p].concat();
            for share in
                [vec![], vec![0], vec![1], vec![0, 1], below(1), p.to_vec(), vec![0xff; p.len()], long]
            {
                assert!(group.start().unwrap().complete(&share).is_err(), "{group:?} {share:?}");
            }
            for share in [vec![2], vec![0, 2], below(2)] {
                assert!(group.start().unwrap().complete(&share).is_ok(), "{group:?} {share:?}");
            }
        }
    }

    /// A share of 2 makes the secret a power of two: its leading zeros are kept in TLS 1.3 and removed in TLS 1.2.
    #[test]
    fn leading_zeros_of_the_secret_depend_on_the_version() {
        let group = Group::<{ U2048::LIMBS }>::offered(NamedGroup::FFDHE2048, ffdhe_groups::FFDHE2048, 256);
        let small = || -> Box<dyn ActiveKeyExchange> {
            Box::new(Exchange {
                name: group.name,
                numbers: group.numbers,
                modulus: *group.modulus().unwrap(),
                private: Private { exponent: Zeroizing::new(U384::from(9_u8)), bits: 256 },
                public: Vec::new(),
            })
        };
        let secret = small().complete_for_tls_version(&[2], &TLS12).unwrap();
        assert_eq!(secret.secret_bytes(), [2, 0]);
        let secret = small().complete_for_tls_version(&[2], &TLS13).unwrap();
        assert_eq!(secret.secret_bytes().len(), 256);
    }
}
