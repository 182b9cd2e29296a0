//! Options that every request has for reaching the target.

use crate::Deadline;
#[cfg(feature = "tls")]
use crate::tls::TlsOptions;
use faultfinder_taxonomy::TimeoutScope;
use faultfinder_taxonomy::word::{AddressChoice, IpVersion, Transport};
use std::net::IpAddr;
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
    /// Names that are not looked up but taken from here; compared without regard to case.
    pub resolve: Vec<(String, IpAddr)>,
    /// The local address to connect from.
    pub source_address: Option<IpAddr>,
}

/// A name server that the test names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResolverOptions {
    /// Its address.
    pub server: IpAddr,
    /// Its port. Default: 53.
    pub port: u16,
    /// Its transport. `dot` and `doh` need the feature `tls`, `doq` needs `quic`.
    pub transport: Transport,
    /// TLS settings, if the transport uses TLS. Without a server name, the certificate must contain the server's
    /// address.
    #[cfg(feature = "tls")]
    pub tls: Box<TlsOptions>,
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
        }
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

impl ResolverOptions {
    /// The default path of DoH servers (RFC 8484 section 4.1 has it in its examples).
    pub const PATH: &'static str = "/dns-query";

    /// The server at this address, port 53, over UDP.
    #[must_use]
    pub fn new(server: IpAddr) -> Self {
        Self {
            server,
            port: 53,
            transport: Transport::Udp,
            #[cfg(feature = "tls")]
            tls: Box::default(),
            #[cfg(feature = "tls")]
            path: Self::PATH.to_owned(),
        }
    }
}
