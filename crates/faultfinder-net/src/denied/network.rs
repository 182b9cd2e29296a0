//! An address and a prefix.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network: an address and the number of its leading bits that count (RFC 4632, RFC 4291 section 2.3).
///
/// A network of IPv4-mapped addresses (`::ffff:10.0.0.0/104`) is the IPv4 network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is not a valid network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The part before the slash is not an address.
    #[error(
        "{text:?} is not a network: {address:?} is not an address; networks are written 10.0.0.0/8 or fd00::/8"
    )]
    Address {
        /// The text.
        text: String,
        /// Its part before the slash.
        address: String,
    },
    /// The part after the slash is not a number of bits, or is too large.
    #[error("{text:?} is not a network: the prefix must be a number from 0 to {most}")]
    Prefix {
        /// The text.
        text: String,
        /// How many bits an address has.
        most: u8,
    },
    /// Bits after the prefix are set, so the meaning is unclear.
    #[error(
        "{text:?} is not a network: bits after the prefix are set; {meant} is the network of this address"
    )]
    HostBits {
        /// The text.
        text: String,
        /// The network that contains the address.
        meant: Network,
    },
    /// The list is too long.
    #[error("more than {most} networks")]
    TooMany {
        /// The maximum number.
        most: usize,
    },
}

/// Number of bits of an address before those of the mapped IPv4 address (RFC 4291 section 2.5.5.2).
const MAPPED_PREFIX: u8 = 96;

impl Network {
    /// A network whose prefix fits its address; the bits after it are cleared.
    fn of(address: IpAddr, prefix: u8) -> Self {
        let cleared = match address {
            IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() & mask_v4(prefix)).into(),
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & mask_v6(prefix)).into(),
        };
        Self { address: cleared, prefix }
    }

    /// An IPv4 network, for tables.
    pub(super) fn v4(octets: [u8; 4], prefix: u8) -> Self {
        Self::of(octets.into(), prefix)
    }

    /// An IPv6 network, for tables.
    pub(super) fn v6(segments: [u16; 8], prefix: u8) -> Self {
        Self::of(segments.into(), prefix)
    }

    /// Whether an address is in this network. An address of the other family is not.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => own.to_bits() == other.to_bits() & mask_v4(self.prefix),
            (IpAddr::V6(own), IpAddr::V6(other)) => own.to_bits() == other.to_bits() & mask_v6(self.prefix),
            _ => false,
        }
    }
}

fn mask_v4(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32_u32.saturating_sub(prefix.into())).unwrap_or(0)
}

fn mask_v6(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128_u32.saturating_sub(prefix.into())).unwrap_or(0)
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let trimmed = text.trim();
        let (written, prefix) = trimmed.split_once('/').map_or((trimmed, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = written
            .parse()
            .map_err(|_| NetworkError::Address { text: text.to_owned(), address: written.to_owned() })?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let is_number = |prefix: &&str| prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = match prefix {
            None => most,
            Some(prefix) => Some(prefix)
                .filter(is_number)
                .and_then(|prefix| prefix.parse().ok())
                .filter(|prefix| *prefix <= most)
                .ok_or_else(|| NetworkError::Prefix { text: text.to_owned(), most })?,
        };
        let meant = Self::of(address, prefix);
        if meant.address != address {
            return Err(NetworkError::HostBits { text: text.to_owned(), meant });
        }
        Ok(match address.to_canonical() {
            v4 @ IpAddr::V4(_) if address.is_ipv6() && prefix >= MAPPED_PREFIX => {
                Self::of(v4, prefix - MAPPED_PREFIX)
            }
            _ => meant,
        })
    }
}

/// The IPv4 addresses where packets to an IPv6 address may end.
pub(super) fn embedded(address: IpAddr) -> impl Iterator<Item = IpAddr> {
    let found = match address {
        IpAddr::V4(_) => [None; 2],
        IpAddr::V6(v6) => embedded_v6(v6),
    };
    found.into_iter().flatten().map(IpAddr::V4)
}

fn embedded_v6(address: Ipv6Addr) -> [Option<Ipv4Addr>; 2] {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    let last = v4(g, h);
    match [a, b, c, d, e, f] {
        // Compatible (RFC 4291 section 2.5.5.1), mapped (2.5.5.2) and translated (RFC 2765 section 2.1) addresses.
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0, 0, 0, 0, 0xffff, 0] => [last, None],
        // NAT64, its well-known prefix (RFC 6052 section 2.1).
        [0x64, 0xff9b, 0, 0, 0, 0] => [last, None],
        // 6to4 (RFC 3056 section 2).
        [0x2002, high, low, ..] => [v4(high, low), None],
        // Teredo (RFC 4380 section 4): the server, and the client with its bits inverted.
        [0x2001, 0, high, low, ..] => [v4(!g, !h), v4(high, low)],
        // ISATAP (RFC 5214 section 6.1): any prefix, and this in the interface identifier.
        [.., 0 | 0x0200, 0x5efe] => [last, None],
        _ => [None; 2],
    }
}
