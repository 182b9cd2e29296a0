//! Networks that no probe may reach.
//!
//! Letting others choose what is probed gives them this host's position in the network: a test of
//! `http://169.254.169.254/` reads a cloud's instance metadata, a test of 10.0.0.5 reads what the firewall hides.
//! [`DeniedNetworks`], carried by a [`Vantage`](crate::Vantage), prevents that.
//!
//! # Decisions
//!
//! * Addresses are checked, not names, and each one where a connection is opened or a packet sent: after every lookup,
//!   after every redirect and `resolve` override, for proxies, name servers, routes, and for downloads that are needed
//!   to verify a certificate. The name is still looked up.
//! * One denied address of a name denies the name. Otherwise a name with two addresses, or one whose address changes
//!   between two lookups, would sometimes get through.
//! * An IPv6 address that embeds an IPv4 address is denied with it: mapped, compatible, translated (NAT64, SIIT),
//!   6to4, Teredo and ISATAP.
//! * The tested peer chooses the URLs in its certificate (CRL, issuer, OCSP). A denied address there is a failed
//!   download with this reason; the verdict on the certificate follows from that.
//! * This host configures its own name servers, so they may be queried for names (port 53 over UDP, and over TCP after
//!   truncation) in any network. Name servers that a test names may not.
//! * Behind a proxy, the target's address is unknown here unless the test gives it or has it resolved here
//!   (`socks5://`). A target given as an address is checked; a name must be checked by the proxy. The proxy's own
//!   address is checked like any other.

mod internal; // the networks of `DeniedNetworks::internal`
mod network; // Network: an address and a prefix

pub use network::{Network, NetworkError};

use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use network::embedded;
use std::net::IpAddr;

/// Networks that no probe may reach: an unordered list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeniedNetworks(Vec<Network>);

impl DeniedNetworks {
    /// Maximum number of networks in a list. Every address of every probe is compared with each of them.
    pub const COUNT_MAX: usize = 1024;

    /// No networks.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Everything that belongs to this host, its site or its provider, and special addresses: loopback, unspecified,
    /// link-local (with the metadata services of clouds), private, shared (CGNAT), multicast and reserved addresses.
    ///
    /// The documentation ranges (192.0.2.0/24 and so on) are not included: nothing is there, and examples use them.
    #[must_use]
    pub fn internal() -> Self {
        Self(internal::networks())
    }

    /// Reads networks: `10.0.0.0/8`, `fd00::/8`, or an address for only itself.
    ///
    /// # Errors
    ///
    /// The problem with the first invalid network, or that there are more than [`COUNT_MAX`](Self::COUNT_MAX).
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, NetworkError> {
        let mut networks = Vec::new();
        for text in texts {
            if networks.len() >= Self::COUNT_MAX {
                return Err(NetworkError::TooMany { most: Self::COUNT_MAX });
            }
            networks.push(text.parse()?);
        }
        Ok(Self(networks))
    }

    /// These networks and additional ones.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        self.0
            .extend(others.0.iter().filter(|network| !self.0.contains(network)).copied().collect::<Vec<_>>());
        self
    }

    /// Whether the list is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The networks.
    pub fn iter(&self) -> impl Iterator<Item = &Network> {
        self.0.iter()
    }

    /// The network that denies an address, directly or because of the IPv4 address that it embeds.
    #[must_use]
    pub fn denying(&self, address: IpAddr) -> Option<Denial> {
        let meant = std::iter::once(address).chain(embedded(address));
        meant.into_iter().find_map(|meant| {
            let network = self.0.iter().find(|network| network.contains(meant)).copied()?;
            Some(Denial { address, meant, network })
        })
    }
}

/// Why an address is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denial {
    /// The address.
    pub address: IpAddr,
    /// The embedded address; the address itself in most cases.
    pub meant: IpAddr,
    /// The network that it is in.
    pub network: Network,
}

impl Denial {
    /// The name of the fault's detail.
    pub const NAME: &'static str = "ERR_NETWORK_DENIED";

    /// `DENIED` with the detail `ERR_NETWORK_DENIED`, in the connect phase; `field` is the field that led there.
    #[must_use]
    pub fn fault(&self, field: &str) -> Fault {
        let Self { address, meant, network } = self;
        let stands_for = if meant == address { String::new() } else { format!(" stands for {meant}, which") };
        let message =
            format!("{address}{stands_for} is in {network}, a network that tests may not reach from here");
        let detail = Detail::definition(Self::NAME, field);
        Fault::new(Code::Denied, Phase::Connect, detail, message)
            .with("address", address.to_string())
            .with("network", network.to_string())
            .with_hint(
                "run the test from a location that may reach this network, or ask its operator to allow it",
            )
    }
}

#[cfg(test)]
mod tests;
