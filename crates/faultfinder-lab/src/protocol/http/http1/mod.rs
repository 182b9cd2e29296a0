//! HTTP/1.

mod server; // reads requests, plays scripts
mod request; // what a client has asked for
mod answers; // whole answers
mod basics; // answers as they should be
mod status_line; // first lines
mod headers; // header blocks
mod framing; // where a body ends
mod body; // sizes and characters
mod coding; // gzip, deflate, brotli, zstd
mod closing; // FIN and RST at the wrong moment
mod timing; // peers that take too long
mod redirects; // where redirects lead
mod cookies; // cookies over redirects
mod authentication; // credentials
mod uploads; // bodies of requests
mod assertions; // complete answers that are not what was wanted
mod names; // host names that do not resolve
mod tls; // https
mod strangers; // peers that speak another protocol, or first

pub(crate) use answers::{answer, ok, ok_with, redirect};
pub(crate) use request::Request;
pub(crate) use server::{converse, serve};

use super::row::Row;

/// All scenarios of HTTP/1.
pub(crate) fn rows() -> Vec<Row> {
    [
        basics::rows(),
        status_line::rows(),
        headers::rows(),
        framing::rows(),
        body::rows(),
        coding::rows(),
        closing::rows(),
        timing::rows(),
        redirects::rows(),
        cookies::rows(),
        authentication::rows(),
        uploads::rows(),
        assertions::rows(),
        names::rows(),
        tls::rows(),
        strangers::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
