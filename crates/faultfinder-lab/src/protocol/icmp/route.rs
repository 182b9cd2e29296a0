//! Requests that this host does not let go.

use super::super::block::resolver;
use super::super::dns;
use super::case::{Case, all};
use crate::network::{Chain, DISTANT_V4, Echo, NOWHERE_V4, NOWHERE_V6, Network, Reaction};
use crate::protocol::expectations::errno;
use crate::{Expect, Peer, Scenario};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::json;
use std::net::IpAddr;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = all(cases());
    scenarios.push(second_address());
    scenarios
}

fn cases() -> Vec<Case> {
    let refused = |case, shows, network, host: IpAddr, expect| {
        Case::distant(case, shows, host, Reaction::Silence, &[]).within(network).expecting(expect)
    };
    let route = |kind: &str| Network::new().route(format!("{kind} {NOWHERE_V4}"));
    let unreachable = |name| errno(Code::HostUnreach, Phase::Connect, name);
    let nowhere = || errno(Code::NetUnreach, Phase::Connect, "ENETUNREACH");
    vec![
        refused(
            "route-prohibit",
            "the routing table prohibits the way",
            route("prohibit"),
            NOWHERE_V4.into(),
            unreachable("EACCES"),
        ),
        refused(
            "route-unreachable",
            "the routing table says that the host is unreachable",
            route("unreachable"),
            NOWHERE_V4.into(),
            unreachable("EHOSTUNREACH"),
        ),
        refused(
            "route-blackhole",
            "the routing table sends packets into a black hole",
            route("blackhole"),
            NOWHERE_V4.into(),
            unreachable("EINVAL"),
        ),
        refused(
            "no-route",
            "the routing table has no way to the address",
            Network::new(),
            NOWHERE_V4.into(),
            nowhere(),
        ),
        refused(
            "v6-no-route-here",
            "the routing table has no way to an IPv6 address",
            Network::new().over_ipv6(),
            NOWHERE_V6.into(),
            nowhere(),
        ),
        refused(
            "nft-output-drop",
            "a firewall of this host drops echo requests",
            Network::new().rule(Chain::Output, "icmp type echo-request drop"),
            DISTANT_V4.into(),
            unreachable("EPERM"),
        ),
        refused(
            "larger-than-link",
            "a request that does not fit into this host's link, and must not be fragmented",
            Network::new(),
            DISTANT_V4.into(),
            errno(Code::InvalidRequest, Phase::Send, "EMSGSIZE"),
        )
        .with(json!({ "size": 1473, "dont_fragment": true })),
        Case::distant(
            "fits-link",
            "a request that just fits into this host's link",
            DISTANT_V4,
            Reaction::Echo(Echo::default()),
            &["packet_loss is 0 %"],
        )
        .with(json!({ "size": 1472, "dont_fragment": true })),
    ]
}

/// A name whose first address cannot be reached from here.
fn second_address() -> Scenario {
    Scenario::new(
        Protocol::Icmp,
        "icmp/dual-v6-no-route",
        "no way leads to the name's IPv6 address, and the other one answers",
        Expect::pass(),
        |lab| {
            let names = dns::addresses(lab, DISTANT_V4, NOWHERE_V6)?;
            let icmp = json!({ "host": "dual.zone.test", "resolver": resolver(names), "interval": "20ms" });
            Ok(Peer::new("dual.zone.test", json!({ "icmp": icmp, "assert": ["packet_loss is 0 %"] })))
        },
    )
    .within(Network::new().over_ipv6().distant(DISTANT_V4, Reaction::Echo(Echo::default())))
}
