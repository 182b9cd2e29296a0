//! Networks that no probe may reach.
//!
//! Whoever lets others say what is probed lends them this host's place in the network: a test against
//! `http://169.254.169.254/` reads what a cloud tells its machines, one against 10.0.0.5 what the firewall hides.
//! [`DeniedNetworks`], carried by a [`Vantage`](crate::Vantage), takes that back.
//!
//! # Decisions
//!
//! * Addresses are judged, not names, and each where a connection is opened or a packet sent: after every look-up,
//!   behind every redirect and `resolve` override, for proxies, name servers, routes, and for what is fetched to judge a
//!   certificate. The name is looked up all the same.
//! * One denied address among those of a name denies the name: else a name with two addresses, or one that is given
//!   another address between two look-ups, would get through now and then.
//! * An IPv6 address that stands for an IPv4 address is denied with it: mapped, compatible, translated (NAT64, SIIT),
//!   6to4, Teredo and ISATAP.
//! * What a certificate names to be fetched (a CRL, an issuer, OCSP) is the choice of whoever is tested. There a denied
//!   address is a fetch that failed, with this reason; the verdict on the certificate follows from that.
//! * The name servers of this host are its own choice, and may be asked for names (port 53 by UDP, and TCP for what is
//!   truncated) wherever they are. Those that a test names are not.
//! * Behind a proxy the target's address is not ours to know unless the test gives it, or has it resolved here
//!   (`socks5://`): a target given as an address is judged, of a name the proxy has to judge. The proxy's own address
//!   is judged as any other.

mod internal; // the networks of `DeniedNetworks::internal`
mod network; // Network: an address and a prefix

pub use network::{Network, NetworkError};

use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use network::embedded;
use std::net::IpAddr;

/// Networks that no probe may reach: a list without an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeniedNetworks(Vec<Network>);

impl DeniedNetworks {
    /// Most networks of a list. Every address of every probe is compared with each of them.
    pub const COUNT_MAX: usize = 1024;

    /// None.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Everything that is this host, its site or its provider, and everything that is nobody: loopback, unspecified,
    /// link-local (with the metadata services of clouds), private, shared (CGNAT), multicast and reserved addresses.
    ///
    /// The documentation's ranges (192.0.2.0/24 and so on) are not among them: nothing is there, and examples use them.
    #[must_use]
    pub fn internal() -> Self {
        Self(internal::networks())
    }

    /// Reads networks: `10.0.0.0/8`, `fd00::/8`, or an address for itself alone.
    ///
    /// # Errors
    ///
    /// What is wrong with the first that is wrong, or that there are more than [`COUNT_MAX`](Self::COUNT_MAX).
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

    /// These networks and others.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        self.0
            .extend(others.0.iter().filter(|network| !self.0.contains(network)).copied().collect::<Vec<_>>());
        self
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The networks.
    pub fn iter(&self) -> impl Iterator<Item = &Network> {
        self.0.iter()
    }

    /// The network that denies an address, for itself or for the IPv4 address that it stands for.
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
    /// The address that it stands for; itself in most cases.
    pub meant: IpAddr,
    /// The network that it is in.
    pub network: Network,
}

impl Denial {
    /// The name of the fault's detail.
    pub const NAME: &'static str = "ERR_NETWORK_DENIED";

    /// `DENIED` with the detail `ERR_NETWORK_DENIED`, in the connect phase; `field` is what led there.
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
            .with_hint("run the test from a place that may reach this network, or have its operator admit it")
    }
}

#[cfg(test)]
mod tests;
