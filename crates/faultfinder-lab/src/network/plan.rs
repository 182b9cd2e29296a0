//! What a scenario's network is like.

use super::{Facilities, Reaction};
use std::net::IpAddr;
use std::time::Duration;

/// What a scenario's network is like: data, until [`run`](super::run) makes it.
///
/// Without anything added there are loopback, an address of either family ([`HOME_V4`](super::HOME_V4),
/// [`HOME_V6`](super::HOME_V6)), routes to distant hosts, who are silent, and no other route.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    pub(super) routes: Vec<String>,
    pub(super) rules: Vec<(Chain, String)>,
    pub(super) settings: Vec<(&'static str, &'static str)>,
    pub(super) distant: Vec<Distant>,
    ipv6: bool,
}

/// A distant host and the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Distant {
    pub(super) address: IpAddr,
    pub(super) path: Vec<Hop>,
    pub(super) reaction: Reaction,
}

/// A router on the way to a distant host. It answers packets whose TTL ends there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    /// Where it answers from; nothing when it does not answer.
    pub address: Option<IpAddr>,
    /// How long after the packet.
    pub delay: Duration,
}

/// Where a firewall rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: what comes in, and what goes out")]
pub enum Chain {
    /// What comes in.
    Input,
    /// What goes out.
    Output,
}

/// Why work could not be run in a network.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is made, or the work ends early")]
pub enum NetworkError {
    /// It could not be made: which step failed, and how.
    Setup(String),
    /// The work ended without a result.
    Ended,
}

impl Network {
    /// A network with nothing but silent distant hosts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more route, as `ip route add` takes it: `unreachable 192.0.2.200`, `blackhole ..`, `prohibit ..`.
    #[must_use]
    pub fn route(mut self, route: impl Into<String>) -> Self {
        self.routes.push(route.into());
        self
    }

    /// One more rule of the firewall, as nftables' inet family takes it: `tcp dport 7 drop`.
    #[must_use]
    pub fn rule(mut self, chain: Chain, rule: impl Into<String>) -> Self {
        self.rules.push((chain, rule.into()));
        self
    }

    /// A setting of the kernel for this network: `net.ipv4.ping_group_range`, `0 2147483647`.
    #[must_use]
    pub fn setting(mut self, name: &'static str, value: &'static str) -> Self {
        self.settings.push((name, value));
        self
    }

    /// The same for a test over IPv6, where nothing else in it says so.
    #[must_use]
    pub fn over_ipv6(self) -> Self {
        Self { ipv6: true, ..self }
    }

    /// A distant host, right behind the first link. Its address is one of `198.51.100.0/24` or `2001:db8:d::/48`.
    #[must_use]
    pub fn distant(self, address: impl Into<IpAddr>, reaction: Reaction) -> Self {
        self.distant_behind(address, Vec::new(), reaction)
    }

    /// A distant host behind routers, the nearest first.
    #[must_use]
    pub fn distant_behind(mut self, address: impl Into<IpAddr>, path: Vec<Hop>, reaction: Reaction) -> Self {
        self.distant.push(Distant { address: address.into(), path, reaction });
        self
    }

    /// Why it cannot be made on a host with these facilities; nothing when it can.
    #[must_use]
    pub fn lacks(&self, facilities: &Facilities) -> Option<String> {
        let needed = [
            Some(&facilities.namespace),
            (!self.rules.is_empty()).then_some(&facilities.firewall),
            self.needs_v6().then_some(&facilities.ipv6),
        ];
        needed.into_iter().flatten().find_map(|facility| facility.as_ref().err().cloned())
    }

    /// Whether something in it is of IPv6.
    fn needs_v6(&self) -> bool {
        self.ipv6
            || self.distant.iter().any(|distant| distant.address.is_ipv6())
            || self.routes.iter().any(|route| route.contains("::"))
            || self.settings.iter().any(|(name, _)| name.starts_with("net.ipv6."))
    }
}

impl Hop {
    /// A router that answers at once.
    #[must_use]
    pub fn at(address: impl Into<IpAddr>) -> Self {
        Self { address: Some(address.into()), delay: Duration::ZERO }
    }

    /// A router that does not answer.
    #[must_use]
    pub const fn silent() -> Self {
        Self { address: None, delay: Duration::ZERO }
    }

    /// The same, answering after a while.
    #[must_use]
    pub const fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

impl std::fmt::Display for NetworkError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Setup(why) => write!(f, "cannot make its network: {why}"),
            Self::Ended => f.write_str("the work in its network ended without a result"),
        }
    }
}

impl std::error::Error for NetworkError {}
