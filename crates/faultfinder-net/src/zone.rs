//! Zones of link-local addresses (RFC 4007 section 11): the interfaces of this host.

/// The index of an interface by its name (`eth0`) or number; none if this host has no interface of that name.
#[must_use]
pub fn interface_index(interface: &str) -> Option<u32> {
    match interface.parse() {
        Ok(index) => Some(index),
        Err(_) => nix::net::if_::if_nametoindex(interface).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_have_names_and_numbers() {
        let index = interface_index("lo").unwrap();
        assert_eq!(interface_index(&index.to_string()), Some(index));
        assert_eq!(interface_index("no-such-link"), None);
        assert_eq!(interface_index(""), None);
    }
}
