//! Types of DNS records.

use super::nearest;

/// The type of a record by its number (IANA registry, RFC 6895 section 3.1). Unlike the other words the set is open: a type
/// without a mnemonic is `TYPE` and its number (RFC 3597).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordType(u16);

/// A text that is not a record type for a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownRecordType {
    /// The mnemonic that was probably meant.
    pub nearest: Option<&'static str>,
}

macro_rules! record_types {
    ($( $(#[$doc:meta])* $name:ident = $number:literal, )+) => {
        impl RecordType {
            $( $(#[$doc])* pub const $name: Self = Self($number); )+
        }

        /// Types and their mnemonics.
        const MNEMONICS: &[(u16, &str)] = &[$( ($number, stringify!($name)), )+];
    };
}

record_types! {
    /// An IPv4 address (RFC 1035).
    A = 1,
    /// A name server (RFC 1035).
    NS = 2,
    /// The name that this one stands for (RFC 1035).
    CNAME = 5,
    /// The start of a zone (RFC 1035).
    SOA = 6,
    /// The name of an address (RFC 1035).
    PTR = 12,
    /// A host's hardware and system (RFC 1035).
    HINFO = 13,
    /// A mail exchanger (RFC 1035).
    MX = 15,
    /// Text (RFC 1035).
    TXT = 16,
    /// A responsible person (RFC 1183).
    RP = 17,
    /// An AFS cell's database (RFC 1183).
    AFSDB = 18,
    /// An IPv6 address (RFC 3596).
    AAAA = 28,
    /// A location (RFC 1876).
    LOC = 29,
    /// Where a service is (RFC 2782).
    SRV = 33,
    /// Rules to rewrite names (RFC 3403).
    NAPTR = 35,
    /// A key exchanger (RFC 2230).
    KX = 36,
    /// A certificate (RFC 4398).
    CERT = 37,
    /// What all names below this one stand for (RFC 6672).
    DNAME = 39,
    /// The EDNS pseudo-record (RFC 6891); no question can ask for it.
    OPT = 41,
    /// Prefixes of addresses (RFC 3123).
    APL = 42,
    /// The digest of a key of the zone below (RFC 4034).
    DS = 43,
    /// The fingerprint of an SSH key (RFC 4255).
    SSHFP = 44,
    /// An IPsec key (RFC 4025).
    IPSECKEY = 45,
    /// A signature (RFC 4034).
    RRSIG = 46,
    /// What there is at a name, and the next name (RFC 4034).
    NSEC = 47,
    /// A key of a zone (RFC 4034).
    DNSKEY = 48,
    /// A DHCP identifier (RFC 4701).
    DHCID = 49,
    /// What there is at a hashed name, and the next one (RFC 5155).
    NSEC3 = 50,
    /// How a zone hashes its names (RFC 5155).
    NSEC3PARAM = 51,
    /// The certificate of a TLS server (RFC 6698).
    TLSA = 52,
    /// The certificate of a mailbox (RFC 8162).
    SMIMEA = 53,
    /// A host identity (RFC 8005).
    HIP = 55,
    /// The DS that a zone wants its parent to have (RFC 7344).
    CDS = 59,
    /// The key that a zone wants its parent to have a DS of (RFC 7344).
    CDNSKEY = 60,
    /// An OpenPGP key (RFC 7929).
    OPENPGPKEY = 61,
    /// What a zone wants its parent to copy (RFC 7477).
    CSYNC = 62,
    /// A digest of a zone (RFC 8976).
    ZONEMD = 63,
    /// Where a service is and how to connect to it (RFC 9460).
    SVCB = 64,
    /// The same for HTTPS (RFC 9460).
    HTTPS = 65,
    /// Text of the Sender Policy Framework (RFC 7208 section 3.1, obsolete).
    SPF = 99,
    /// Whatever the server chooses to return (RFC 1035 section 3.2.3, RFC 8482).
    ANY = 255,
    /// A URI of a service (RFC 7553).
    URI = 256,
    /// Which authorities may issue certificates (RFC 8659).
    CAA = 257,
    /// A digest of a key outside its parent (RFC 4431, obsolete).
    DLV = 32_769,
}

impl RecordType {
    /// What is expected where one is read.
    pub const EXPECTED: &'static str = "a record type such as A, MX or HTTPS, or TYPE and a number";

    /// The type of that number.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The type of a mnemonic, or of `TYPEn` (RFC 3597 section 5), without regard to case.
    ///
    /// # Errors
    ///
    /// For a text that is neither, and for types that no single question can ask for: zone transfers and the types of
    /// messages themselves.
    pub fn parse(text: &str) -> Result<Self, UnknownRecordType> {
        let known = MNEMONICS.iter().find(|(_, known)| known.eq_ignore_ascii_case(text));
        let numbered = || {
            let (prefix, number) = text.split_at_checked(4)?;
            let digits = number.bytes().all(|byte| byte.is_ascii_digit());
            (prefix.eq_ignore_ascii_case("TYPE") && digits).then(|| number.parse().ok())?
        };
        let found = known.map(|(number, _)| *number).or_else(numbered).map(Self);
        found
            .filter(|found| found.is_askable())
            .ok_or_else(|| UnknownRecordType { nearest: nearest(text, Self::askable()) })
    }

    /// The mnemonics of the types that can be asked for, in the order of their numbers.
    pub fn askable() -> impl Iterator<Item = &'static str> {
        MNEMONICS.iter().filter(|(number, _)| Self(*number).is_askable()).map(|(_, mnemonic)| *mnemonic)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether one question with one answer can ask for it: not OPT, nor TKEY, TSIG, IXFR, AXFR, MAILB, MAILA (RFC 6895
    /// section 3.1).
    const fn is_askable(self) -> bool {
        !matches!(self.0, 0 | 41 | 249..=254)
    }
}

impl std::fmt::Display for RecordType {
    /// Its mnemonic; `TYPEn` for one without (RFC 3597 section 5).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match MNEMONICS.iter().find(|(number, _)| *number == self.0) {
            Some((_, mnemonic)) => f.pad(mnemonic),
            None => f.pad(&format!("TYPE{}", self.0)),
        }
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
            assert_eq!(RecordType::new(number).to_string(), mnemonic);
        }
        assert_eq!(RecordType::parse("mx"), Ok(RecordType::MX));
        for (mnemonic, number) in
            [("ANY", 255), ("https", 65), ("TYPE1", 1), ("type65535", 65_535), ("TYPE65280", 65_280)]
        {
            assert_eq!(RecordType::parse(mnemonic), Ok(RecordType(number)), "{mnemonic}");
        }
        for text in ["OPT", "AXFR", "TYPE252", "TYPE65536", "TYPE", "TYPE+1", "TYP\u{e9}", "X", "TYPE0"] {
            assert!(RecordType::parse(text).is_err(), "{text}");
        }
        assert_eq!(RecordType::parse("HTTP").map_err(|unknown| unknown.nearest), Err(Some("HTTPS")));
    }

    #[test]
    fn rows_are_in_the_order_of_their_numbers_and_each_number_stands_once() {
        assert!(MNEMONICS.is_sorted_by(|(earlier, _), (later, _)| earlier < later));
    }
}
