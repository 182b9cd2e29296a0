//! Alternative services of an origin (RFC 7838).

use crate::prepared::Prepared;
use faultfinder_net::Host;

/// Another place where an origin speaks HTTP/3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alternative {
    /// Its host; nothing where it is the origin's.
    pub(crate) host: Option<Host>,
    /// Its port.
    pub(crate) port: u16,
}

/// How many alternatives of an answer are looked at.
const ALTERNATIVES_MAX: usize = 32;

impl Alternative {
    /// `host:port`, as `alt-used` has it.
    pub(crate) fn authority(&self, prepared: &Prepared) -> String {
        format!("{}:{}", self.host.as_ref().unwrap_or(&prepared.host).before_port(), self.port)
    }
}

/// The first place that an answer's `alt-svc` names for HTTP/3.
pub(crate) fn http3(headers: &[(String, Vec<u8>)]) -> Option<Alternative> {
    let lines = headers.iter().filter(|(name, _)| name == "alt-svc");
    let texts: Vec<_> = lines.map(|(_, value)| String::from_utf8_lossy(value)).collect();
    texts.iter().flat_map(|text| split(text, ',')).take(ALTERNATIVES_MAX).find_map(read)
}

/// One alternative: `h3=":443"; ma=86400`.
fn read(text: &str) -> Option<Alternative> {
    let (protocol, authority) = split(text, ';').next()?.split_once('=')?;
    if protocol.trim() != "h3" {
        return None;
    }
    let authority = authority.trim().strip_prefix('"')?.strip_suffix('"')?;
    let (host, port) = authority.rsplit_once(':')?;
    let host = if host.is_empty() { None } else { Some(Host::parse(host, "alt-svc").ok()?) };
    let port = port.parse().ok().filter(|port| *port != 0)?;
    Some(Alternative { host, port })
}

/// The parts of a text between separators that are not in quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |character| {
        is_quoted ^= character == '"';
        character == separator && !is_quoted
    })
    .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: Option<(Option<&str>, u16)>) {
        let headers = [("alt-svc".to_owned(), value.as_bytes().to_vec())];
        let found = http3(&headers).map(|found| (found.host.map(|host| host.to_text()), found.port));
        assert_eq!(found, expected.map(|(host, port)| (host.map(str::to_owned), port)), "{value}");
    }

    #[test]
    fn the_first_place_for_http3_is_taken() {
        check(r#"h3=":443"; ma=86400"#, Some((None, 443)));
        check(r#"h2="a.test:1", h3-29=":2", h3="b.test:3"; ma=60; persist=1"#, Some((Some("b.test"), 3)));
        check(r#"h2="a,b:1";ma="x;y",h3="[::1]:8443""#, Some((Some("::1"), 8443)));
    }

    #[test]
    fn what_cannot_be_read_is_no_place() {
        for value in ["clear", "", "h3", "h3=443", "h3=\":\"", "h3=\":0\"", "h3=\"a b:1\"", "h3=\":99999\""] {
            check(value, None);
        }
    }
}
