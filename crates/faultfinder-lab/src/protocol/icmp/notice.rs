//! ICMP errors and redirects.

use super::case::{Case, all};
use crate::network::{DISTANT_V4, DISTANT_V6, Echo, Hop, Message, Network, Quirk, Reaction, hop_v4, hop_v6};
use crate::protocol::expectations::incorrect;
use crate::{Expect, Scenario};
use serde_json::json;
use std::net::IpAddr;

pub(super) fn scenarios() -> Vec<Scenario> {
    all([errors(), errors_v6(), sizes(), hops(), advice()].into_iter().flatten().collect())
}

const LOST: &[&str] = &["packet_loss is 100 %", "packets_received is 0"];

fn error(case: &'static str, shows: &'static str, host: IpAddr, message: Message) -> Case {
    Case::distant(case, shows, host, Reaction::Message(message), LOST)
}

fn errors() -> Vec<Case> {
    let v4 = |case, shows, message| error(case, shows, DISTANT_V4.into(), message);
    vec![
        v4("net-unreachable", "a router has no way to the network", Message::NET_UNREACHABLE),
        v4("host-unreachable", "a router finds nobody at the address", Message::HOST_UNREACHABLE),
        v4("protocol-unreachable", "a host says that it does not speak ICMP", Message::PROTOCOL_UNREACHABLE),
        v4("admin-prohibited", "a router's rules prohibit the way", Message::ADMIN_PROHIBITED),
        v4("ttl-exceeded", "requests circle until their TTL is used up", Message::TTL_EXCEEDED),
        v4(
            "unreachable-asserted",
            "a router finds nobody, and somebody must be there",
            Message::HOST_UNREACHABLE,
        )
        .asserting(&["packet_loss < 10 %"])
        .expecting(incorrect("packet_loss")),
    ]
}

fn errors_v6() -> Vec<Case> {
    let v6 = |case, shows, message| error(case, shows, DISTANT_V6.into(), message);
    vec![
        v6("v6-no-route", "a router has no way to the network, over IPv6", Message::V6_NO_ROUTE),
        v6("v6-address-unreachable", "a router finds nobody at the address", Message::V6_ADDRESS_UNREACHABLE),
        v6("v6-admin-prohibited", "a router's rules prohibit the way", Message::V6_ADMIN_PROHIBITED),
        v6("v6-hop-limit", "requests circle until their hop limit is used up", Message::V6_HOP_LIMIT),
    ]
}

/// Requests that are too large for a link on the way.
fn sizes() -> Vec<Case> {
    let unfragmented = || json!({ "size": 1450, "dont_fragment": true });
    vec![
        error(
            "fragmentation-needed",
            "a link on the way takes 1400 bytes, and requests must not be fragmented",
            DISTANT_V4.into(),
            Message::fragmentation_needed(1400),
        )
        .with(unfragmented()),
        error(
            "v6-packet-too-big",
            "a link on the way takes 1400 bytes of IPv6",
            DISTANT_V6.into(),
            Message::v6_packet_too_big(1400),
        )
        .with(json!({ "size": 1440, "dont_fragment": true })),
        error(
            "fragmentation-needed-asserted",
            "a link on the way is too small, and the test asserts that it is not",
            DISTANT_V4.into(),
            Message::fragmentation_needed(1400),
        )
        .with(unfragmented())
        .expecting(incorrect("packets_received"))
        .asserting(&["packets_received is 4"]),
    ]
}

/// Requests that may make fewer hops than there are.
fn hops() -> Vec<Case> {
    let echo = || Reaction::Echo(Echo::default());
    let v4 =
        || Network::new().distant_behind(DISTANT_V4, vec![Hop::at(hop_v4(1)), Hop::at(hop_v4(2))], echo());
    let v6 = || Network::new().distant_behind(DISTANT_V6, vec![Hop::at(hop_v6(1))], echo());
    let case = |case, shows, host: IpAddr, network, ttl, assert| {
        Case::distant(case, shows, host, Reaction::Silence, assert)
            .within(network)
            .with(json!({ "ttl": ttl }))
    };
    vec![
        case("ttl-2", "requests end at the second router", DISTANT_V4.into(), v4(), 2, LOST),
        case("ttl-3", "requests just reach the host", DISTANT_V4.into(), v4(), 3, &["packet_loss is 0 %"]),
        case("v6-ttl-1", "requests end at the first router, over IPv6", DISTANT_V6.into(), v6(), 1, LOST),
        case(
            "v6-ttl-2",
            "requests just reach the host, over IPv6",
            DISTANT_V6.into(),
            v6(),
            2,
            &["packet_loss is 0 %"],
        ),
    ]
}

fn advice() -> Vec<Case> {
    let redirected = Case::distant(
        "redirect",
        "a router advises to take another way, and forwards the request",
        DISTANT_V4,
        Reaction::Echo(Echo::with(Quirk::Redirected)),
        &["packet_loss is 0 %"],
    );
    vec![redirected.expecting(Expect::pass().saying("redirects requests to 198.51.100.1"))]
}
