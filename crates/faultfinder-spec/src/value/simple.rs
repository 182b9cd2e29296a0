//! Truth, addresses, and the version of the format.

use super::bad::did_you_mean;
use super::{BadValue, FromText, ValueKind};
use faultfinder_taxonomy::word::nearest;
use std::net::{IpAddr, Ipv6Addr};

impl FromText for bool {
    const KIND: ValueKind = ValueKind::Bool;

    fn expected() -> String {
        "true or false".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        match text {
            "true" | "True" | "TRUE" => Ok(true),
            "false" | "False" | "FALSE" => Ok(false),
            // YAML 1.1 read these as booleans, YAML 1.2 does not.
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => Err(not_a_bool(text, "true")),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => Err(not_a_bool(text, "false")),
            _ => Err(BadValue::expected(&Self::expected(), text)
                .label(did_you_mean(nearest(text, ["true", "false"])))),
        }
    }
}

fn not_a_bool(text: &str, meant: &str) -> BadValue {
    BadValue::expected(&bool::expected(), text).label(Some(format!("write `{meant}`")))
}

impl FromText for IpAddr {
    const KIND: ValueKind = ValueKind::Text;

    fn expected() -> String {
        "an IP address".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        bare.parse().map_err(|_| {
            let bad = BadValue::expected(&Self::expected(), text);
            if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
                return bad.help(format!(
                    "write {} alone; a port, where one can be chosen, is another field",
                    socket.ip()
                ));
            }
            bad
        })
    }
}

/// An IP address; a link-local one may name the interface through which it is reached (RFC 4007 section 11).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: an address and its interface")]
pub struct ZonedAddress {
    /// The address.
    pub address: IpAddr,
    /// The name or number of the interface.
    pub interface: Option<String>,
}

impl FromText for ZonedAddress {
    const KIND: ValueKind = ValueKind::Text;

    fn expected() -> String {
        IpAddr::expected()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        let Some((address, interface)) = bare.split_once('%') else {
            return IpAddr::from_text(text).map(|address| Self { address, interface: None });
        };
        let bad = || BadValue::expected(&Self::expected(), text);
        let address: Ipv6Addr = address.parse().map_err(|_| bad())?;
        if !address.is_unicast_link_local() {
            return Err(bad().help("only a link-local address (fe80::/10) has an interface"));
        }
        if interface.is_empty() || !interface.chars().all(|character| character.is_ascii_graphic()) {
            return Err(bad().help("the name of an interface follows the `%`: fe80::1%eth0"));
        }
        Ok(Self { address: address.into(), interface: Some(interface.to_owned()) })
    }
}

/// The version of the format.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormatVersion;

impl FromText for FormatVersion {
    const KIND: ValueKind = ValueKind::Version;

    fn expected() -> String {
        "version 1".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        if text == "1" { Ok(Self) } else { Err(BadValue::expected(&Self::expected(), text)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_local_addresses_may_name_their_interface() {
        for (text, address, interface) in [
            ("192.0.2.1", "192.0.2.1", None),
            ("[2001:db8::1]", "2001:db8::1", None),
            ("fe80::1", "fe80::1", None),
            ("fe80::1%eth0", "fe80::1", Some("eth0")),
            ("[fe80::1%2]", "fe80::1", Some("2")),
        ] {
            let read = ZonedAddress::from_text(text).unwrap();
            assert_eq!((read.address.to_string().as_str(), read.interface.as_deref()), (address, interface));
        }
        for text in ["", "eth0", "fe80::1%", "fe80::1%a b", "2001:db8::1%eth0", "192.0.2.1%eth0", "%eth0"] {
            assert!(ZonedAddress::from_text(text).is_err(), "{text:?}");
        }
    }
}
