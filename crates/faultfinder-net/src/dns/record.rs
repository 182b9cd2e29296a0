//! Types of records, and records as they are read.

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
    /// Its data in presentation form (RFC 1035 section 5.1), names without the final dot; data of a type without a form
    /// of its own as `\# LENGTH HEX` (RFC 3597 section 5).
    pub value: String,
    /// Its owner in wire form, without compression and in lower case.
    pub owner_wire: Vec<u8>,
    /// Its data in canonical form (RFC 4034 section 6.2): names without compression, and in lower case where that
    /// section says so.
    pub data: Vec<u8>,
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
    /// What all names below this one stand for (RFC 6672).
    pub const DNAME: Self = Self(39);
    /// The EDNS pseudo-record (RFC 6891).
    pub const OPT: Self = Self(41);
    /// The digest of a key of the zone below (RFC 4034 section 5).
    pub const DS: Self = Self(43);
    /// A signature (RFC 4034 section 3).
    pub const RRSIG: Self = Self(46);
    /// What there is at a name, and the next name (RFC 4034 section 4).
    pub const NSEC: Self = Self(47);
    /// A key of a zone (RFC 4034 section 2).
    pub const DNSKEY: Self = Self(48);
    /// What there is at a hashed name, and the next one (RFC 5155 section 3).
    pub const NSEC3: Self = Self(50);
    /// Everything that the server likes to tell (RFC 1035 section 3.2.3, RFC 8482).
    pub const ANY: Self = Self(255);
    /// Which authorities may issue certificates (RFC 8659).
    pub const CAA: Self = Self(257);

    /// The types that are known by a mnemonic and can be asked for; others are `TYPEn`.
    pub const ASKABLE: [Self; 42] = {
        let mut askable = [Self(0); 42];
        let (mut at, mut row) = (0, 0);
        #[expect(clippy::indexing_slicing, reason = "evaluated when this is compiled")]
        while row < MNEMONICS.len() {
            let number = MNEMONICS[row].0;
            if number != Self::OPT.0 {
                askable[at] = Self(number);
                at += 1;
            }
            row += 1;
        }
        askable
    };

    /// The type of that number.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The type of that mnemonic, or of `TYPEn` (RFC 3597 section 5), without regard to case; nothing for one that no
    /// single question can ask for: zone transfers and the types of messages themselves.
    #[must_use]
    pub fn from_mnemonic(mnemonic: &str) -> Option<Self> {
        let known = MNEMONICS.iter().find(|(_, known)| known.eq_ignore_ascii_case(mnemonic));
        let numbered = || {
            let (prefix, number) = mnemonic.split_at_checked(4)?;
            let digits = number.bytes().all(|byte| byte.is_ascii_digit());
            (prefix.eq_ignore_ascii_case("TYPE") && digits).then(|| number.parse().ok())?
        };
        known.map(|(number, _)| *number).or_else(numbered).map(Self).filter(|found| found.is_askable())
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its mnemonic; `TYPEn` for one without (RFC 3597 section 5).
    #[must_use]
    pub fn mnemonic(self) -> String {
        let known = MNEMONICS.iter().find(|(number, _)| *number == self.0);
        known.map_or_else(|| format!("TYPE{}", self.0), |(_, mnemonic)| (*mnemonic).to_owned())
    }

    /// Whether one question with one answer can ask for it: not OPT, nor TKEY, TSIG, IXFR, AXFR, MAILB, MAILA (RFC
    /// 6895 section 3.1).
    const fn is_askable(self) -> bool {
        !matches!(self.0, 0 | 41 | 249..=254)
    }
}

/// Types and their mnemonics (IANA registry, RFC 6895 section 3.1).
const MNEMONICS: [(u16, &str); 43] = [
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (12, "PTR"),
    (13, "HINFO"),
    (15, "MX"),
    (16, "TXT"),
    (17, "RP"),
    (18, "AFSDB"),
    (28, "AAAA"),
    (29, "LOC"),
    (33, "SRV"),
    (35, "NAPTR"),
    (36, "KX"),
    (37, "CERT"),
    (39, "DNAME"),
    (41, "OPT"),
    (42, "APL"),
    (43, "DS"),
    (44, "SSHFP"),
    (45, "IPSECKEY"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (49, "DHCID"),
    (50, "NSEC3"),
    (51, "NSEC3PARAM"),
    (52, "TLSA"),
    (53, "SMIMEA"),
    (55, "HIP"),
    (59, "CDS"),
    (60, "CDNSKEY"),
    (61, "OPENPGPKEY"),
    (62, "CSYNC"),
    (63, "ZONEMD"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (99, "SPF"),
    (255, "ANY"),
    (256, "URI"),
    (257, "CAA"),
    (32_769, "DLV"),
];

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
        for (mnemonic, number) in
            [("ANY", 255), ("https", 65), ("TYPE1", 1), ("type65535", 65_535), ("TYPE65280", 65_280)]
        {
            assert_eq!(RecordType::from_mnemonic(mnemonic), Some(RecordType(number)), "{mnemonic}");
        }
        for mnemonic in ["OPT", "AXFR", "TYPE252", "TYPE65536", "TYPE", "TYPE+1", "TYP\u{e9}", "X", "TYPE0"] {
            assert_eq!(RecordType::from_mnemonic(mnemonic), None, "{mnemonic}");
        }
    }
}
