//! The scenarios, protocol by protocol.

mod expectations; // short words for what a probe must say
mod block; // from fields to a native test
mod names; // names that do not resolve
mod transport; // what tcp and udp have in common
mod http;
mod ssl;
mod dns;
mod tcp;
mod udp;
mod icmp;
mod grpc;
mod ws;

use crate::Scenario;

/// Every scenario of the lab, ordered by protocol.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    [
        http::scenarios(),
        ssl::scenarios(),
        dns::scenarios(),
        tcp::scenarios(),
        udp::scenarios(),
        icmp::scenarios(),
        grpc::scenarios(),
        ws::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
