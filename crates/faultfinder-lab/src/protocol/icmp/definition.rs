//! Tests that cannot be run, names that do not resolve.
//!
//! Nothing is sent in these, so no permission is needed.

use super::super::dns;
use super::case::peer;
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub(super) fn scenarios() -> Vec<Scenario> {
    [invalid(), names()].into_iter().flatten().collect()
}

fn invalid() -> Vec<Scenario> {
    let invalid = |case: &str, shows, name: &str, field: &str, fields: Value| {
        let detail = json!({"kind": "definition", "name": name, "field": field});
        let expect = Expect::fault(Code::InvalidRequest, Phase::Config, detail);
        Scenario::new(Protocol::Icmp, format!("icmp/{case}"), shows, expect, move |_| {
            Ok(peer(IpAddr::V4(Ipv4Addr::LOCALHOST), &fields, &[]))
        })
    };
    vec![
        invalid(
            "host-with-space",
            "a space in the host name",
            "ERR_INVALID_URL",
            "icmp.host",
            json!({ "host": "a host.test" }),
        ),
        invalid(
            "host-label-64",
            "a label of 64 bytes in the host name",
            "EBADNAME",
            "icmp.host",
            json!({ "host": format!("{}.test", "a".repeat(64)) }),
        ),
        invalid(
            "group-address",
            "an address at which a whole group of hosts would answer",
            "group_address",
            "icmp.host",
            json!({ "host": "224.0.0.1" }),
        ),
        invalid(
            "interval-too-long",
            "requests that cannot all be sent in the time that the test has",
            "interval_too_long",
            "icmp.interval",
            json!({ "packets": 10, "interval": "10s", "timeout": "20s" }),
        ),
    ]
}

fn names() -> Vec<Scenario> {
    let nxdomain = json!({"kind": "dns", "name": "NXDOMAIN", "alias": "ENOTFOUND"});
    let timeout = json!({"kind": "timeout", "name": "request"});
    vec![
        by_name(
            "name-missing",
            "a host name that does not exist",
            Expect::fault(Code::Dns, Phase::Resolve, nxdomain),
            dns::missing,
        ),
        by_name(
            "name-server-silent",
            "a name server that does not answer in the test's budget",
            Expect::fault(Code::Timeout, Phase::Resolve, timeout),
            dns::silent,
        ),
    ]
}

fn by_name(
    case: &str,
    shows: &'static str,
    expect: Expect,
    names: fn(&Lab) -> Result<SocketAddr, LabError>,
) -> Scenario {
    Scenario::new(Protocol::Icmp, format!("icmp/{case}"), shows, expect, move |lab| {
        let names = names(lab)?;
        let resolver = json!({ "server": names.ip().to_string(), "port": names.port() });
        let icmp =
            json!({ "host": "host.zone.test", "resolver": resolver, "timeout": "1s", "interval": "20ms" });
        Ok(Peer::new("host.zone.test", json!({ "icmp": icmp })))
    })
}
