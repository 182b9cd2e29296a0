//! The server that is asked.

use crate::Request;
use faultfinder_net::dns::{Server, check_transport, default_port, is_secure};
use faultfinder_net::{Checks, Host, ResolverOptions, Trace, Vantage, candidates, resolve};
use faultfinder_taxonomy::word::Transport;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use url::Url;

/// Most addresses of one server that are asked.
const ADDRESSES_MAX: usize = 8;

/// The server to ask, at each of its addresses: the one that is named, or the system's first one. Never empty.
pub(crate) async fn find(
    vantage: &Vantage,
    request: &Request,
    trace: &mut Trace,
) -> Result<Vec<Server>, Fault> {
    let transport = request.transport;
    check_transport(transport, "dns.transport")?;
    if request.port == Some(0) {
        return Err(port_0());
    }
    let Some(written) = &request.server else {
        trace.enter(Phase::Resolve);
        let first = vantage.resolver().first_server()?;
        let of_transport = if is_secure(transport) { default_port(transport) } else { first.port() };
        let mut address = first;
        address.set_port(request.port.unwrap_or(of_transport));
        return Ok(vec![Server {
            #[cfg(feature = "tls")]
            tls: request.tls.clone(),
            ..Server::plain(address, transport)
        }]);
    };
    let named = Named::read(written, request)?;
    let addresses = resolve(vantage, &named.host, &request.client, trace).await?;
    let servers: Vec<Server> = candidates(&addresses, &request.client)
        .into_iter()
        .take(ADDRESSES_MAX)
        .map(|address| Server {
            host: named.host.clone(),
            #[cfg(feature = "tls")]
            tls: request.tls.clone(),
            #[cfg(feature = "tls")]
            path: named.path.clone(),
            ..Server::plain(trace.place(address, named.port), transport)
        })
        .collect();
    if servers.is_empty() {
        let message = format!("{written} has no address of the IP version that the test requires");
        return Err(invalid("ERR_INVALID_URL", "dns.server", message));
    }
    Ok(servers)
}

/// What is wrong with what a request says of its server, as far as it shows before anything is sent.
pub(crate) fn check(request: &Request, checks: &mut Checks) {
    checks.take(check_transport(request.transport, "dns.transport"));
    if request.port == Some(0) {
        checks.take::<()>(Err(port_0()));
    }
    if let Some(written) = &request.server {
        checks.take(Named::read(written, request));
    }
}

fn port_0() -> Fault {
    invalid("ERR_SOCKET_BAD_PORT", "dns.port", "port 0 is not a valid port".to_owned())
}

/// What a definition says of a server.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    host: Host,
    port: u16,
    /// Used over HTTPS only.
    path: String,
}

impl Named {
    fn read(written: &str, request: &Request) -> Result<Self, Fault> {
        if !written.contains("://") {
            let (host, own) = host_and_port(written)?;
            if let (Some(own), Some(port)) = (own, request.port)
                && own != port
            {
                let message = format!("{written:?} and `port: {port}` name two ports");
                return Err(invalid("ERR_SOCKET_BAD_PORT", "dns.port", message));
            }
            return Ok(Self {
                host: Host::parse(host, "dns.server")?,
                port: own.or(request.port).unwrap_or_else(|| default_port(request.transport)),
                path: ResolverOptions::PATH.to_owned(),
            });
        }
        // The template of RFC 8484 is for GET; POST goes to the path alone.
        let url = Url::parse(written.strip_suffix("{?dns}").unwrap_or(written)).map_err(|error| {
            invalid("ERR_INVALID_URL", "dns.server", format!("{written:?} is not a URL: {error}"))
        })?;
        if url.scheme() != "https" {
            let message = format!("{written:?} is not an https URL, which DoH requires");
            return Err(invalid("ERR_UNSUPPORTED_PROTOCOL", "dns.server", message));
        }
        if request.transport != Transport::Doh {
            let message =
                format!("a URL as server requires the transport doh, not {}", request.transport.as_str());
            return Err(invalid("ERR_INVALID_URL", "dns.transport", message));
        }
        let host = Host::parse(url.host_str().unwrap_or_default(), "dns.server")?;
        let port = url.port().or(request.port).unwrap_or(default_port(Transport::Doh));
        let mut path =
            if url.path() == "/" { ResolverOptions::PATH.to_owned() } else { url.path().to_owned() };
        if let Some(query) = url.query() {
            path.push('?');
            path.push_str(query);
        }
        Ok(Self { host, port, path })
    }
}

/// A host, and its port if it is written `HOST#PORT`, as in the configuration of resolvers (unbound.conf, dnsmasq).
fn host_and_port(written: &str) -> Result<(&str, Option<u16>), Fault> {
    let Some((host, port)) = written.split_once('#') else { return Ok((written, None)) };
    let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(|| {
        let message = format!("{written:?}: {port:?} is not a port from 1 to 65535");
        invalid("ERR_SOCKET_BAD_PORT", "dns.server", message)
    })?;
    Ok((host, Some(port)))
}

fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_addresses_names_or_urls() {
        let doh = Request { transport: Transport::Doh, ..Request::new("a.test") };
        let dot = Request { transport: Transport::Dot, ..Request::new("a.test") };
        let ported = Request { port: Some(8443), ..doh.clone() };
        for (written, request, host, port, path) in [
            ("9.9.9.9", &dot, "9.9.9.9", 853, "/dns-query"),
            ("dns.test", &doh, "dns.test", 443, "/dns-query"),
            ("https://dns.test", &doh, "dns.test", 443, "/dns-query"),
            ("https://dns.test:444/q{?dns}", &ported, "dns.test", 444, "/q"),
            ("https://dns.test/q?x=y", &ported, "dns.test", 8443, "/q?x=y"),
            ("https://[::1]/q", &doh, "::1", 443, "/q"),
            ("9.9.9.9#8853", &dot, "9.9.9.9", 8853, "/dns-query"),
            ("::1#53", &dot, "::1", 53, "/dns-query"),
            ("[::1]#53", &dot, "::1", 53, "/dns-query"),
            ("dns.test#8443", &ported, "dns.test", 8443, "/dns-query"),
        ] {
            let named = Named::read(written, request).unwrap();
            let found = (named.host.to_text(), named.port, named.path.as_str());
            assert_eq!(found, (host.to_owned(), port, path), "{written}");
        }
        for (written, request, field) in [
            ("http://dns.test/q", &doh, "dns.server"),
            ("https://dns.test/q", &dot, "dns.transport"),
            ("https://", &doh, "dns.server"),
            ("9.9.9.9#0", &dot, "dns.server"),
            ("9.9.9.9#dns", &dot, "dns.server"),
            ("9.9.9.9#65536", &dot, "dns.server"),
            ("9.9.9.9#53", &ported, "dns.port"),
        ] {
            let fault = Named::read(written, request).unwrap_err();
            assert_eq!(fault.code, Code::InvalidRequest);
            let Detail::Definition { field: found, .. } = &fault.detail else { panic!("{fault:?}") };
            assert_eq!(found, field, "{written}");
        }
    }
}
