//! This host, asked by itself.

use super::case::{here, peer};
use crate::peer::has_ipv6;
use crate::protocol::expectations::incorrect;
use crate::{Expect, Scenario};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const HOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = vec![
        of(
            "ok",
            "every request is answered",
            HOST,
            json!({}),
            &["packet_loss is 0 %", "packets_received is 4", "latency max < 1 s"],
        ),
        of(
            "largest-payload",
            "payloads as large as packets can be",
            HOST,
            json!({ "size": 65_507 }),
            &["packet_loss is 0 %"],
        ),
        of(
            "empty-payload",
            "requests without any payload",
            HOST,
            json!({ "size": 0 }),
            &["packet_loss is 0 %"],
        ),
        of("no-packets", "no request at all", HOST, json!({ "packets": 0 }), &["packets_received is 0"]),
        here("assert-received", "fewer replies than are asserted", incorrect("packets_received"), |_| {
            Ok(peer(HOST, &json!({}), &["packets_received is 5"]))
        }),
        here("assert-latency", "a shorter way than is asserted", incorrect("latency"), |_| {
            Ok(peer(HOST, &json!({}), &["packet_loss < 1 %", "latency avg > 5 s"]))
        }),
    ];
    if has_ipv6() {
        let here = IpAddr::V6(Ipv6Addr::LOCALHOST);
        scenarios.push(of(
            "ok-v6",
            "every request over IPv6 is answered",
            here,
            json!({}),
            &["packet_loss is 0 %", "latency stddev < 1 s"],
        ));
    }
    scenarios
}

fn of(
    case: &str,
    shows: &'static str,
    host: IpAddr,
    fields: Value,
    assert: &'static [&'static str],
) -> Scenario {
    here(case, shows, Expect::pass(), move |_| Ok(peer(host, &fields, assert)))
}
