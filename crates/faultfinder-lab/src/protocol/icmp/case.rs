//! From an address to a scenario.

use crate::network::{Network, Reaction};
use crate::protocol::block;
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};
use std::net::IpAddr;

/// The setting under which any group may open datagram sockets for ICMP; in a new network none may.
const GROUPS: (&str, &str) = ("net.ipv4.ping_group_range", "0 2147483647");

/// A distant host, what it does, and what a test of it must find.
pub(super) struct Case {
    pub(super) case: &'static str,
    pub(super) shows: &'static str,
    pub(super) network: Network,
    pub(super) host: IpAddr,
    /// Further fields of the `icmp` block.
    pub(super) fields: Value,
    pub(super) assert: &'static [&'static str],
    pub(super) expect: Expect,
}

impl Case {
    /// A distant host that does this; the test passes when the assertions hold.
    pub(super) fn distant(
        case: &'static str,
        shows: &'static str,
        host: impl Into<IpAddr>,
        reaction: Reaction,
        assert: &'static [&'static str],
    ) -> Self {
        let host = host.into();
        let network = Network::new().distant(host, reaction);
        Self { case, shows, network, host, fields: json!({}), assert, expect: Expect::pass() }
    }

    /// The same with further fields.
    pub(super) fn with(self, fields: Value) -> Self {
        Self { fields, ..self }
    }

    /// The same with other assertions.
    pub(super) fn asserting(self, assert: &'static [&'static str]) -> Self {
        Self { assert, ..self }
    }

    /// The same in another network.
    pub(super) fn within(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// The same, and this must be found.
    pub(super) fn expecting(self, expect: Expect) -> Self {
        Self { expect, ..self }
    }

    /// A scenario per kind of socket: raw ones, and datagram ones, to which the kernel tells errors in another way.
    pub(super) fn scenarios(self) -> [Scenario; 2] {
        let datagram = self.network.clone().setting(GROUPS.0, GROUPS.1);
        let names = [self.case.to_owned(), format!("{}-datagram", self.case)];
        let [raw, unprivileged] = names.map(|case| {
            let peer = peer(self.host, &self.fields, self.assert);
            Scenario::new(
                Protocol::Icmp,
                format!("icmp/{case}"),
                self.shows,
                self.expect.clone(),
                move |_| Ok(peer.clone()),
            )
        });
        [raw.within(self.network), unprivileged.within(datagram)]
    }
}

/// The scenarios of several cases.
pub(super) fn all(cases: Vec<Case>) -> Vec<Scenario> {
    cases.into_iter().flat_map(Case::scenarios).collect()
}

/// A scenario on loopback; where this process may not use ICMP, on the loopback of a network in which it may.
pub(super) fn here(
    case: &str,
    shows: &'static str,
    expect: Expect,
    serve: impl Fn(&Lab) -> Result<Peer, LabError> + Send + Sync + 'static,
) -> Scenario {
    let scenario = Scenario::new(Protocol::Icmp, format!("icmp/{case}"), shows, expect, serve);
    if is_permitted() { scenario } else { scenario.within(Network::new()) }
}

/// Whether this process may use ICMP.
fn is_permitted() -> bool {
    use socket2::{Domain, Protocol, Socket, Type};
    [Type::DGRAM, Type::RAW]
        .into_iter()
        .any(|kind| Socket::new(Domain::IPV4, kind, Some(Protocol::ICMPV4)).is_ok())
}

/// The test of an address, at short intervals, with further fields of the `icmp` block.
pub(super) fn peer(host: IpAddr, fields: &Value, assert: &[&str]) -> Peer {
    let icmp = block::fields([&json!({ "host": host, "interval": "20ms" }), fields]);
    Peer::new(host.to_string(), block::test(Protocol::Icmp, icmp, assert))
}
