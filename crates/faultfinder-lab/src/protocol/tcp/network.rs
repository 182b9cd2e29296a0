//! Routes, firewalls and ICMP errors: connections that no peer on loopback can fail.

use super::super::dns;
use crate::network::{
    Chain, DISTANT_V4, DISTANT_V6, Message, NOWHERE_V4, NOWHERE_V6, Network, Reaction, distant,
};
use crate::protocol::block::resolver;
use crate::protocol::expectations::{errno, refused, reset, timeout};
use crate::protocol::transport::{PORT, TCP};
use crate::{Expect, Lab, LabError, Peer, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use std::time::Duration;

pub(super) fn scenarios() -> Vec<Scenario> {
    [firewalls(), routes(), answers(), answers_v6(), conversations(), dual()].into_iter().flatten().collect()
}

/// The fields of tests that wait in vain.
fn brief() -> Value {
    json!({ "timeout": "500ms" })
}

fn net_unreachable() -> Expect {
    errno(Code::NetUnreach, Phase::Connect, "ENETUNREACH")
}

fn host_unreachable(name: &str) -> Expect {
    errno(Code::HostUnreach, Phase::Connect, name)
}

fn firewalls() -> Vec<Scenario> {
    let input = |rule: &str| Network::new().rule(Chain::Input, format!("tcp dport {PORT} {rule}"));
    let here = Ipv4Addr::LOCALHOST;
    vec![
        TCP.within(
            "nft-drop",
            "a firewall drops the SYN",
            timeout(Phase::Connect),
            input("drop"),
            here,
            brief(),
        ),
        TCP.within(
            "nft-reject-port-unreachable",
            "a firewall answers with ICMP \"port unreachable\", iptables' usual way to reject",
            refused(),
            input("reject with icmp type port-unreachable"),
            here,
            json!({}),
        ),
        TCP.within(
            "nft-reject-net-unreachable",
            "a firewall answers with ICMP \"net unreachable\"",
            net_unreachable(),
            input("reject with icmp type net-unreachable"),
            here,
            json!({}),
        ),
        TCP.within(
            "nft-reject-host-prohibited",
            "a firewall answers with ICMP \"host administratively prohibited\"",
            host_unreachable("EHOSTUNREACH"),
            input("reject with icmp type host-prohibited"),
            here,
            json!({}),
        ),
        TCP.within(
            "nft-reject-tcp-reset",
            "a firewall answers with a RST",
            refused(),
            input("reject with tcp reset"),
            here,
            json!({}),
        ),
        TCP.within(
            "nft-output-drop",
            "a firewall of this host drops what goes out: the kernel waits as if nothing had happened",
            timeout(Phase::Connect),
            Network::new().rule(Chain::Output, format!("tcp dport {PORT} drop")),
            here,
            brief(),
        ),
    ]
}

fn routes() -> Vec<Scenario> {
    let route = |kind: &str| Network::new().route(format!("{kind} {NOWHERE_V4}"));
    vec![
        TCP.within(
            "route-unreachable",
            "the routing table says that the host is unreachable",
            host_unreachable("EHOSTUNREACH"),
            route("unreachable"),
            NOWHERE_V4,
            json!({}),
        ),
        TCP.within(
            "route-blackhole",
            "the routing table sends the packets into a black hole",
            host_unreachable("EINVAL"),
            route("blackhole"),
            NOWHERE_V4,
            json!({}),
        ),
        TCP.within(
            "route-prohibit",
            "the routing table prohibits the way",
            host_unreachable("EACCES"),
            route("prohibit"),
            NOWHERE_V4,
            json!({}),
        ),
        TCP.within(
            "no-route-v4",
            "the routing table has no way to the address",
            net_unreachable(),
            Network::new(),
            NOWHERE_V4,
            json!({}),
        ),
        TCP.within(
            "no-route-v6",
            "the routing table has no way to an IPv6 address",
            net_unreachable(),
            Network::new().over_ipv6(),
            NOWHERE_V6,
            json!({}),
        ),
    ]
}

/// What a distant address answers a SYN with.
fn answers() -> Vec<Scenario> {
    let icmp = |case, shows, expect, message| {
        let network = Network::new().distant(DISTANT_V4, Reaction::Message(message));
        TCP.within(case, shows, expect, network, DISTANT_V4, json!({}))
    };
    let reaction = |case, shows, expect, reaction, fields| {
        TCP.within(case, shows, expect, Network::new().distant(DISTANT_V4, reaction), DISTANT_V4, fields)
    };
    vec![
        reaction(
            "tun-syn-drop",
            "a black hole behind a router",
            timeout(Phase::Connect),
            Reaction::Silence,
            brief(),
        ),
        reaction(
            "tun-rst",
            "a distant host answers the SYN with a RST",
            refused(),
            Reaction::Reset,
            json!({}),
        ),
        reaction(
            "tun-challenge-ack",
            "a distant host that has such a connection already answers the SYN with a challenge ACK",
            timeout(Phase::Connect),
            Reaction::ChallengeAck,
            brief(),
        ),
        icmp(
            "tun-icmp-net-unreachable",
            "a router has no way to the network",
            net_unreachable(),
            Message::NET_UNREACHABLE,
        ),
        icmp(
            "tun-icmp-host-unreachable",
            "a router finds nobody at the address",
            host_unreachable("EHOSTUNREACH"),
            Message::HOST_UNREACHABLE,
        ),
        icmp(
            "tun-icmp-port-unreachable",
            "a distant host answers with ICMP \"port unreachable\"",
            refused(),
            Message::PORT_UNREACHABLE,
        ),
        icmp(
            "tun-icmp-protocol-unreachable",
            "a distant host says that it does not speak TCP",
            errno(Code::ConnRefused, Phase::Connect, "ENOPROTOOPT"),
            Message::PROTOCOL_UNREACHABLE,
        ),
        icmp(
            "tun-icmp-admin-prohibited",
            "a router's rules prohibit the way",
            host_unreachable("EHOSTUNREACH"),
            Message::ADMIN_PROHIBITED,
        ),
        icmp(
            "tun-icmp-ttl-exceeded",
            "packets circle until their TTL is used up",
            host_unreachable("EHOSTUNREACH"),
            Message::TTL_EXCEEDED,
        ),
        icmp(
            "tun-icmp-source-route-failed",
            "a router could not follow a source route",
            host_unreachable("ENOTSUP"),
            Message::SOURCE_ROUTE_FAILED,
        ),
    ]
}

/// The same over IPv6.
fn answers_v6() -> Vec<Scenario> {
    let icmp = |case, shows, expect, message| {
        let network = Network::new().distant(DISTANT_V6, Reaction::Message(message));
        TCP.within(case, shows, expect, network, DISTANT_V6, json!({}))
    };
    vec![
        icmp(
            "tun-v6-no-route",
            "a router has no way to the network",
            net_unreachable(),
            Message::V6_NO_ROUTE,
        ),
        icmp(
            "tun-v6-addr-unreachable",
            "a router finds nobody at the address",
            host_unreachable("EHOSTUNREACH"),
            Message::V6_ADDRESS_UNREACHABLE,
        ),
        icmp(
            "tun-v6-port-unreachable",
            "a distant host answers with ICMPv6 \"port unreachable\"",
            refused(),
            Message::V6_PORT_UNREACHABLE,
        ),
        icmp(
            "tun-v6-admin-prohibited",
            "a router's rules prohibit the way",
            host_unreachable("EACCES"),
            Message::V6_ADMIN_PROHIBITED,
        ),
        icmp(
            "tun-v6-policy-failed",
            "a router does not take packets from this source",
            host_unreachable("EACCES"),
            Message::V6_POLICY_FAILED,
        ),
        icmp(
            "tun-v6-hop-limit",
            "packets circle until their hop limit is used up",
            host_unreachable("EHOSTUNREACH"),
            Message::V6_HOP_LIMIT,
        ),
    ]
}

/// Connections that a distant host accepts.
fn conversations() -> Vec<Scenario> {
    let said = json!({ "send": "ping", "expect": "pong" });
    let way = Network::new().distant(DISTANT_V4, Reaction::Forward(Duration::from_millis(10)));
    vec![
        TCP.within(
            "tun-synack-rst-on-data",
            "a distant host accepts the connection and answers the first bytes with a RST",
            reset(Phase::Wait),
            Network::new().distant(DISTANT_V4, Reaction::ResetOnData),
            DISTANT_V4,
            said,
        ),
        TCP.by("round-trip-20ms", "a peer that is 20 ms away", Expect::pass(), |lab| {
            let echo = peer::tcp(lab, |mut stream| async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            })?;
            let fields = json!({ "send": "ping", "expect": "ping" });
            Ok(TCP.test(distant(echo), &fields, &["connect_time >= 20 ms", "response_time >= 40 ms"]))
        })
        .within(way),
    ]
}

/// Names with an address of each family, both of which fail.
fn dual() -> Vec<Scenario> {
    let refused_v4 = |lab: &Lab| -> Result<Peer, LabError> {
        let closed = peer::closed_tcp(lab)?;
        let resolver = resolver(dns::addresses(lab, Ipv4Addr::LOCALHOST, DISTANT_V6)?);
        let fields = json!({ "host": "dual.zone.test", "resolver": resolver, "timeout": "800ms" });
        Ok(TCP.test(closed, &fields, &[]))
    };
    let dual = |case: &str, shows, reaction| {
        TCP.by(case, shows, refused(), refused_v4).within(Network::new().distant(DISTANT_V6, reaction))
    };
    vec![
        dual("dual-v6-drop-v4-refused", "silence over IPv6, refused over IPv4", Reaction::Silence),
        dual(
            "dual-v6-unreach-v4-refused",
            "unreachable over IPv6, refused over IPv4",
            Reaction::Message(Message::V6_ADDRESS_UNREACHABLE),
        ),
    ]
}
