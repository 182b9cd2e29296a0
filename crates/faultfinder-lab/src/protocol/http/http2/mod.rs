//! HTTP/2.

pub(crate) mod frame; // frames, and field lines without compression
mod answer; // Answer: what a server says on a stream
mod server; // reads frames, greets, plays scripts
mod basics; // answers as they should be
mod streams; // RST_STREAM
mod goaway; // GOAWAY
mod connection; // faults of the connection: frames, SETTINGS, HPACK, windows
mod messages; // answers that are well framed and malformed all the same
mod closing; // FIN, RST and silence
mod alpn; // HTTP/2 over TLS

pub(crate) use answer::Answer;
pub(crate) use basics::whole as ok;
pub(crate) use server::{Greeting, converse, serve, serve_in_turn};

use super::row::Row;

/// All scenarios of HTTP/2.
pub(crate) fn rows() -> Vec<Row> {
    [
        basics::rows(),
        streams::rows(),
        goaway::rows(),
        connection::rows(),
        messages::rows(),
        closing::rows(),
        alpn::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
