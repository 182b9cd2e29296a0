//! Options that every request has for reaching the target.

#[cfg(feature = "tls")]
use crate::tls::TlsOptions;
use crate::{Deadline, Host, Shared, interface_index};
use faultfinder_taxonomy::word::{AddressChoice, IpVersion, ProxyProtocol, Transport};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, TimeoutScope};
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
#[cfg(feature = "tls")]
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

/// Options that every request has for reaching the target, whatever the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientOptions {
    /// Timeout of the request, from the first step to the last byte of the response. Default: 60 s.
    pub timeout: Duration,
    /// Timeout of the attempt with its assertions. Default: 60 s.
    pub overall_timeout: Duration,
    /// Which address families are used.
    pub ip: IpVersion,
    /// Which of several addresses are used.
    pub address: AddressChoice,
    /// The name server to ask instead of the system's.
    pub resolver: Option<ResolverOptions>,
    /// Names that are not looked up but taken from here; compared as names are: without regard to case or a final dot, and
    /// with letters outside ASCII as A-labels.
    pub resolve: Vec<(String, IpAddr)>,
    /// The local address to connect from.
    pub source_address: Option<IpAddr>,
    /// The version of the PROXY protocol with which TCP connections to the target begin; none do by default. Not said to proxies,
    /// name servers, and servers of revocation data.
    pub proxy_protocol: Option<ProxyProtocol>,
    /// The Unix domain socket that connections to the target go to; its name is not resolved then. Name servers, token endpoints
    /// and servers of revocation data are reached as always.
    #[cfg(feature = "tls")]
    pub unix_socket: Option<PathBuf>,
}

/// A name server that the test names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResolverOptions {
    /// Its address.
    pub server: IpAddr,
    /// The interface through which a link-local address is reached, by name or number.
    pub interface: Option<String>,
    /// Its port. Default: 53.
    pub port: u16,
    /// Its transport. `dot` and `doh` need the feature `tls`, `doq` needs `quic`.
    pub transport: Transport,
    /// TLS settings, if the transport uses TLS. Without a server name, the certificate must contain the server's
    /// address.
    #[cfg(feature = "tls")]
    pub tls: Shared<TlsOptions>,
    /// The path of the URL, if the transport is HTTP.
    #[cfg(feature = "tls")]
    pub path: String,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            timeout: Self::TIMEOUT,
            overall_timeout: Self::TIMEOUT,
            ip: IpVersion::Any,
            address: AddressChoice::Any,
            resolver: None,
            resolve: Vec::new(),
            source_address: None,
            proxy_protocol: None,
            #[cfg(feature = "tls")]
            unix_socket: None,
        }
    }
}

/// The default settings are in memory once.
impl Default for Shared<ClientOptions> {
    fn default() -> Self {
        static DEFAULT: LazyLock<Shared<ClientOptions>> = LazyLock::new(|| ClientOptions::default().into());
        DEFAULT.clone()
    }
}

impl ClientOptions {
    /// The default timeout of a request and of an attempt.
    pub const TIMEOUT: Duration = Duration::from_secs(60);

    /// The moment at which time runs out, counted from now: the timeout of the request or of the attempt, whichever
    /// is shorter.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        if self.overall_timeout < self.timeout {
            Deadline::after(self.overall_timeout, TimeoutScope::Overall)
        } else {
            Deadline::after(self.timeout, TimeoutScope::Request)
        }
    }

    /// The addresses that [`resolve`](Self::resolve) has for a name in ASCII.
    #[must_use]
    pub fn overrides(&self, name: &str) -> Vec<IpAddr> {
        let of_name = self.resolve.iter().filter(|(other, _)| is_same_name(other, name));
        of_name.map(|(_, address)| *address).collect()
    }

    /// Makes this the only address of a name in ASCII.
    pub fn pin(&mut self, name: &str, address: IpAddr) {
        self.resolve.retain(|(other, _)| !is_same_name(other, name));
        self.resolve.push((name.to_owned(), address));
    }

    /// Whether an address has the requested IP version.
    #[must_use]
    pub const fn admits(&self, address: IpAddr) -> bool {
        match self.ip {
            IpVersion::Any => true,
            IpVersion::V4 => address.is_ipv4(),
            IpVersion::V6 => address.is_ipv6(),
        }
    }
}

/// Whether a name as it is written is this name in ASCII.
fn is_same_name(written: &str, name: &str) -> bool {
    fn bare(name: &str) -> &str {
        name.strip_suffix('.').unwrap_or(name)
    }
    if written.is_ascii() {
        return bare(written).eq_ignore_ascii_case(bare(name));
    }
    let ascii = Host::parse(written, "resolve").ok();
    ascii.as_ref().and_then(Host::name).is_some_and(|ascii| bare(ascii).eq_ignore_ascii_case(bare(name)))
}

impl ResolverOptions {
    /// The default path of DoH servers (RFC 8484 section 4.1 has it in its examples).
    pub const PATH: &'static str = "/dns-query";

    /// The server at this address, port 53, over UDP.
    #[must_use]
    pub fn new(server: IpAddr) -> Self {
        Self {
            server,
            interface: None,
            port: 53,
            transport: Transport::Udp,
            #[cfg(feature = "tls")]
            tls: Shared::default(),
            #[cfg(feature = "tls")]
            path: Self::PATH.to_owned(),
        }
    }

    /// Where it is: a link-local address through its interface.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` when this host has no such interface, or a link-local address names none: it is on every link
    /// (RFC 4007 section 6).
    pub fn place(&self) -> Result<SocketAddr, Fault> {
        let invalid = |message: String| {
            let detail = Detail::definition("ERR_INVALID_URL", "resolver.server");
            Fault::new(Code::InvalidRequest, Phase::Config, detail, message)
        };
        let IpAddr::V6(address) = self.server else { return Ok(SocketAddr::new(self.server, self.port)) };
        let scope = match &self.interface {
            Some(interface) => interface_index(interface).ok_or_else(|| {
                invalid(format!("{address}%{interface}: this host has no interface {interface}"))
            })?,
            None if address.is_unicast_link_local() => {
                let message = format!(
                    "{address} is a link-local address and needs its interface, such as {address}%eth0"
                );
                return Err(invalid(message));
            }
            None => 0,
        };
        Ok(SocketAddrV6::new(address, self.port, 0, scope).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_local_server_is_reached_through_its_interface() {
        let place = |server: &str, interface: Option<&str>| {
            let interface = interface.map(str::to_owned);
            ResolverOptions { interface, ..ResolverOptions::new(server.parse().unwrap()) }.place()
        };
        let index = interface_index("lo").unwrap();
        for (server, interface, expected) in [
            ("192.0.2.1", None, "192.0.2.1:53".to_owned()),
            ("2001:db8::1", None, "[2001:db8::1]:53".to_owned()),
            ("fe80::1", Some("lo"), format!("[fe80::1%{index}]:53")),
            ("fe80::1", Some("7"), "[fe80::1%7]:53".to_owned()),
        ] {
            assert_eq!(place(server, interface).unwrap().to_string(), expected);
        }
        for (interface, words) in [
            (None, "fe80::1 is a link-local address and needs"),
            (Some("no-such-link"), "no interface no-such-link"),
        ] {
            let fault = place("fe80::1", interface).unwrap_err();
            assert!(fault.message.contains(words), "{}", fault.message);
            assert_eq!(fault.code, Code::InvalidRequest);
        }
    }

    #[test]
    fn names_that_are_not_looked_up_are_compared_as_names_are() {
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        for (written, name, expected) in [
            ("shop.test", "shop.test", true),
            ("Shop.Test", "shop.test.", true),
            ("shop.test.", "shop.test", true),
            ("b\u{fc}cher.test", "xn--bcher-kva.test", true),
            ("B\u{dc}CHER.test.", "xn--bcher-kva.test", true),
            ("b\u{fc}cher.test", "bcher.test", false),
            ("www.shop.test", "shop.test", false),
        ] {
            let mut options =
                ClientOptions { resolve: vec![(written.to_owned(), address)], ..ClientOptions::default() };
            assert_eq!(!options.overrides(name).is_empty(), expected, "{written} {name}");
            let pinned: IpAddr = "192.0.2.2".parse().unwrap();
            options.pin(name, pinned);
            assert_eq!(options.overrides(name), [pinned], "{written} {name}");
        }
    }
}
