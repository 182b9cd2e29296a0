//! Networks that are not the public internet: IANA's registries of special-purpose addresses (RFC 6890), without the
//! documentation ranges, and the addresses that clouds use elsewhere.

use super::Network;

/// The networks of [`DeniedNetworks::internal`](super::DeniedNetworks::internal). IPv4 addresses embedded in IPv6
/// addresses need no row.
pub(super) fn networks() -> Vec<Network> {
    let v4 = [
        ([0, 0, 0, 0], 8),        // this host, this network: RFC 1122 section 3.2.1.3
        ([10, 0, 0, 0], 8),       // private: RFC 1918
        ([100, 64, 0, 0], 10),    // shared, behind the NAT of a provider: RFC 6598; metadata of Alibaba Cloud
        ([127, 0, 0, 0], 8),      // loopback: RFC 1122 section 3.2.1.3
        ([168, 63, 129, 16], 32), // the platform of Azure, a public address that is reachable only from inside
        ([169, 254, 0, 0], 16),   // link-local: RFC 3927; metadata of most clouds
        ([172, 16, 0, 0], 12),    // private: RFC 1918
        ([192, 0, 0, 0], 24),     // IETF protocol assignments: RFC 6890 section 2.1; metadata of Oracle Cloud
        ([192, 168, 0, 0], 16),   // private: RFC 1918
        ([198, 18, 0, 0], 15),    // benchmarks of isolated networks: RFC 2544
        ([224, 0, 0, 0], 4),      // multicast: RFC 5771
        ([240, 0, 0, 0], 4),      // reserved, with the broadcast address: RFC 1112 section 4, RFC 919
    ];
    let v6 = [
        ([0, 0, 0, 0, 0, 0, 0, 0], 127), // unspecified and loopback: RFC 4291 sections 2.5.2 and 2.5.3
        ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), // NAT64 of a site's own: RFC 8215
        ([0x100, 0, 0, 0, 0, 0, 0, 0], 64), // discarded: RFC 6666
        ([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16), // segment identifiers of a site: RFC 9602
        ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), // unique local: RFC 4193; metadata of AWS
        ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), // link-local: RFC 4291 section 2.5.6
        ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), // site-local, deprecated: RFC 3879
        ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), // multicast: RFC 4291 section 2.7
    ];
    let v4 = v4.into_iter().map(|(octets, prefix)| Network::v4(octets, prefix));
    v4.chain(v6.into_iter().map(|(segments, prefix)| Network::v6(segments, prefix))).collect()
}
