//! ICMP errors, and sockets that this host closes.

use super::case::serve;
use super::destroy;
use crate::network::Network;
use crate::peer::{self, ANY_V6};
use crate::protocol::expectations::errno;
use crate::protocol::transport::UDP;
use crate::{Expect, Scenario};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = vec![
        UDP.scenario(
            "closed-port",
            "nobody listens on the port",
            refused().saying("ICMP port unreachable"),
            json!({ "message": "ping" }),
            &[],
            peer::closed_udp,
        ),
        aborted(),
    ];
    if peer::has_ipv6() {
        scenarios.extend(with_ipv6());
    }
    scenarios
}

fn refused() -> Expect {
    errno(Code::ConnRefused, Phase::Wait, "ECONNREFUSED")
}

fn with_ipv6() -> Vec<Scenario> {
    let echo = |lab: &_| serve(lab, |heard| async move { heard.answer(&heard.payload).await });
    let mut scenarios = vec![UDP.scenario(
        "closed-port-v6",
        "nobody listens on the port, over IPv6",
        refused().saying("ICMP port unreachable"),
        json!({ "message": "ping" }),
        &[],
        |lab| peer::closed_udp_at(lab, ANY_V6),
    )];
    scenarios.extend(UDP.dual(refused(), &json!({ "message": "ping" }), echo, peer::closed_udp_at));
    scenarios
}

/// No peer can end a UDP exchange as it can end a connection. The probe's own host can: an administrator (or a program
/// that follows changes of the network) destroys the socket. Here that happens in a network of the scenario's own, so
/// that no socket of anybody else can be meant.
fn aborted() -> Scenario {
    UDP.scenario(
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
