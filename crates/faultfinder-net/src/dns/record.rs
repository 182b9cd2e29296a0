//! Types of records, and records as they are read.

use hickory_proto::rr;
use std::net::IpAddr;

/// The type of a record by its number (IANA registry, RFC 6895 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordType(u16);

/// One resource record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Its owner in presentation form, without the final dot.
    pub owner: String,
    /// Its type.
    pub record_type: RecordType,
    /// Its class; 1 is `IN`.
    pub class: u16,
    /// Its time to live in seconds. One with the top bit set counts as 0 (RFC 2181 section 8).
    pub ttl: u32,
    /// Its data in presentation form (RFC 1035 section 5.1), names without the final dot; data of other types than
    /// [`RecordType::ASKABLE`] as `\# LENGTH HEX` (RFC 3597 section 5).
    pub value: String,
    /// The address, in an A or AAAA record.
    pub address: Option<IpAddr>,
}

impl RecordType {
    /// An IPv4 address.
    pub const A: Self = Self(1);
    /// A name server.
    pub const NS: Self = Self(2);
    /// The name that this one stands for.
    pub const CNAME: Self = Self(5);
    /// The start of a zone.
    pub const SOA: Self = Self(6);
    /// The name of an address.
    pub const PTR: Self = Self(12);
    /// A mail exchanger.
    pub const MX: Self = Self(15);
    /// Text.
    pub const TXT: Self = Self(16);
    /// An IPv6 address.
    pub const AAAA: Self = Self(28);
    /// Where a service is (RFC 2782).
    pub const SRV: Self = Self(33);
    /// The EDNS pseudo-record (RFC 6891).
    pub(super) const OPT: Self = Self(41);
    /// Which authorities may issue certificates (RFC 8659).
    pub const CAA: Self = Self(257);

    /// The types that can be asked for.
    pub const ASKABLE: [Self; 10] = [
        Self::A,
        Self::AAAA,
        Self::CNAME,
        Self::MX,
        Self::NS,
        Self::TXT,
        Self::SOA,
        Self::SRV,
        Self::PTR,
        Self::CAA,
    ];

    /// The type of that number.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The type of that mnemonic among those that can be asked for, without regard to case.
    #[must_use]
    pub fn from_mnemonic(mnemonic: &str) -> Option<Self> {
        Self::ASKABLE.into_iter().find(|known| known.mnemonic().eq_ignore_ascii_case(mnemonic))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its mnemonic; `TYPEn` for one without (RFC 3597 section 5).
    #[must_use]
    pub fn mnemonic(self) -> String {
        match rr::RecordType::from(self.0) {
            rr::RecordType::Unknown(number) => format!("TYPE{number}"),
            known => known.to_string(),
        }
    }
}

impl std::fmt::Display for RecordType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.mnemonic())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_number_and_mnemonic() {
        for (number, mnemonic) in
            [(1, "A"), (28, "AAAA"), (33, "SRV"), (257, "CAA"), (41, "OPT"), (65_280, "TYPE65280")]
        {
            assert_eq!(RecordType::new(number).mnemonic(), mnemonic);
        }
        assert_eq!(RecordType::from_mnemonic("mx"), Some(RecordType::MX));
        assert_eq!(RecordType::from_mnemonic("OPT"), None);
    }
}
