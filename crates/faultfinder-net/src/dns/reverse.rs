//! Names for reverse lookups.

use std::net::IpAddr;

/// The name for the reverse lookup of an address (RFC 1035 section 3.5, RFC 3596 section 2.5).
#[must_use]
pub fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let nibbles: String = address
                .octets()
                .iter()
                .rev()
                .map(|byte| format!("{:x}.{:x}.", byte & 0x0f, byte >> 4))
                .collect();
            format!("{nibbles}ip6.arpa")
        }
    }
}
