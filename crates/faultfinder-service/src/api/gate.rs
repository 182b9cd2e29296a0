//! Who may not drive the service: pages in a browser on this host, or on one that reaches it.
//!
//! A browser sends what a page asks for wherever the page points to, also to loopback. Without a token, that is all it
//! takes to use this service. Two things stop it: a request names the service by a name that is its own, so that a page
//! whose name suddenly leads here (DNS rebinding) is refused; and a request that another origin's page has caused is
//! refused, on every route and with every token. Programs send none of the fields that browsers add.

use super::problem::{Problem, quoted};
use super::status::Status;
use crate::config::Config;
use crate::origin::{Authority, Host, Origin};
use faultfinder_taxonomy::ParameterLocation;
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderName, Uri};

/// The names of loopback.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// What says which page has caused a request (W3C Fetch Metadata).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Which requests may come in.
#[derive(Debug)]
pub(crate) struct Gate {
    /// The names of this service; nothing where tokens guard it.
    hosts: Option<Vec<Host>>,
    /// Origins of others that may send requests.
    origins: Vec<Origin>,
    is_https: bool,
}

impl Gate {
    pub(super) fn new(config: &Config) -> Self {
        let hosts = config.admin_token.is_none().then(|| {
            let listens = match config.listen.ip() {
                std::net::IpAddr::V4(address) => address.to_string(),
                std::net::IpAddr::V6(address) => format!("[{address}]"),
            };
            let own = LOOPBACK.into_iter().chain([listens.as_str()]).filter_map(|name| name.parse().ok());
            let mut hosts: Vec<Host> = Vec::new();
            for host in own.chain(config.allowed_hosts.iter().cloned()) {
                if !hosts.contains(&host) {
                    hosts.push(host);
                }
            }
            hosts
        });
        Self { hosts, origins: config.allowed_origins.clone(), is_https: config.tls.is_some() }
    }

    /// Looks at the target and the fields of a request.
    ///
    /// # Errors
    ///
    /// 400 if it does not name one host, 403 if it names another one or if another origin's page has caused it.
    pub(super) fn check(&self, target: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
        let authority = authority(target, headers)?;
        if let Some(hosts) = &self.hosts
            && !hosts.contains(&authority.host)
        {
            let names: Vec<String> = hosts.iter().map(Host::to_string).collect();
            return Err(Problem::new(
                Status::Forbidden,
                "HostNotAllowed",
                format!(
                    "Without an admin token, requests must name this service {}, not {}: see the setting allowed_hosts.",
                    names.join(", "),
                    quoted(&authority.host.to_string())
                ),
            ));
        }
        if is_public(target) {
            return Ok(());
        }
        self.check_origin(headers, &Origin::of(self.is_https, &authority))
    }

    fn check_origin(&self, headers: &HeaderMap, own: &Origin) -> Result<(), Problem> {
        let refused = |name: &HeaderName, value: &[u8]| {
            let found = quoted(&String::from_utf8_lossy(value));
            let message = format!(
                "A page of another origin caused this request ({name}: {found}): see the setting allowed_origins."
            );
            Err(Problem::new(Status::Forbidden, "OriginNotAllowed", message))
        };
        let mut is_allowed = false;
        for value in headers.get_all(ORIGIN) {
            let origin: Option<Origin> = value.to_str().ok().and_then(|text| text.parse().ok());
            is_allowed = origin.as_ref().is_some_and(|origin| self.origins.contains(origin));
            if !is_allowed && origin.as_ref() != Some(own) {
                return refused(&ORIGIN, value.as_bytes());
            }
        }
        for value in headers.get_all(SEC_FETCH_SITE) {
            // `none`: a person typed the address. What is not known here may mean anything.
            if !is_allowed && !matches!(value.as_bytes(), b"same-origin" | b"none") {
                return refused(&SEC_FETCH_SITE, value.as_bytes());
            }
        }
        Ok(())
    }
}

/// Whether this is for anyone, from whichever page: status pages have links and images on other sites, and change nothing.
fn is_public(target: &Uri) -> bool {
    target.path().starts_with("/status/")
}

/// Whom a request is for: one field `Host`, also in HTTP/1.0. A target that is a whole URL counts for more (RFC 9112
/// section 3.2.2).
fn authority(target: &Uri, headers: &HeaderMap) -> Result<Authority, Problem> {
    let wrong =
        |message: String| Problem::violation("InvalidHost", "host", message, ParameterLocation::Header);
    let mut fields = headers.get_all(HOST).into_iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return Err(wrong("must be given exactly once".to_owned()));
    };
    let read = |text: &str| {
        Authority::read(text)
            .ok_or_else(|| wrong(format!("must be a host with or without a port, found {}", quoted(text))))
    };
    let of_field = read(&String::from_utf8_lossy(field.as_bytes()))?;
    target.authority().map_or(Ok(of_field), |authority| read(authority.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::TokenHash;
    use std::net::SocketAddr;

    fn found(config: &Config, target: &str, fields: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, value.parse().unwrap());
        }
        Gate::new(config)
            .check(&target.parse().unwrap(), &headers)
            .map_or_else(|problem| problem.error_code.into_owned(), |()| String::new())
    }

    #[test]
    fn without_a_token_only_names_of_this_service_are_answered() {
        let listen: SocketAddr = "127.0.0.5:8620".parse().unwrap();
        let allowed_hosts = vec!["faultfinder.test".parse().unwrap()];
        let open = Config { listen, allowed_hosts, ..Config::default() };
        let locked = Config { admin_token: Some(TokenHash::of("a")), ..open.clone() };
        for (host, of_open) in [
            ("localhost", ""),
            ("LOCALHOST:1", ""),
            ("127.0.0.1:8620", ""),
            ("[::1]", ""),
            ("127.0.0.5:8620", ""),
            ("faultfinder.test", ""),
            ("evil.test", "HostNotAllowed"),
            ("localhost.evil.test", "HostNotAllowed"),
            ("127.0.0.2", "HostNotAllowed"),
            ("0.0.0.0:8620", "HostNotAllowed"),
        ] {
            assert_eq!(found(&open, "/", &[("host", host)]), of_open, "{host}");
            assert_eq!(found(&locked, "/", &[("host", host)]), "", "{host}");
        }
        for config in [&open, &locked] {
            for hosts in [
                &[][..],
                &[("host", "localhost"); 2],
                &[("host", "")],
                &[("host", "a b")],
                &[("host", "u@localhost")],
            ] {
                assert_eq!(found(config, "/", hosts), "InvalidHost", "{hosts:?}");
            }
        }
        // A target that is a whole URL says whom the request is for.
        let local = [("host", "localhost")];
        assert_eq!(found(&open, "http://evil.test/", &local), "HostNotAllowed");
        assert_eq!(found(&open, "http://user@localhost/", &local), "InvalidHost");
        assert_eq!(found(&open, "http://localhost/", &[("host", "evil.test")]), "");
    }

    #[test]
    fn what_another_origins_page_has_caused_is_refused_with_and_without_a_token() {
        let allowed_origins = vec!["https://dashboard.test".parse().unwrap()];
        let open = Config { allowed_origins, ..Config::default() };
        let locked = Config { admin_token: Some(TokenHash::of("a")), ..open.clone() };
        for (fields, is_refused) in [
            (&[][..], false),
            (&[("origin", "http://localhost:8620")], false),
            (&[("origin", "https://dashboard.test")], false),
            (&[("origin", "https://dashboard.test"), ("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")], false),
            (&[("origin", "null")], true),
            (&[("origin", "")], true),
            (&[("origin", "http://localhost")], true),
            (&[("origin", "https://localhost:8620")], true),
            (&[("origin", "http://dashboard.test")], true),
            (&[("origin", "http://localhost:8620"), ("origin", "null")], true),
            (&[("origin", "http://localhost:8620"), ("sec-fetch-site", "cross-site")], true),
            (&[("sec-fetch-site", "cross-site")], true),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], true),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], true),
            (&[("sec-fetch-site", "elsewhere")], true),
        ] {
            let fields = [&[("host", "localhost:8620")], fields].concat();
            let expected = if is_refused { "OriginNotAllowed" } else { "" };
            for config in [&open, &locked] {
                assert_eq!(found(config, "/", &fields), expected, "{fields:?}");
            }
        }
    }
}
