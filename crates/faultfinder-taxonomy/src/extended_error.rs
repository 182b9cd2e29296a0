//! Extended DNS errors.

use std::borrow::Cow;

/// The code of an extended DNS error (IANA registry, RFC 8914 section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExtendedErrorCode(u16);

/// Names in the order of the numbers.
const NAMES: [&str; 31] = [
    "Other Error",
    "Unsupported DNSKEY Algorithm",
    "Unsupported DS Digest Type",
    "Stale Answer",
    "Forged Answer",
    "DNSSEC Indeterminate",
    "DNSSEC Bogus",
    "Signature Expired",
    "Signature Not Yet Valid",
    "DNSKEY Missing",
    "RRSIGs Missing",
    "No Zone Key Bit Set",
    "NSEC Missing",
    "Cached Error",
    "Not Ready",
    "Blocked",
    "Censored",
    "Filtered",
    "Prohibited",
    "Stale NXDOMAIN Answer",
    "Not Authoritative",
    "Not Supported",
    "No Reachable Authority",
    "Network Error",
    "Invalid Data",
    "Signature Expired before Valid",
    "Too Early",
    "Unsupported NSEC3 Iterations Value",
    "Unable to conform to policy",
    "Synthesized",
    "Invalid Query Type",
];

impl ExtendedErrorCode {
    /// The code of that number, assigned or not.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its name in the registry; `EDE n` for one that is not assigned.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        let known = NAMES.get(usize::from(self.0));
        known.map_or_else(|| Cow::Owned(format!("EDE {}", self.0)), |name| Cow::Borrowed(*name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_the_names_of_the_registry() {
        for (number, name) in
            [(0, "Other Error"), (6, "DNSSEC Bogus"), (30, "Invalid Query Type"), (31, "EDE 31")]
        {
            assert_eq!(ExtendedErrorCode::new(number).name(), name);
        }
    }
}
