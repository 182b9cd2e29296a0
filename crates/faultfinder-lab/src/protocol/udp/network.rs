//! Routes, firewalls and ICMP errors of distant hosts, in networks of their own.
//!
//! Of a host or network that cannot be reached Linux tells a UDP socket only when it is asked to (`IP_RECVERR`); most
//! clients do not ask, and see silence.

use super::case::{errno, serve, test_of};
use crate::network::{Chain, DISTANT_V4, DISTANT_V6, Message, NOWHERE_V4, NOWHERE_V6, Network, Reaction, distant};
use crate::{Expect, Scenario};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// The port that tests send to where nobody listens anyway: discard (RFC 863).
const PORT: u16 = 9;

pub(super) fn scenarios() -> Vec<Scenario> {
    [errors(), errors_v6(), local(), vec![far_away()]].into_iter().flatten().collect()
}

/// A scenario whose test sends to an address in a network of its own.
fn to(
    case: &str,
    shows: &'static str,
    expect: Expect,
    network: Network,
    address: impl Into<IpAddr>,
) -> Scenario {
    let address = SocketAddr::new(address.into(), PORT);
    Scenario::new(Protocol::Udp, format!("udp/{case}"), shows, expect, move |_| {
        Ok(test_of(address, &json!({ "message": "ping" }), &[]))
    })
    .within(network)
}

fn net_unreachable(phase: Phase) -> Expect {
    errno(Code::NetUnreach, phase, "ENETUNREACH")
}

fn host_unreachable(phase: Phase, name: &str) -> Expect {
    errno(Code::HostUnreach, phase, name)
}

/// What routers and distant hosts say.
fn errors() -> Vec<Scenario> {
    let icmp = |case, shows, expect, message| {
        to(case, shows, expect, Network::new().distant(DISTANT_V4, Reaction::Message(message)), DISTANT_V4)
    };
    vec![
        icmp(
            "tun-host-unreachable",
            "a router finds nobody at the address, which most clients take for silence",
            host_unreachable(Phase::Wait, "EHOSTUNREACH"),
            Message::HOST_UNREACHABLE,
        ),
        icmp(
            "tun-net-unreachable",
            "a router has no way to the network, which most clients take for silence",
            net_unreachable(Phase::Wait),
            Message::NET_UNREACHABLE,
        ),
        icmp(
            "tun-port-unreachable",
            "nobody listens on the port of a distant host",
            errno(Code::ConnRefused, Phase::Wait, "ECONNREFUSED"),
            Message::PORT_UNREACHABLE,
        ),
        icmp(
            "tun-admin-prohibited",
            "a router's rules prohibit the way",
            host_unreachable(Phase::Wait, "EHOSTUNREACH"),
            Message::ADMIN_PROHIBITED,
        ),
        icmp(
            "tun-ttl-exceeded",
            "packets circle until their TTL is used up",
            host_unreachable(Phase::Wait, "EHOSTUNREACH"),
            Message::TTL_EXCEEDED,
        ),
    ]
}

fn errors_v6() -> Vec<Scenario> {
    let icmp = |case, shows, expect, message| {
        to(case, shows, expect, Network::new().distant(DISTANT_V6, Reaction::Message(message)), DISTANT_V6)
    };
    vec![
        icmp(
            "tun-v6-no-route",
            "a router has no way to the network, over IPv6",
            net_unreachable(Phase::Wait),
            Message::V6_NO_ROUTE,
        ),
        icmp(
            "tun-v6-addr-unreachable",
            "a router finds nobody at the address, over IPv6",
            host_unreachable(Phase::Wait, "EHOSTUNREACH"),
            Message::V6_ADDRESS_UNREACHABLE,
        ),
        icmp(
            "tun-v6-admin-prohibited",
            "a router's rules prohibit the way, over IPv6",
            host_unreachable(Phase::Wait, "EACCES"),
            Message::V6_ADMIN_PROHIBITED,
        ),
    ]
}

/// What this host decides by itself, before anything is sent.
fn local() -> Vec<Scenario> {
    let route = |kind: &str| Network::new().route(format!("{kind} {NOWHERE_V4}"));
    vec![
        to(
            "no-route",
            "the routing table has no way to the address",
            net_unreachable(Phase::Connect),
            Network::new(),
            NOWHERE_V4,
        ),
        to(
            "no-route-v6",
            "the routing table has no way to an IPv6 address",
            net_unreachable(Phase::Connect),
            Network::new().over_ipv6(),
            NOWHERE_V6,
        ),
        to(
            "route-unreachable",
            "the routing table says that the host is unreachable",
            host_unreachable(Phase::Connect, "EHOSTUNREACH"),
            route("unreachable"),
            NOWHERE_V4,
        ),
        to(
            "route-prohibit",
            "the routing table prohibits the way",
            host_unreachable(Phase::Connect, "EACCES"),
            route("prohibit"),
            NOWHERE_V4,
        ),
        to(
            "nft-output-drop",
            "a firewall of this host drops what goes out",
            host_unreachable(Phase::Send, "EPERM"),
            Network::new().rule(Chain::Output, format!("udp dport {PORT} drop")),
            DISTANT_V4,
        ),
    ]
}

/// An answer that needs its time.
fn far_away() -> Scenario {
    let way = Reaction::Forward(Duration::from_millis(10));
    Scenario::new(Protocol::Udp, "udp/round-trip-20ms", "a peer that is 20 ms away", Expect::pass(), |lab| {
        let echo = serve(lab, |heard| async move { heard.answer(&heard.payload).await })?;
        let asserted = ["received is ping", "wait_time >= 20 ms"];
        Ok(test_of(distant(echo), &json!({ "message": "ping" }), &asserted))
    })
    .within(Network::new().distant(DISTANT_V4, way))
}
