//! What a SOCKS5 proxy answers.

use std::borrow::Cow;

/// The reply of a SOCKS5 proxy to a request (RFC 1928 section 6), by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SocksReply(u8);

/// Names, what they mean, and what to do about it; the index is the number.
const REPLIES: &[(&str, &str, &str)] = &[
    ("succeeded", "the tunnel is open", "nothing to do"),
    ("general_failure", "the proxy failed without a specific reason", "check the proxy's log"),
    (
        "connection_not_allowed",
        "the proxy's rules forbid this target",
        "allow the target, or this client, in the proxy's rules",
    ),
    (
        "network_unreachable",
        "the proxy has no route to the target's network",
        "check the proxy's routes; it may have no IPv6",
    ),
    (
        "host_unreachable",
        "the proxy cannot reach the target, or cannot resolve its name",
        "check the target's name and address as the proxy sees them",
    ),
    (
        "connection_refused",
        "the target refused the proxy",
        "check that the target listens and allows the proxy",
    ),
    (
        "ttl_expired",
        "the proxy got no response from the target in time",
        "check the route from the proxy to the target",
    ),
    ("command_not_supported", "the proxy does not connect to targets", "use a proxy that supports CONNECT"),
    (
        "address_type_not_supported",
        "the proxy does not support this type of address",
        "use socks5h:// to send the name, or socks5:// to send an address; see `ip` for its family",
    ),
];

impl SocksReply {
    /// The reply of that number, known or not.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// All named replies.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).zip(REPLIES).map(|(number, _)| Self(number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Its name; `reply_N` for one without.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        self.row().map_or_else(|| Cow::Owned(format!("reply_{}", self.0)), |row| Cow::Borrowed(row.0))
    }

    /// What it means, as a sentence fragment.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.row().map_or("the proxy gave a reply that RFC 1928 does not define", |row| row.1)
    }

    /// What to do about it, if there is advice.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        self.row().map(|row| row.2)
    }

    fn row(self) -> Option<&'static (&'static str, &'static str, &'static str)> {
        REPLIES.get(usize::from(self.0))
    }
}

/// What to do about the detail of that name, if there is advice.
pub(crate) fn hint(name: &str) -> Option<&'static str> {
    Some(match name {
        "no_acceptable_method" => "put the proxy's credentials into its URL: socks5://user:password@host",
        "credentials_refused" => "check the user name and password in the proxy's URL",
        "not_socks" => {
            "check the proxy's scheme and port: http:// or https:// is for proxies that speak HTTP"
        }
        other => return SocksReply::all().find(|reply| reply.name() == other)?.hint(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_document() {
        assert_eq!(SocksReply::new(5).name(), "connection_refused");
        assert_eq!(SocksReply::new(8).name(), "address_type_not_supported");
        assert_eq!(SocksReply::new(200).name(), "reply_200");
    }
}
