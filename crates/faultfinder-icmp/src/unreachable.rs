//! ICMP errors in words.

use std::net::IpAddr;
use std::time::Duration;

/// An ICMP error that answered a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IcmpError {
    /// Its type, of RFC 792 or RFC 4443.
    pub kind: u8,
    /// Its code.
    pub code: u8,
    /// Whether it is of ICMPv6: types and codes mean something else there.
    pub v6: bool,
    /// Who sent it, where the system tells.
    pub from: Option<IpAddr>,
    /// The largest packet that fits through, in bytes, where the error is about that and says so.
    pub mtu: Option<u32>,
    /// How long after its request it came.
    pub after: Duration,
}

impl IcmpError {
    /// What it means, as a sentence fragment.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        if self.v6 { v6(self.kind, self.code) } else { v4(self.kind, self.code) }
    }

    /// Its numbers, as people look them up: `ICMP 3/1`, `ICMPv6 1/0`.
    #[must_use]
    pub fn number(&self) -> String {
        format!("{} {}/{}", if self.v6 { "ICMPv6" } else { "ICMP" }, self.kind, self.code)
    }

    /// Whether another one says the same, whenever it came.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let told = |error: &Self| (error.kind, error.code, error.v6, error.from, error.mtu);
        told(self) == told(other)
    }
}

impl std::fmt::Display for IcmpError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}", self.text(), self.number())?;
        if let Some(from) = self.from {
            write!(f, " from {from}")?;
        }
        if let Some(mtu) = self.mtu {
            write!(f, ", at most {mtu} bytes fit")?;
        }
        f.write_str(")")
    }
}

/// RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1.
const fn v4(kind: u8, code: u8) -> &'static str {
    match (kind, code) {
        (3, 0) => "network unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 4) => "fragmentation needed, and forbidden",
        (3, 5) => "source route failed",
        (3, 6) => "network unknown",
        (3, 7) => "host unknown",
        (3, 8) => "source host isolated",
        (3, 9) => "network administratively prohibited",
        (3, 10) => "host administratively prohibited",
        (3, 11) => "network unreachable for this type of service",
        (3, 12) => "host unreachable for this type of service",
        (3, 13) => "communication administratively prohibited",
        (3, 14) => "host precedence violation",
        (3, 15) => "precedence cut off",
        (3, _) => "destination unreachable",
        (4, _) => "source quench",
        (11, 0) => "time to live exceeded in transit",
        (11, _) => "time for the reassembly of fragments exceeded",
        (12, _) => "parameter problem",
        _ => "unknown error",
    }
}

/// RFC 4443 section 3.
const fn v6(kind: u8, code: u8) -> &'static str {
    match (kind, code) {
        (1, 0) => "no route to destination",
        (1, 1) => "communication administratively prohibited",
        (1, 2) => "beyond the scope of the source address",
        (1, 3) => "address unreachable",
        (1, 4) => "port unreachable",
        (1, 5) => "source address failed a policy",
        (1, 6) => "route to destination rejected",
        (1, _) => "destination unreachable",
        (2, _) => "packet too big",
        (3, 0) => "hop limit exceeded in transit",
        (3, _) => "time for the reassembly of fragments exceeded",
        (4, _) => "parameter problem",
        _ => "unknown error",
    }
}
