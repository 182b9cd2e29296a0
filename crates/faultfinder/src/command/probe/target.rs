//! TARGET: a URL, a host, a host and a port.

use crate::exit::Failure;
use crate::ipv6;

/// The URL that a target stands for: without a scheme, that of the protocol with TLS; with the port 80, the plain one.
///
/// # Errors
///
/// When it is an IPv6 address without brackets: nobody can tell where its port begins.
pub(super) fn url(target: &str, plain: &str, secure: &str) -> Result<String, Failure> {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let whole = |host: &str| target.replacen(authority, host, 1);
    let alone = || ipv6::is_address(authority).then(|| format!("write {}", whole(&format!("[{authority}]"))));
    if let Some(help) = ipv6::in_doubt(authority, whole).or_else(alone) {
        return Err(without_brackets(target, "TARGET", help));
    }
    if target.contains("://") {
        return Ok(target.to_owned());
    }
    let scheme = if authority.ends_with(":80") { plain } else { secure };
    Ok(format!("{scheme}://{target}"))
}

fn without_brackets(target: &str, what: &str, help: String) -> Failure {
    Failure::usage_with_help(format!("{what}: `{target}` has an IPv6 address without brackets"), help)
}

/// The host and the port of `HOST`, `HOST:PORT`, `[IPV6]:PORT`, an IPv6 address, or a URL. `what` names the argument.
///
/// # Errors
///
/// When the port is not one, no host is named, or nobody can tell whether the end of an IPv6 address is its port.
pub(super) fn host_and_port(target: &str, what: &str) -> Result<(String, Option<u16>), Failure> {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = if let Some(bracketed) = authority.strip_prefix('[') {
        let (host, after) = bracketed.split_once(']').unwrap_or((bracketed, ""));
        (host, after.strip_prefix(':'))
    } else if authority.matches(':').count() > 1 {
        // An IPv6 address without brackets.
        if let Some(help) = ipv6::in_doubt(authority, |host| target.replacen(authority, host, 1)) {
            return Err(without_brackets(target, what, help));
        }
        (authority, None)
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    if host.is_empty() {
        let port = port.unwrap_or("PORT");
        return Err(Failure::usage_with_help(
            format!("{what}: `{target}` names no host"),
            format!("write the host before the port: localhost:{port}"),
        ));
    }
    let port = port.map(|port| {
        port.parse::<u16>().map_err(|_| {
            Failure::usage_with_help(
                format!("{what}: `{port}` is not a port between 1 and 65535"),
                format!("write the number of the port: {}", shown(host, "443")),
            )
        })
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
        for (target, help) in [
            ("::1:53", "write [::1]:53 with a port, or [::1:53] if all of it is the address"),
            ("tls://fe80::1%eth0:853/x", "write tls://[fe80::1%eth0]:853/x"),
        ] {
            let Err(Failure::Usage { message, help: found, .. }) = host_and_port(target, "--server") else {
                panic!("{target}")
            };
            assert_eq!(message, format!("--server: `{target}` has an IPv6 address without brackets"));
            assert_eq!(found.as_deref(), Some(help));
        }
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
            assert_eq!(url(target, "http", "https").unwrap(), expected);
        }
    }

    #[test]
    fn an_address_without_brackets_is_answered_with_how_to_write_it() {
        let rows = [
            ("::1", Some("write [::1]")),
            ("::1:80", Some("write [::1]:80 with a port, or [::1:80] if all of it is the address")),
            ("::1:65535", Some("write [::1]:65535")),
            ("https://2001:db8::1/x", Some("write https://[2001:db8::1]/x")),
            ("[::1]:80", None),
            ("a.test:80", None),
        ];
        for (target, expected) in rows {
            let found = match url(target, "http", "https") {
                Err(Failure::Usage { help, .. }) => help,
                _ => None,
            };
            assert_eq!(found.as_deref(), expected, "{target}");
        }
    }
}
