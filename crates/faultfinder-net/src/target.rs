//! The target of a URL.

use crate::{Host, Login};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use url::Url;

/// Parses a URL with one of these schemes. `field` is what it is called in faults: `http.url`. The interface of a link-local
/// address is left out: [`through_interface`] adds it to the host.
///
/// # Errors
///
/// `INVALID_REQUEST` when the URL or its host cannot be parsed; `UNESCAPED_CHARACTERS_IN_REQUEST_PATH` when its path
/// has characters that must be percent-encoded. `other_scheme` returns the fault for any other scheme.
pub fn parse_url(
    text: &str,
    field: &str,
    schemes: &[&str],
    other_scheme: impl FnOnce(&str) -> Fault,
) -> Result<Url, Fault> {
    let text = text.trim();
    let whole = interface(text).map(|(start, end)| {
        let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
        format!("{before}{after}")
    });
    let text = whole.as_deref().unwrap_or(text);
    let url = Url::parse(text).map_err(|error| {
        // A label that is too long or empty is distinguished from other invalid hosts.
        if let Some(host) = raw_host(text).filter(|host| !host.is_empty())
            && let Err(fault) = Host::parse(host, field)
        {
            return fault;
        }
        let hint = match schemes.last() {
            Some(scheme) if !text.contains("://") => format!(": it needs a scheme, such as {scheme}://"),
            _ => String::new(),
        };
        invalid("ERR_INVALID_URL", field, format!("the URL cannot be read: {error}{hint}"))
    })?;
    if !schemes.contains(&url.scheme()) {
        return Err(other_scheme(url.scheme()));
    }
    check_path(text, field)?;
    Ok(url)
}

/// The host and port of a URL.
///
/// # Errors
///
/// `INVALID_REQUEST` naming `field`, when it has no host or the port is 0.
pub fn destination(url: &Url, field: &str) -> Result<(Host, u16), Fault> {
    let host =
        url.host_str().ok_or_else(|| invalid("ERR_INVALID_URL", field, "the URL has no host".to_owned()))?;
    let host = Host::parse(host, field)?;
    let port = url.port_or_known_default().unwrap_or_default();
    if port == 0 {
        return Err(invalid("ERR_SOCKET_BAD_PORT", field, "port 0 cannot be connected to".to_owned()));
    }
    Ok((host, port))
}

/// The host of a URL, with the interface that the URL as it is written has for a link-local address: `[fe80::1%25eth0]`
/// (RFC 6874 section 2), or with a bare `%`, as people write it.
#[must_use]
pub fn through_interface(host: Host, text: &str) -> Host {
    let text = text.trim();
    let written = interface(text).and_then(|(start, end)| text.get(start..end));
    match (&host, written) {
        (Host::Address(std::net::IpAddr::V6(address)), Some(written)) if address.is_unicast_link_local() => {
            let name = written.strip_prefix("%25").or_else(|| written.strip_prefix('%')).unwrap_or(written);
            Host::LinkLocal(*address, name.to_owned())
        }
        _ => host,
    }
}

/// Where a URL has the interface of an IPv6 address, with its percent sign; only for a link-local address.
fn interface(text: &str) -> Option<(usize, usize)> {
    // Nearly no URL has one, and this is cheaper to see.
    if !text.contains('[') {
        return None;
    }
    let authority = text.find("://")? + 3;
    let rest = text.get(authority..)?;
    let rest = rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len()))?;
    let bracket = rest.find('[')?;
    let end = rest.find(']').filter(|end| *end > bracket)?;
    let inside = rest.get(bracket + 1..end)?;
    let (address, name) = inside.split_once('%')?;
    let address: std::net::Ipv6Addr = address.parse().ok()?;
    let is_name = !matches!(name, "" | "25") && address.is_unicast_link_local();
    let start = authority + end - name.len() - 1;
    is_name.then_some((start, authority + end))
}

/// Removes user and password from a URL: they become credentials.
pub fn take_userinfo(url: &mut Url) -> Option<Login> {
    let login = Login::of_url(url)?;
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(login)
}

/// The host in a text that may be a URL, unchanged.
fn raw_host(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Some(host.split(':').next().unwrap_or(host)).filter(|host| !host.starts_with('['))
}

/// Rejects blanks and control characters in the path and query, which other clients would send unchanged.
fn check_path(text: &str, field: &str) -> Result<(), Fault> {
    let Some((_, rest)) = text.split_once("://") else { return Ok(()) };
    let path_at = rest.find(['/', '?']).unwrap_or(rest.len());
    let path = rest.get(path_at..).unwrap_or_default().split('#').next().unwrap_or_default();
    // All of them are one byte long.
    match path.bytes().find(|byte| *byte <= b' ' || *byte == b'\x7f').map(char::from) {
        None => Ok(()),
        Some(character) => {
            let detail = Detail::definition("ERR_UNESCAPED_CHARACTERS", field);
            let found = match character {
                ' ' => "a space".to_owned(),
                character => format!("the character U+{:04X}", u32::from(character)),
            };
            let message =
                format!("the path has {found}, which must be percent-encoded: %{:02X}", u32::from(character));
            Err(Fault::new(Code::UnescapedCharactersInRequestPath, Phase::Config, detail, message))
        }
    }
}

fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_local_address_has_its_interface_in_the_url() {
        let read = |text: &str| {
            let url = parse_url(text, "http.url", &["http"], |scheme| {
                invalid("SyntaxError", "http.url", scheme.to_owned())
            })?;
            let (host, port) = destination(&url, "http.url")?;
            Ok::<_, Fault>((through_interface(host, text).to_text(), port, url.to_string()))
        };
        for text in ["http://u:p@[fe80::1%25eth0]:81/a%25b", " http://u:p@[fe80::1%eth0]:81/a%25b"] {
            let (host, port, url) = read(text).unwrap();
            assert_eq!((host.as_str(), port), ("fe80::1%eth0", 81), "{text}");
            assert_eq!(url, "http://u:p@[fe80::1]:81/a%25b");
        }
        assert_eq!(read("http://[fe80::1]/").unwrap().0, "fe80::1");
        for text in
            ["http://[2001:db8::1%25eth0]/", "http://[fe80::1%25]/", "http://[fe80::1%]/", "http://[%eth0]/"]
        {
            assert_eq!(read(text).unwrap_err().detail.name(), "ERR_INVALID_URL", "{text}");
        }
    }

    #[test]
    fn urls_are_read_with_their_scheme_and_refused_by_name() {
        let read = |text| {
            parse_url(text, "ws.url", &["ws", "wss"], |scheme| {
                invalid("SyntaxError", "ws.url", scheme.to_owned())
            })
        };
        for (text, name) in [
            ("shop.example/feed", "ERR_INVALID_URL"),
            ("http://shop.example/", "SyntaxError"),
            ("ws://[::1/", "ERR_INVALID_URL"),
            ("ws://a..b/", "EBADNAME"),
            ("ws://shop.example/a b", "ERR_UNESCAPED_CHARACTERS"),
        ] {
            assert_eq!(
                read(text).and_then(|url| destination(&url, "ws.url")).unwrap_err().detail.name(),
                name,
                "{text}"
            );
        }
        let mut url = read("wss://u:p%40ss@shop.example/feed").unwrap();
        let login = Login { username: "u".to_owned(), password: "p@ss".to_owned() };
        assert_eq!(take_userinfo(&mut url), Some(login));
        assert_eq!(destination(&url, "ws.url").unwrap(), (Host::Name("shop.example".to_owned()), 443));
        assert_eq!(
            destination(&read("ws://a.test:0/").unwrap(), "ws.url").unwrap_err().detail.name(),
            "ERR_SOCKET_BAD_PORT"
        );
    }
}
