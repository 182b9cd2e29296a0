//! Types and codes of ICMP errors as text.

/// What an ICMP error says, by the numbers in it (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1;
/// RFC 4443 section 3 for ICMPv6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "closed: the two numbers, and which of the two lists they are of"
)]
pub struct IcmpCode {
    /// Whether it is of ICMPv6: types and codes mean something else there.
    pub v6: bool,
    /// Its type.
    pub kind: u8,
    /// Its code.
    pub code: u8,
}

impl IcmpCode {
    /// A type and code of ICMP for IPv4.
    #[must_use]
    pub const fn v4(kind: u8, code: u8) -> Self {
        Self { v6: false, kind, code }
    }

    /// A type and code of ICMPv6.
    #[must_use]
    pub const fn v6(kind: u8, code: u8) -> Self {
        Self { v6: true, kind, code }
    }

    /// What it means, as a sentence fragment, in the terms of its RFC.
    #[must_use]
    pub const fn text(self) -> &'static str {
        if self.v6 { text_v6(self.kind, self.code) } else { text_v4(self.kind, self.code) }
    }

    /// Whether a router dropped the packet because it reached its hop limit.
    #[must_use]
    pub const fn is_time_exceeded(self) -> bool {
        matches!((self.v6, self.kind, self.code), (false, 11, 0) | (true, 3, 0))
    }

    /// Whether the packet exceeds the MTU of a link on the path.
    #[must_use]
    pub const fn is_too_big(self) -> bool {
        matches!((self.v6, self.kind, self.code), (false, 3, 4) | (true, 2, _))
    }
}

/// The numbers, as people look them up: `ICMP 3/1`, `ICMPv6 1/0`.
impl std::fmt::Display for IcmpCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}/{}", if self.v6 { "ICMPv6" } else { "ICMP" }, self.kind, self.code)
    }
}

/// RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1.
const fn text_v4(kind: u8, code: u8) -> &'static str {
    match (kind, code) {
        (3, 0) => "network unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 4) => "fragmentation needed and DF set",
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
        (3, 15) => "precedence cutoff in effect",
        (3, _) => "destination unreachable",
        (4, _) => "source quench",
        (11, 0) => "time to live exceeded in transit",
        (11, _) => "fragment reassembly time exceeded",
        (12, _) => "parameter problem",
        _ => "unknown error",
    }
}

/// RFC 4443 section 3.
const fn text_v6(kind: u8, code: u8) -> &'static str {
    match (kind, code) {
        (1, 0) => "no route to destination",
        (1, 1) => "communication administratively prohibited",
        (1, 2) => "beyond scope of source address",
        (1, 3) => "address unreachable",
        (1, 4) => "port unreachable",
        (1, 5) => "source address failed ingress/egress policy",
        (1, 6) => "reject route to destination",
        (1, _) => "destination unreachable",
        (2, _) => "packet too big",
        (3, 0) => "hop limit exceeded in transit",
        (3, _) => "fragment reassembly time exceeded",
        (4, _) => "parameter problem",
        _ => "unknown error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_mean_something_else_over_ipv6() {
        for (code, number, text) in [
            (IcmpCode::v4(3, 0), "ICMP 3/0", "network unreachable"),
            (IcmpCode::v6(3, 0), "ICMPv6 3/0", "hop limit exceeded in transit"),
            (IcmpCode::v4(1, 4), "ICMP 1/4", "unknown error"),
            (IcmpCode::v6(1, 4), "ICMPv6 1/4", "port unreachable"),
            (IcmpCode::v4(3, 200), "ICMP 3/200", "destination unreachable"),
        ] {
            assert_eq!((code.to_string().as_str(), code.text()), (number, text));
        }
    }

    #[test]
    fn only_the_first_code_of_time_exceeded_is_about_routers() {
        let is = |code: IcmpCode| (code.is_time_exceeded(), code.is_too_big());
        assert_eq!(is(IcmpCode::v4(11, 0)), (true, false));
        assert_eq!(is(IcmpCode::v4(11, 1)), (false, false));
        assert_eq!(is(IcmpCode::v6(3, 0)), (true, false));
        assert_eq!(is(IcmpCode::v4(3, 4)), (false, true));
        assert_eq!(is(IcmpCode::v6(2, 0)), (false, true));
        assert_eq!(is(IcmpCode::v6(3, 4)), (false, false));
    }
}
