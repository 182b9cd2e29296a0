//! ICMP errors, and sockets that this host closes.

use super::super::dns;
use super::case::{ANY_V4, ANY_V6, asking, closed, errno, has_ipv6, scenario, serve};
use super::destroy;
use crate::network::Network;
use crate::{Expect, Lab, LabError, Scenario};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::json;
use std::net::SocketAddr;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = vec![
        scenario(
            "closed-port",
            "nobody listens on the port",
            refused().saying("ICMP port unreachable"),
            json!({ "message": "ping" }),
            &[],
            |lab| closed(lab, ANY_V4),
        ),
        aborted(),
    ];
    if has_ipv6() {
        scenarios.extend(with_ipv6());
    }
    scenarios
}

fn refused() -> Expect {
    errno(Code::ConnRefused, Phase::Wait, "ECONNREFUSED")
}

fn with_ipv6() -> Vec<Scenario> {
    vec![
        scenario(
            "closed-port-v6",
            "nobody listens on the port, over IPv6",
            refused().saying("ICMP port unreachable"),
            json!({ "message": "ping" }),
            &[],
            |lab| closed(lab, ANY_V6),
        ),
        by_name("dual-v4-only", "::1 refuses, 127.0.0.1 answers", Expect::pass(), |lab| {
            let address = serve(lab, |heard| async move { heard.answer(&heard.payload).await })?;
            beside(lab, address)?;
            Ok(address)
        }),
        by_name("dual-refused", "both families refuse", refused(), |lab| {
            let address = closed(lab, ANY_V4)?;
            beside(lab, address)?;
            Ok(address)
        }),
    ]
}

/// Lets ::1 refuse on the same port; an error when somebody else has it there.
fn beside(lab: &Lab, address: SocketAddr) -> Result<(), LabError> {
    closed(lab, SocketAddr::new(ANY_V6.ip(), address.port())).map(|_| ())
}

/// How often a port is looked for that is free in both families.
const PORT_TRIES_MAX: u32 = 16;

/// A scenario whose host is a name that a name server of its own gives both addresses.
fn by_name(
    case: &str,
    shows: &'static str,
    expect: Expect,
    serve: fn(&Lab) -> Result<SocketAddr, LabError>,
) -> Scenario {
    Scenario::new(Protocol::Udp, format!("udp/{case}"), shows, expect, move |lab| {
        let address =
            (0..PORT_TRIES_MAX).map(|_| serve(lab)).find(Result::is_ok).unwrap_or_else(|| serve(lab))?;
        let names = dns::dual_stack(lab)?;
        let resolver = json!({ "server": names.ip().to_string(), "port": names.port() });
        let fields = json!({ "host": "dual.zone.test", "resolver": resolver, "message": "ping" });
        Ok(asking(address, &fields, &[]))
    })
}

/// No peer can end a UDP exchange as it can end a connection. The probe's own host can: an administrator (or a program
/// that follows changes of the network) destroys the socket. Here that happens in a network of the scenario's own, so
/// that no socket of anybody else can be meant.
fn aborted() -> Scenario {
    scenario(
        "socket-destroyed",
        "the probe's host destroys its socket while it waits",
        errno(Code::ConnReset, Phase::Wait, "ECONNABORTED"),
        json!({ "message": "ping" }),
        &[],
        |lab| {
            serve(lab, |heard| async move {
                if let Ok(local) = heard.socket.local_addr() {
                    let _ = destroy::udp(heard.from, local);
                }
            })
        },
    )
    .within(Network::new())
}
