//! The scenarios, protocol by protocol.

mod expectations; // short words for what a probe must say
mod block; // from fields to a native test
mod names; // names that do not resolve
mod transport; // what tcp and udp have in common
mod balancer; // servers that want the PROXY protocol
mod shared; // faults of the connection that all protocols over TCP have
mod http;
mod ssl;
mod dns;
mod tcp;
mod udp;
mod icmp;
mod grpc;
mod ws;

use crate::Scenario;
use faultfinder_taxonomy::Protocol;

/// Every scenario of the lab, ordered by protocol.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    [
        http::scenarios(),
        shared::scenarios(Protocol::Http),
        ssl::scenarios(),
        shared::scenarios(Protocol::Ssl),
        dns::scenarios(),
        shared::scenarios(Protocol::Dns),
        tcp::scenarios(),
        shared::scenarios(Protocol::Tcp),
        udp::scenarios(),
        icmp::scenarios(),
        grpc::scenarios(),
        shared::scenarios(Protocol::Grpc),
        ws::scenarios(),
        shared::scenarios(Protocol::Ws),
        balancer::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
