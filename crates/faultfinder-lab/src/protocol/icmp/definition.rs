//! Tests that cannot be run, names that do not resolve.
//!
//! Nothing is sent in these, so no permission is needed.

use super::super::expectations::invalid;
use super::super::names::{HOST, unresolved};
use super::case::peer;
use crate::{Peer, Scenario};
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};

pub(super) fn scenarios() -> Vec<Scenario> {
    invalid_fields().into_iter().chain(names()).collect()
}

fn invalid_fields() -> Vec<Scenario> {
    let wrong = |case: &str, shows, name: &str, field: &str, fields: Value| {
        Scenario::new(Protocol::Icmp, format!("icmp/{case}"), shows, invalid(name, field), move |_| {
            Ok(peer(IpAddr::V4(Ipv4Addr::LOCALHOST), &fields, &[]))
        })
    };
    vec![
        wrong(
            "host-with-space",
            "a space in the host name",
            "ERR_INVALID_URL",
            "icmp.host",
            json!({ "host": "a host.test" }),
        ),
        wrong(
            "host-label-64",
            "a label of 64 bytes in the host name",
            "EBADNAME",
            "icmp.host",
            json!({ "host": format!("{}.test", "a".repeat(64)) }),
        ),
        wrong(
            "group-address",
            "an address at which a whole group of hosts would answer",
            "group_address",
            "icmp.host",
            json!({ "host": "224.0.0.1" }),
        ),
        wrong(
            "interval-too-long",
            "requests that cannot all be sent in the time that the test has",
            "interval_too_long",
            "icmp.interval",
            json!({ "packets": 10, "interval": "10s", "timeout": "20s" }),
        ),
    ]
}

fn names() -> [Scenario; 2] {
    unresolved(Protocol::Icmp, |_, resolver| {
        let icmp = json!({ "host": HOST, "resolver": resolver, "timeout": "1s", "interval": "20ms" });
        Ok(Peer::new(HOST, json!({ "icmp": icmp })))
    })
}
