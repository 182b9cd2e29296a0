//! Where the peer listens, as it says when it has started.

use crate::kind::Kind;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The peer's addresses.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Greeting {
    pub(crate) http: Vec<SocketAddr>,
    pub(crate) https: Vec<SocketAddr>,
    pub(crate) tcp: Vec<SocketAddr>,
    pub(crate) dns: Vec<SocketAddr>,
    pub(crate) grpc: Vec<SocketAddr>,
    pub(crate) ws: Vec<SocketAddr>,
    /// The certificate of the root, as PEM.
    pub(crate) root: String,
}

impl Greeting {
    /// The address for the test of this number: tests use all addresses in turn.
    pub(crate) fn target(&self, kind: Kind, number: usize) -> Result<SocketAddr> {
        let addresses = match kind {
            Kind::Http => &self.http,
            Kind::Https => &self.https,
            Kind::Tcp => &self.tcp,
            Kind::Dns => &self.dns,
            Kind::Grpc => &self.grpc,
            Kind::Ws => &self.ws,
            Kind::Icmp => return Ok(SocketAddr::new(host(number), 0)),
        };
        let place = number.checked_rem(addresses.len());
        place.and_then(|place| addresses.get(place)).copied().context("the peer has no such address")
    }
}

/// A host that answers echo requests: all of 127.0.0.0/8 do. There are 62,500.
fn host(number: usize) -> IpAddr {
    let part = |number: usize| u8::try_from(number % 250).unwrap_or_default();
    IpAddr::V4(Ipv4Addr::new(127, 1, part(number / 250), part(number) + 1))
}
