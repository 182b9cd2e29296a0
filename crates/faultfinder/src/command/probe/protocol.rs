//! What each protocol has in addition to its fields: a protocol is one row of [`COMMANDS`], and one file.

mod http; // HTTP
mod ssl; // TLS endpoints
mod dns; // DNS questions
mod tcp; // TCP connections
mod udp; // UDP exchanges
mod icmp; // ICMP echo requests
mod grpc; // gRPC calls
mod ws; // WebSockets

use super::command::Special;

/// The commands, in the order in which they are listed.
pub(super) static COMMANDS: [&Special; 8] = [
    &http::COMMAND,
    &ssl::COMMAND,
    &dns::COMMAND,
    &tcp::COMMAND,
    &udp::COMMAND,
    &icmp::COMMAND,
    &grpc::COMMAND,
    &ws::COMMAND,
];
