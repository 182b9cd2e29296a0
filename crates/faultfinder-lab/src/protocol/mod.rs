//! The scenarios, protocol by protocol.

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
