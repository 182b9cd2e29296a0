//! Finds out what this host can create.

use super::namespace::run;
use super::setup;
use super::{Chain, Facilities, Network, NetworkError};

impl Facilities {
    /// Finds out what this host can create, by creating one of each.
    pub async fn look() -> Self {
        let made = |network: Network| async move { run(&network, || async {}).await };
        if let Err(error) = made(Network::new()).await {
            return Self::none(&reason(&error));
        }
        let firewall =
            made(Network::new().rule(Chain::Input, "tcp dport 9 reject with icmp type net-unreachable"));
        let firewall = firewall.await.map_err(|error| reason(&error));
        let ipv6 = if setup::has_ipv6() { Ok(()) } else { Err("this kernel has no IPv6".to_owned()) };
        Self { namespace: Ok(()), firewall, ipv6 }
    }
}

/// The reason why something is not available here.
fn reason(error: &NetworkError) -> String {
    match error {
        NetworkError::Setup(why) => why.clone(),
        NetworkError::Ended => error.to_string(),
    }
}
