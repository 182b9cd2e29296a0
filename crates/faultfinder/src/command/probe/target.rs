//! TARGET: a URL, a host, a host and a port.

use crate::exit::Failure;

/// The URL that a target stands for: without a scheme, that of the protocol with TLS; with the port 80, the plain one.
pub(super) fn url(target: &str, plain: &str, secure: &str) -> String {
    if target.contains("://") {
        return target.to_owned();
    }
    let authority = target.split(['/', '?', '#']).next().unwrap_or(target);
    let scheme = if authority.ends_with(":80") { plain } else { secure };
    format!("{scheme}://{target}")
}

/// The host and the port of `HOST`, `HOST:PORT`, `[IPV6]:PORT`, an IPv6 address, or a URL. `what` names the argument.
pub(super) fn host_and_port(target: &str, what: &str) -> Result<(String, Option<u16>), Failure> {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = if let Some(bracketed) = authority.strip_prefix('[') {
        let (host, after) = bracketed.split_once(']').unwrap_or((bracketed, ""));
        (host, after.strip_prefix(':'))
    } else if authority.matches(':').count() > 1 {
        (authority, None) // an IPv6 address without brackets
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    if host.is_empty() {
        return Err(Failure::usage(format!("{what}: `{target}` names no host")));
    }
    let port = port.map(|port| {
        port.parse::<u16>()
            .map_err(|_| Failure::usage(format!("{what}: `{port}` is not a port between 1 and 65535")))
    });
    Ok((host.to_owned(), port.transpose()?))
}

/// A host and a port as people write them.
pub(super) fn shown(host: &str, port: &str) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_in_every_form_that_people_write() {
        let rows = [
            ("a.test", "a.test", None),
            ("a.test:443", "a.test", Some(443)),
            ("https://u:p@a.test:8443/x?y#z", "a.test", Some(8443)),
            ("[::1]:25", "::1", Some(25)),
            ("::1", "::1", None),
            ("[::1]", "::1", None),
        ];
        for (target, host, port) in rows {
            assert_eq!(host_and_port(target, "TARGET").unwrap(), (host.to_owned(), port), "{target}");
        }
        assert!(host_and_port("a.test:99999", "TARGET").is_err());
        assert!(host_and_port(":443", "TARGET").is_err());
    }

    #[test]
    fn a_target_without_a_scheme_is_https_unless_its_port_says_http() {
        let rows = [
            ("a.test", "https://a.test"),
            ("a.test:80/x", "http://a.test:80/x"),
            ("a.test:8080", "https://a.test:8080"),
            ("ftp://a.test", "ftp://a.test"),
        ];
        for (target, expected) in rows {
            assert_eq!(url(target, "http", "https"), expected);
        }
    }
}
