//! A name server, and how it is asked.

use crate::{Host, ResolverOptions};
#[cfg(feature = "tls")]
use crate::{Shared, tls::TlsOptions};
use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::Transport;
use std::net::SocketAddr;

/// A name server, and how it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain settings")]
pub struct Server {
    /// Where it is.
    pub address: SocketAddr,
    /// Its host name: the name that its certificate must have, and the host of its URL.
    pub host: Host,
    /// The transport.
    pub transport: Transport,
    /// TLS settings, where the transport has TLS.
    #[cfg(feature = "tls")]
    pub tls: Shared<TlsOptions>,
    /// What these settings are called in faults: `resolver.tls`.
    #[cfg(feature = "tls")]
    pub tls_field: &'static str,
    /// The path of its URL, where the transport is HTTP.
    #[cfg(feature = "tls")]
    pub path: String,
}

impl Server {
    /// A server at an address, with the default settings of its transport.
    #[must_use]
    pub fn plain(address: SocketAddr, transport: Transport) -> Self {
        Self {
            address,
            host: Host::Address(address.ip()),
            transport,
            #[cfg(feature = "tls")]
            tls: Shared::default(),
            #[cfg(feature = "tls")]
            tls_field: "dns.tls",
            #[cfg(feature = "tls")]
            path: ResolverOptions::PATH.to_owned(),
        }
    }

    /// The server that a test names for its own lookups.
    ///
    /// # Errors
    ///
    /// As [`ResolverOptions::place`].
    pub fn of_resolver(options: &ResolverOptions) -> Result<Self, Fault> {
        Ok(Self {
            #[cfg(feature = "tls")]
            tls: options.tls.clone(),
            #[cfg(feature = "tls")]
            tls_field: "resolver.tls",
            #[cfg(feature = "tls")]
            path: options.path.clone(),
            ..Self::plain(options.place()?, options.transport)
        })
    }

    /// The TLS settings with the ALPN protocols of the transport. DoT needs none (RFC 7858 section 3).
    #[cfg(feature = "tls")]
    pub(super) fn offers(&self) -> Shared<TlsOptions> {
        let protocols: &[&str] = match self.transport {
            Transport::Doh => &["h2", "http/1.1"],
            Transport::Doq => &["doq"],
            Transport::Udp | Transport::Tcp | Transport::Dot => &[],
        };
        let mut tls = self.tls.clone();
        if tls.alpn.is_empty() {
            tls.alpn = protocols.iter().map(|name| (*name).to_owned()).collect();
        }
        tls
    }
}
