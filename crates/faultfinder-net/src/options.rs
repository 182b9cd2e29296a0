//! What every request can say about its way to the target.

use crate::{Deadline, tls::TlsOptions};
use faultfinder_taxonomy::TimeoutScope;
use std::net::IpAddr;
use std::time::Duration;

/// What every request can say about its way to the target, whatever the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientOptions {
    /// Budget of the request, from the first step to the last byte of the answer. 60 s.
    pub timeout: Duration,
    /// Budget of the attempt with its assertions. 60 s.
    pub overall_timeout: Duration,
    /// Which address families are used.
    pub ip: AddressFamily,
    /// Which of several addresses are used.
    pub address: AddressPolicy,
    /// The name server to ask instead of the system's.
    pub resolver: Option<ResolverOptions>,
    /// Names that are not looked up but taken from here; compared without regard to case.
    pub resolve: Vec<(String, IpAddr)>,
    /// The local address to connect from.
    pub source_address: Option<IpAddr>,
}

/// Which address families are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: there are two families")]
pub enum AddressFamily {
    /// Both.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

/// Which of several addresses are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressPolicy {
    /// The first one alone.
    First,
    /// Whichever answers first (RFC 8305).
    #[default]
    Any,
    /// Every one, probed apart. Who runs tests does that, with one probe per address; a probe by itself takes whichever
    /// answers first.
    All,
}

/// A name server of the test's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResolverOptions {
    /// Its address.
    pub server: IpAddr,
    /// Its port. 53.
    pub port: u16,
    /// How it is asked.
    pub transport: ResolverTransport,
    /// TLS settings, where the transport has TLS. Without a server name the server's address has to be in its
    /// certificate.
    pub tls: Box<TlsOptions>,
    /// The path of the URL, where the transport is HTTP.
    pub path: String,
}

/// How a name server is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResolverTransport {
    /// UDP, and TCP when the answer is truncated.
    #[default]
    Udp,
    /// TCP.
    Tcp,
    /// TLS (DoT, RFC 7858).
    Dot,
    /// HTTPS (DoH, RFC 8484).
    Doh,
    /// QUIC (DoQ, RFC 9250).
    Doq,
}

impl ResolverTransport {
    /// Where such a server listens.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 53,
            Self::Dot | Self::Doq => 853,
            Self::Doh => 443,
        }
    }

    /// Whether it is encrypted.
    #[must_use]
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::Dot | Self::Doh | Self::Doq)
    }

    /// The word for it in definitions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Dot => "dot",
            Self::Doh => "doh",
            Self::Doq => "doq",
        }
    }
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            timeout: Self::TIMEOUT,
            overall_timeout: Self::TIMEOUT,
            ip: AddressFamily::Any,
            address: AddressPolicy::Any,
            resolver: None,
            resolve: Vec::new(),
            source_address: None,
        }
    }
}

impl ClientOptions {
    /// The budget of a request, and of an attempt, that names none.
    pub const TIMEOUT: Duration = Duration::from_secs(60);

    /// The moment at which time runs out, counted from now: the budget of the request or of the attempt, whichever
    /// is shorter.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        if self.overall_timeout < self.timeout {
            Deadline::after(self.overall_timeout, TimeoutScope::Overall)
        } else {
            Deadline::after(self.timeout, TimeoutScope::Request)
        }
    }
}

impl AddressFamily {
    /// Whether an address is of this family.
    #[must_use]
    pub const fn admits(self, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}

impl ResolverOptions {
    /// Where DoH servers take questions unless they say otherwise (RFC 8484 section 4.1 has it in its examples).
    pub const PATH: &'static str = "/dns-query";

    /// The server at this address, port 53, over UDP.
    #[must_use]
    pub fn new(server: IpAddr) -> Self {
        Self {
            server,
            port: 53,
            transport: ResolverTransport::Udp,
            tls: Box::default(),
            path: Self::PATH.to_owned(),
        }
    }
}
