//! IPv6 addresses without brackets around them, of which nobody can tell where a port begins.

use std::net::Ipv6Addr;

/// `::1:80` as `[::1]:80`, which was probably meant; nothing if it cannot have been.
pub(crate) fn with_port(text: &str) -> Option<String> {
    let (before, port) = text.rsplit_once(':')?;
    (is_address(before) && port.parse::<u16>().is_ok()).then(|| format!("[{before}]:{port}"))
}

/// Whether this is an IPv6 address, with or without its interface.
pub(crate) fn is_address(text: &str) -> bool {
    let (address, interface) = text.split_once('%').unwrap_or((text, ""));
    !interface.contains(':') && address.parse::<Ipv6Addr>().is_ok()
}

/// What to write instead of an address that may have a port: with it, or all of it as the address. `whole` makes what is
/// written of either. Nothing if there is no doubt.
pub(crate) fn in_doubt(text: &str, whole: impl Fn(&str) -> String) -> Option<String> {
    let meant = whole(&with_port(text)?);
    Some(if is_address(text) {
        format!("write {meant} with a port, or {} if all of it is the address", whole(&format!("[{text}]")))
    } else {
        format!("write {meant}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_may_be_at_the_end_of_an_address() {
        for (text, expected) in [
            ("::1:80", Some("write [::1]:80 with a port, or [::1:80] if all of it is the address")),
            ("::1:65535", Some("write [::1]:65535")),
            ("fe80::1%eth0:53", Some("write [fe80::1%eth0]:53")),
            ("2001:db8:0:0:0:0:0:1:53", Some("write [2001:db8:0:0:0:0:0:1]:53")),
            ("::1", None),
            ("2001:db8::1", None),
            ("2620:fe::fe", None),
            ("2001:4860:4860::8888", None),
            ("2001:db8:0:0:0:0:0:1", None),
            ("::1:65536", None),
            ("a.test:80", None),
            ("192.0.2.1:80", None),
            ("[::1]:80", None),
        ] {
            assert_eq!(in_doubt(text, str::to_owned).as_deref(), expected, "{text}");
        }
    }
}
