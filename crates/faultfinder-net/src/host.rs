//! A name or an address.

use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::net::{IpAddr, Ipv6Addr};

/// The target of a probe: a name that fits into a DNS query, or an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: a host is one of these")]
pub enum Host {
    /// A name in ASCII (A-labels), lower case, otherwise as written.
    Name(String),
    /// An address.
    Address(IpAddr),
    /// A link-local address, and the interface through which it is reached (RFC 4007 section 11): `fe80::1%eth0`.
    LinkLocal(Ipv6Addr, String),
}

/// Longest name that a query can carry, in bytes (RFC 1035 section 2.3.4), without the final dot.
pub(crate) const NAME_BYTES_MAX: usize = 253;
/// Longest label, in bytes (RFC 1035 section 2.3.4).
pub(crate) const LABEL_BYTES_MAX: usize = 63;

/// What other tools write placeholders with (`${HOST}`); no name of a host has them, although URLs allow it (RFC 952).
const PLACEHOLDER: [char; 2] = ['{', '}'];

impl Host {
    /// Reads a name or address; an IPv6 address may be in brackets, and a link-local one may name its interface. Names
    /// with letters outside ASCII become A-labels (UTS 46).
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` naming `field`, when it is empty, has characters that are invalid in a host, or does not fit
    /// into a DNS query.
    pub fn parse(text: &str, field: &str) -> Result<Self, Fault> {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Self::Address(address));
        }
        if let Some((address, interface)) = bare.split_once('%')
            && let Ok(address) = address.parse::<Ipv6Addr>()
        {
            return link_local(address, interface, field);
        }
        if text.contains(PLACEHOLDER) {
            let message = format!(
                "{text:?} is not a host name: it has braces; a template is written {{{{ NAME }}}}, with its value in `variables`"
            );
            return Err(invalid("ERR_INVALID_URL", field, message));
        }
        check_labels(text, field)?;
        match url::Host::parse(text) {
            Ok(url::Host::Domain(name)) => {
                check_labels(&name, field)?;
                Ok(Self::Name(name))
            }
            Ok(url::Host::Ipv4(address)) => Ok(Self::Address(address.into())),
            Ok(url::Host::Ipv6(address)) => Ok(Self::Address(address.into())),
            Err(error) => {
                let why = why_not(text).map_or_else(|| error.to_string(), str::to_owned);
                Err(invalid("ERR_INVALID_URL", field, format!("{text:?} is not a host name: {why}")))
            }
        }
    }

    /// The name, or the address as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Address(address) => address.to_string(),
            Self::LinkLocal(address, interface) => format!("{address}%{interface}"),
        }
    }

    /// The address, if the host is an address; without its interface.
    #[must_use]
    pub const fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Name(_) => None,
            Self::Address(address) => Some(*address),
            Self::LinkLocal(address, _) => Some(IpAddr::V6(*address)),
        }
    }

    /// The host as it stands before a port: an IPv6 address in brackets, without its interface, which means nothing to
    /// others (RFC 6874 section 3).
    #[must_use]
    pub fn before_port(&self) -> String {
        match self.address() {
            Some(IpAddr::V6(address)) => format!("[{address}]"),
            Some(IpAddr::V4(_)) | None => self.to_text(),
        }
    }

    /// The name, if the host is a name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Address(_) | Self::LinkLocal(..) => None,
        }
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
            Self::LinkLocal(address, interface) => write!(f, "{address}%{interface}"),
        }
    }
}

/// What a text is instead of a host name, as people write them.
fn why_not(text: &str) -> Option<&'static str> {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if text.contains("://") {
        return Some("it is a URL");
    }
    if text.contains('/') {
        return Some("it has a path");
    }
    text.rsplit_once(':').filter(|(_, port)| is_port(port)).map(|_| "it has a port")
}

/// An address and its interface. Other addresses than link-local ones have no zone.
fn link_local(address: Ipv6Addr, interface: &str, field: &str) -> Result<Host, Fault> {
    let is_name = !interface.is_empty() && interface.chars().all(|character| character.is_ascii_graphic());
    if is_name && address.is_unicast_link_local() {
        return Ok(Host::LinkLocal(address, interface.to_owned()));
    }
    let message = if is_name {
        format!("{address} is not a link-local address, so it has no interface ({interface})")
    } else {
        format!("{interface:?} is not the name of an interface")
    };
    Err(invalid("ERR_INVALID_URL", field, message))
}

/// Rejects names that do not fit into a DNS query.
fn check_labels(name: &str, field: &str) -> Result<(), Fault> {
    let trimmed = name.strip_suffix('.').unwrap_or(name);
    if trimmed.is_empty() {
        return Err(invalid("EBADNAME", field, "the host name is empty".to_owned()));
    }
    if trimmed.len() > NAME_BYTES_MAX {
        let message =
            format!("the host name has {} bytes, a DNS query carries {NAME_BYTES_MAX}", trimmed.len());
        return Err(invalid("EBADNAME", field, message));
    }
    for label in trimmed.split('.') {
        if label.is_empty() {
            return Err(invalid("EBADNAME", field, format!("the host name {name:?} has an empty label")));
        }
        if label.len() > LABEL_BYTES_MAX {
            let message = format!(
                "a label of the host name has {} bytes, a DNS label has at most {LABEL_BYTES_MAX}",
                label.len()
            );
            return Err(invalid("EBADNAME", field, message));
        }
    }
    Ok(())
}

fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, name: &str) {
        let fault = Host::parse(text, "tcp.host").unwrap_err();
        assert_eq!((fault.code, fault.detail.name()), (Code::InvalidRequest, name), "{text}");
    }

    #[test]
    fn names_that_no_query_can_carry_are_refused() {
        refused("", "EBADNAME");
        refused("a..b", "EBADNAME");
        refused(&format!("{}.test", "a".repeat(64)), "EBADNAME");
        refused(&"a.".repeat(130), "EBADNAME");
        refused("a b", "ERR_INVALID_URL");
        refused("xn--a", "ERR_INVALID_URL");
        refused("${HOST}", "ERR_INVALID_URL");
        refused("a.{{host}}.test", "ERR_INVALID_URL");
        refused("2001:db8::1%eth0", "ERR_INVALID_URL");
        refused("fe80::1%", "ERR_INVALID_URL");
        refused("fe80::1%a b", "ERR_INVALID_URL");
    }

    #[test]
    fn a_link_local_address_names_its_interface() {
        let host = Host::parse("[FE80::1%eth0]", "h").unwrap();
        assert_eq!(host, Host::LinkLocal("fe80::1".parse().unwrap(), "eth0".to_owned()));
        assert_eq!((host.to_text().as_str(), host.before_port().as_str()), ("fe80::1%eth0", "[fe80::1]"));
        assert_eq!(host.address(), Some("fe80::1".parse().unwrap()));
        assert_eq!(host.name(), None);
    }

    #[test]
    fn names_are_lowered_and_addresses_are_read() {
        assert_eq!(Host::parse("Shop.Example", "h").unwrap(), Host::Name("shop.example".to_owned()));
        assert_eq!(Host::parse("bücher.test", "h").unwrap(), Host::Name("xn--bcher-kva.test".to_owned()));
        assert_eq!(Host::parse("[::1]", "h").unwrap(), Host::Address("::1".parse().unwrap()));
        assert_eq!(Host::parse("_dmarc.a.test", "h").unwrap(), Host::Name("_dmarc.a.test".to_owned()));
    }
}
