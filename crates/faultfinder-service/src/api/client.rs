//! Whose request it is: the address of the client, also behind proxies that are trusted.
//!
//! A proxy that is trusted says in `Forwarded` (RFC 7239) or `X-Forwarded-For` from whom it has a request. Every proxy adds
//! the address that it sees to the end of the list, so the list is read from its end, and what precedes the first
//! address that is not a trusted proxy can be invented. From anyone else both fields mean nothing.

use faultfinder_net::Network;
use http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, SocketAddr};

/// Most proxies of one request that are looked at.
const PROXIES_MAX: usize = 32;
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whose request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    /// The nearest address that is not a trusted proxy; that of a proxy when it does not say from whom it has the request.
    pub(crate) address: IpAddr,
    /// Whether the connection is a proxy's, which many clients share.
    pub(crate) is_forwarded: bool,
}

impl Client {
    /// The client of a request with these fields, which came over a connection of this peer.
    pub(super) fn of(peer: SocketAddr, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let peer = peer.ip().to_canonical();
        let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
        if !is_trusted(peer) {
            return Self { address: peer, is_forwarded: false };
        }
        let nearest = |hops: Vec<Option<IpAddr>>| {
            let mut nearest = peer;
            for hop in hops.into_iter().rev().take(PROXIES_MAX) {
                // A proxy that hides from whom it has a request is the nearest that is known.
                let Some(hop) = hop else { break };
                nearest = hop;
                if !is_trusted(hop) {
                    break;
                }
            }
            nearest
        };
        let (forwarded, older) = (hops(headers, header::FORWARDED), hops(headers, X_FORWARDED_FOR));
        let address = match (forwarded.is_empty(), older.is_empty()) {
            (false, true) => nearest(forwarded),
            (true, _) => nearest(older),
            // A proxy writes one of the two and passes the other on as the client wrote it. Which one is not known, so
            // they count only if they agree.
            (false, false) => Some(nearest(forwarded)).filter(|one| *one == nearest(older)).unwrap_or(peer),
        };
        Self { address, is_forwarded: address != peer }
    }
}

/// The addresses that a field lists, the nearest last; nothing for one that is hidden or cannot be read.
fn hops(headers: &HeaderMap, name: HeaderName) -> Vec<Option<IpAddr>> {
    let is_forwarded = name == header::FORWARDED;
    let mut hops = Vec::new();
    for value in headers.get_all(name) {
        let Ok(text) = value.to_str() else {
            hops.push(None);
            continue;
        };
        for element in parts(text, ',') {
            hops.push(if is_forwarded { forwarded_for(element) } else { node(element.trim()) });
        }
    }
    hops
}

/// The parts of a text between separators that are not in quotes.
fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |letter: char| {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => return !is_quoted && letter == separator,
        }
        false
    })
}

/// The address of `for=` in an element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let (_, value) = parts(element, ';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let value = value.trim();
    // An address and its port have nothing that needs an escape.
    node(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// An address with or without its port (RFC 7239 section 6); nothing for `unknown` and names that hide it.
fn node(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(bare).or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, fields: &[(&'static str, &str)], address: &str) {
        let trusted: Vec<Network> =
            ["127.0.0.1", "10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap()).into();
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, value.parse().unwrap());
        }
        let client = Client::of(SocketAddr::new(peer.parse().unwrap(), 1), &headers, &trusted);
        assert_eq!(client.address.to_string(), address, "{peer} {fields:?}");
        assert_eq!(client.is_forwarded, address != peer.trim_start_matches("::ffff:"), "{peer} {fields:?}");
    }

    #[test]
    fn the_nearest_address_that_is_not_a_trusted_proxy_is_the_clients() {
        let forwarded = "forwarded";
        let older = "x-forwarded-for";
        for (value, address) in [
            ("192.0.2.1", "192.0.2.1"),
            ("203.0.113.9, 192.0.2.1", "192.0.2.1"),
            ("203.0.113.9, 192.0.2.1, 10.1.1.1", "192.0.2.1"),
            ("10.2.2.2, 10.1.1.1", "10.2.2.2"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:99", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("192.0.2.1, unknown", "127.0.0.1"),
            ("192.0.2.1, ", "127.0.0.1"),
            ("", "127.0.0.1"),
        ] {
            check("127.0.0.1", &[(older, value)], address);
        }
        for (value, address) in [
            ("for=192.0.2.1", "192.0.2.1"),
            ("For=\"192.0.2.1:80\";proto=https;by=10.0.0.1", "192.0.2.1"),
            ("proto=https; for=\"[2001:db8::1]:99\"", "2001:db8::1"),
            ("for=203.0.113.9, for=192.0.2.1;by=\"a,b;for=203.0.113.8\", for=10.0.0.7", "192.0.2.1"),
            ("for=192.0.2.1, for=_hidden", "127.0.0.1"),
            ("for=192.0.2.1, for=unknown", "127.0.0.1"),
            ("for=192.0.2.1, proto=http", "127.0.0.1"),
        ] {
            check("127.0.0.1", &[(forwarded, value)], address);
        }
        check("127.0.0.1", &[(older, "203.0.113.9"), (older, "192.0.2.1")], "192.0.2.1");
        check("::ffff:127.0.0.1", &[(older, "192.0.2.1")], "192.0.2.1");
        check("127.0.0.1", &[], "127.0.0.1");
    }

    #[test]
    fn nobody_invents_an_address() {
        // Who is not a proxy of ours.
        for field in ["forwarded", "x-forwarded-for"] {
            check("192.0.2.7", &[(field, "for=203.0.113.9")], "192.0.2.7");
            check("192.0.2.7", &[(field, "203.0.113.9")], "192.0.2.7");
        }
        // What a proxy passes on as it was, beside what it wrote.
        let wrote = ("x-forwarded-for", "192.0.2.1");
        check("127.0.0.1", &[wrote, ("forwarded", "for=203.0.113.9")], "127.0.0.1");
        check("127.0.0.1", &[wrote, ("forwarded", "for=192.0.2.1")], "192.0.2.1");
    }
}
