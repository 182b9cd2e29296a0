//! HTTP/3.

mod frame; // frames, and field lines without compression
mod script; // what a server says, and how it ends
mod server; // greets, reads a request, plays a script
mod basics; // answers as they should be
mod streams; // RESET_STREAM, and streams that end too early
mod closing; // CONNECTION_CLOSE, silence, and nobody there
mod crash; // servers that die in the middle of a connection
mod messages; // frames and messages against the rules
mod secure; // certificates and ALPN
mod discovery; // origins that offer HTTP/3 by Alt-Svc

use super::row::Row;

/// All scenarios of HTTP/3.
pub(crate) fn rows() -> Vec<Row> {
    [
        basics::rows(),
        streams::rows(),
        closing::rows(),
        crash::rows(),
        messages::rows(),
        secure::rows(),
        discovery::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
