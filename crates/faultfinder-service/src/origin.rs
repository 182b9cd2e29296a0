//! Names of this service that a request may use, and origins of pages that may send requests to it.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// Longest host, in bytes: the longest name of DNS, with the dot at its end.
const HOST_BYTES_MAX: usize = 254;

/// A host as a request names it, without its port: a name or an address, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host(String);

/// Why a text is not a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a host; hosts are written faultfinder.example, 192.0.2.1 or [2001:db8::1], without a port"
)]
pub struct HostError(String);

impl FromStr for Host {
    type Err = HostError;

    /// Reads a host as it is in a URL (RFC 3986 section 3.2.2), but only names that DNS can have.
    fn from_str(text: &str) -> Result<Self, HostError> {
        let wrong = || HostError(text.chars().take(HOST_BYTES_MAX).collect());
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let address: Ipv6Addr = inner.parse().map_err(|_| wrong())?;
            return Ok(Self(format!("[{address}]")));
        }
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        // A name may end with the dot of the root.
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.is_empty() || text.len() > HOST_BYTES_MAX || !name.bytes().all(known) {
            return Err(wrong());
        }
        Ok(Self(name.to_ascii_lowercase()))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A host and, if it is named, its port: what the field `Host` of a request has (RFC 9110 section 7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    pub(crate) host: Host,
    pub(crate) port: Option<u16>,
}

impl Authority {
    /// Reads `HOST`, `HOST:` or `HOST:PORT`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let colon = text.rfind(':').filter(|at| text.rfind(']').is_none_or(|bracket| bracket < *at));
        let (host, port) = match colon.and_then(|at| text.split_at_checked(at)) {
            Some((host, port)) => (host, port.trim_start_matches(':')),
            None => (text, ""),
        };
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = if port.is_empty() { None } else { Some(digits.then(|| port.parse().ok())??) };
        Some(Self { host: host.parse().ok()?, port })
    }
}

/// Where a page comes from: a scheme, a host and a port (RFC 6454).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    is_https: bool,
    host: Host,
    port: u16,
}

/// Why a text is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an origin; origins are written https://faultfinder.example or http://192.0.2.1:8620, without a path"
)]
pub struct OriginError(String);

impl Origin {
    /// The origin of pages of this service, as a request names it.
    pub(crate) fn of(is_https: bool, authority: &Authority) -> Self {
        let port = authority.port.unwrap_or_else(|| usual_port(is_https));
        Self { is_https, host: authority.host.clone(), port }
    }
}

const fn usual_port(is_https: bool) -> u16 {
    if is_https { 443 } else { 80 }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let read = || {
            let (scheme, rest) = text.split_once("://")?;
            let is_https = match scheme.to_ascii_lowercase().as_str() {
                "https" => true,
                "http" => false,
                _ => return None,
            };
            Some(Self::of(is_https, &Authority::read(rest)?))
        };
        read().ok_or_else(|| OriginError(text.chars().take(HOST_BYTES_MAX).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_an_authority_may_have_a_port() {
        let read =
            |text: &str| Authority::read(text).map(|Authority { host, port }| (host.to_string(), port));
        for (text, host, port) in [
            ("localhost", "localhost", None),
            ("LOCALHOST.:8620", "localhost", Some(8620)),
            ("127.0.0.1:", "127.0.0.1", None),
            ("[::1]", "[::1]", None),
            ("[0:0:0:0:0:0:0:1]:80", "[::1]", Some(80)),
            ("a_b-c.test:65535", "a_b-c.test", Some(65_535)),
        ] {
            assert_eq!(read(text), Some((host.to_owned(), port)), "{text}");
        }
        let long = "a".repeat(255);
        for text in [
            "", ".", ":80", "a:65536", "a:+1", "a:b", "a b", "a,b", "a/b", "user@a", "::1", "[::1", "[a]",
            "[::1]x", "a:1:2", "\u{e9}", "a%41", &long,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!("a.test:80".parse::<Host>().is_err(), "a setting names hosts without ports");
    }

    #[test]
    fn origins_are_the_same_when_scheme_host_and_port_are() {
        let origin = |text: &str| text.parse::<Origin>().ok();
        assert_eq!(origin("https://A.test"), origin("HTTPS://a.test:443"));
        assert_eq!(origin("http://a.test:80"), origin("http://a.test"));
        for (one, other) in [
            ("http://a.test", "https://a.test"),
            ("http://a.test", "http://a.test:81"),
            ("http://a", "http://b"),
        ] {
            assert_ne!(origin(one), origin(other));
        }
        for text in ["null", "", "a.test", "https://", "https://a.test/", "file://a", "https://a, https://b"]
        {
            assert_eq!(origin(text), None, "{text}");
        }
    }
}
