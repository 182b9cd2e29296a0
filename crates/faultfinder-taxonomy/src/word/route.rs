//! Addresses and the route to them.

use super::words;

words! {
    /// Which IP versions are tried.
    IpVersion, "an IP version" {
        /// Both, as RFC 8305 says.
        Any = "any",
        /// IPv4 only.
        V4 = "4" | "v4" | "ipv4",
        /// IPv6 only.
        V6 = "6" | "v6" | "ipv6",
    }
}

words! {
    /// Which of several addresses are tried.
    AddressChoice, "a choice of addresses" {
        /// The first one only.
        First = "first",
        /// The one that answers first (RFC 8305).
        Any = "any",
        /// Every one, each with its own result. The engine does that, with one probe per address; a probe alone uses the
        /// address that answers first.
        All = "all",
    }
}

words! {
    /// Which version of the PROXY protocol a connection begins with.
    ProxyProtocol, "a version of the PROXY protocol" {
        /// A line of text.
        V1 = "v1" | "1",
        /// Binary.
        V2 = "v2" | "2",
    }
}

words! {
    /// Whether the route to the target is traced.
    TrackHops, "whether the route is traced" {
        /// It is not.
        Off = "off" | "false",
        /// It is: addresses and times.
        On = "on" | "true",
        /// It is, and the name of each address is looked up.
        Names = "names",
    }
}
