//! Routes, firewalls and ICMP errors: exchanges that no peer on loopback can fail.

use super::case::serve;
use crate::network::{
    Chain, DISTANT_V4, DISTANT_V6, Message, NOWHERE_V4, NOWHERE_V6, Network, Reaction, distant,
};
use crate::protocol::expectations::{errno, timeout};
use crate::protocol::transport::{PORT, UDP};
use crate::{Expect, Scenario};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;
use std::net::IpAddr;
use std::time::Duration;

pub(super) fn scenarios() -> Vec<Scenario> {
    [answers(), answers_v6(), here()].into_iter().flatten().collect()
}

fn waiting(code: Code, name: &str) -> Expect {
    errno(code, Phase::Wait, name)
}

/// What routers and the target answer over IPv4.
fn answers() -> Vec<Scenario> {
    let answered = |case, shows, message: Message, expect: Expect| {
        let network = Network::new().distant(DISTANT_V4, Reaction::Message(message));
        UDP.within(case, shows, expect, network, DISTANT_V4, json!({ "message": "ping" }))
    };
    let twenty_ms = Network::new().distant(DISTANT_V4, Reaction::Forward(Duration::from_millis(10)));
    vec![
        answered(
            "tun-host-unreachable",
            "a router answers with ICMP \"host unreachable\", which Linux tells a UDP socket only when asked",
            Message::HOST_UNREACHABLE,
            waiting(Code::HostUnreach, "EHOSTUNREACH").saying("203.0.113.254 answered"),
        ),
        answered(
            "tun-net-unreachable",
            "a router answers with ICMP \"network unreachable\"",
            Message::NET_UNREACHABLE,
            waiting(Code::NetUnreach, "ENETUNREACH").saying("203.0.113.254 answered"),
        ),
        answered(
            "tun-admin-prohibited",
            "a router answers with ICMP \"administratively prohibited\"",
            Message::ADMIN_PROHIBITED,
            waiting(Code::HostUnreach, "EHOSTUNREACH").saying("administratively prohibited"),
        ),
        answered(
            "tun-ttl-exceeded",
            "a router answers with ICMP \"time exceeded\", as in a loop of routes",
            Message::TTL_EXCEEDED,
            waiting(Code::HostUnreach, "EHOSTUNREACH").saying("time to live exceeded"),
        ),
        answered(
            "tun-port-unreachable",
            "the target answers with ICMP \"port unreachable\"",
            Message::PORT_UNREACHABLE,
            waiting(Code::ConnRefused, "ECONNREFUSED"),
        ),
        answered(
            "tun-protocol-unreachable",
            "the target answers with ICMP \"protocol unreachable\": it has no UDP at all",
            Message::PROTOCOL_UNREACHABLE,
            waiting(Code::ConnRefused, "ENOPROTOOPT"),
        ),
        UDP.within(
            "tun-silent",
            "a distant host that never answers",
            timeout(Phase::Wait),
            Network::new(),
            DISTANT_V4,
            json!({ "message": "ping", "timeout": "300ms" }),
        ),
        UDP.by("distant", "an answer from 20 ms away is measured as such", Expect::pass(), |lab| {
            let echo = serve(lab, |heard| async move { heard.answer(&heard.payload).await })?;
            let fields = json!({ "message": "ping" });
            Ok(UDP.test(distant(echo), &fields, &["received is ping", "response_time >= 20 ms"]))
        })
        .within(twenty_ms),
    ]
}

/// What routers answer over IPv6.
fn answers_v6() -> Vec<Scenario> {
    let answered = |case, shows, message: Message, expect: Expect| {
        let network = Network::new().distant(DISTANT_V6, Reaction::Message(message));
        UDP.within(case, shows, expect, network, DISTANT_V6, json!({ "message": "ping" }))
    };
    vec![
        answered(
            "tun-v6-no-route",
            "a router answers with ICMPv6 \"no route to destination\"",
            Message::V6_NO_ROUTE,
            waiting(Code::NetUnreach, "ENETUNREACH").saying("no route to destination"),
        ),
        answered(
            "tun-v6-address-unreachable",
            "a router answers with ICMPv6 \"address unreachable\"",
            Message::V6_ADDRESS_UNREACHABLE,
            waiting(Code::HostUnreach, "EHOSTUNREACH").saying("address unreachable"),
        ),
        answered(
            "tun-v6-admin-prohibited",
            "a router answers with ICMPv6 \"administratively prohibited\"",
            Message::V6_ADMIN_PROHIBITED,
            waiting(Code::HostUnreach, "EACCES"),
        ),
        answered(
            "tun-v6-port-unreachable",
            "the target answers with ICMPv6 \"port unreachable\"",
            Message::V6_PORT_UNREACHABLE,
            waiting(Code::ConnRefused, "ECONNREFUSED"),
        ),
    ]
}

/// What this host's own routes and firewall do.
fn here() -> Vec<Scenario> {
    let ping = || json!({ "message": "ping" });
    let connecting = |code, name: &str| errno(code, Phase::Connect, name);
    vec![
        UDP.within(
            "no-route",
            "this host has no route to the target",
            connecting(Code::NetUnreach, "ENETUNREACH"),
            Network::new(),
            NOWHERE_V4,
            ping(),
        ),
        UDP.within(
            "no-route-v6",
            "this host has no route to the target, over IPv6",
            connecting(Code::NetUnreach, "ENETUNREACH"),
            Network::new().over_ipv6(),
            NOWHERE_V6,
            ping(),
        ),
        UDP.within(
            "route-prohibit",
            "the routing table forbids the target",
            connecting(Code::HostUnreach, "EACCES"),
            Network::new().route(format!("prohibit {NOWHERE_V4}")),
            NOWHERE_V4,
            ping(),
        ),
        UDP.within(
            "nft-output-drop",
            "a firewall of this host forbids what goes out",
            errno(Code::HostUnreach, Phase::Send, "EPERM"),
            Network::new().rule(Chain::Output, format!("udp dport {PORT} drop")),
            DISTANT_V4,
            ping(),
        ),
        UDP.within(
            "nft-drop",
            "a firewall drops the datagram",
            timeout(Phase::Wait),
            Network::new().rule(Chain::Input, format!("udp dport {PORT} drop")),
            IpAddr::from([127, 0, 0, 1]),
            json!({ "message": "ping", "timeout": "300ms" }),
        ),
    ]
}
