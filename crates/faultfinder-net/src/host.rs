//! A name or an address.

use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::net::IpAddr;

/// The target of a probe: a name that fits into a DNS query, or an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: a host is one or the other")]
pub enum Host {
    /// A name in ASCII (A-labels), lower case, otherwise as written.
    Name(String),
    /// An address.
    Address(IpAddr),
}

/// Longest name that a query can carry, in bytes (RFC 1035 section 2.3.4), without the final dot.
pub(crate) const NAME_BYTES_MAX: usize = 253;
/// Longest label, in bytes (RFC 1035 section 2.3.4).
pub(crate) const LABEL_BYTES_MAX: usize = 63;

/// What other tools write placeholders with (`${HOST}`); no name of a host has them, although URLs allow it (RFC 952).
const PLACEHOLDER: [char; 2] = ['{', '}'];

impl Host {
    /// Reads a name or address; an IPv6 address may be in brackets. Names with letters outside ASCII become
    /// A-labels (UTS 46).
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
                Err(invalid("ERR_INVALID_URL", field, format!("{text:?} is not a host name: {error}")))
            }
        }
    }

    /// The name, or the address as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Address(address) => address.to_string(),
        }
    }

    /// The name, if the host is a name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Address(_) => None,
        }
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
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
    }

    #[test]
    fn names_are_lowered_and_addresses_are_read() {
        assert_eq!(Host::parse("Shop.Example", "h").unwrap(), Host::Name("shop.example".to_owned()));
        assert_eq!(Host::parse("bücher.test", "h").unwrap(), Host::Name("xn--bcher-kva.test".to_owned()));
        assert_eq!(Host::parse("[::1]", "h").unwrap(), Host::Address("::1".parse().unwrap()));
        assert_eq!(Host::parse("_dmarc.a.test", "h").unwrap(), Host::Name("_dmarc.a.test".to_owned()));
    }
}
