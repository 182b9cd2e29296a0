//! Peers for the `grpc` probe.
//!
//! The peer that behaves is a server on tonic. Those that answer as no gRPC library would are built on the h2 library;
//! those that break the connection write HTTP/2 frames byte by byte, as the ones for HTTP do.

mod case; // from a peer to a scenario
mod service; // servers that read a call and answer it
mod conforming; // a server that keeps to the rules
mod wire; // messages as bytes
mod schema; // what the lab's own service looks like
mod statuses; // statuses that the server sends
mod mapped; // answers of HTTP that stand for statuses
mod messages; // messages that are broken, compressed or missing
mod streams; // RST_STREAM, GOAWAY
mod transport; // connections that end, hang or are never made
mod secure; // TLS
mod health; // the health service
mod methods; // calls with a schema: messages, metadata, streams, deadlines
mod reflection; // the schema, asked for
mod definition; // calls that cannot be made as they are defined, assertions that fail

use crate::Scenario;

/// All scenarios of this protocol.
pub(super) fn scenarios() -> Vec<Scenario> {
    [
        statuses::scenarios(),
        mapped::scenarios(),
        messages::scenarios(),
        streams::scenarios(),
        transport::scenarios(),
        secure::scenarios(),
        health::scenarios(),
        methods::scenarios(),
        reflection::scenarios(),
        definition::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
