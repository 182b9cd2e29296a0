//! HTTP/2 over one connection (RFC 9113), by h2: what all probes, and the questions of our own that go over HTTP, send and
//! read.
//!
//! The library drives the frames. What it is silent about is read from the bytes that passed: when a request ended and
//! its answer began, and which rule was broken where it says no more than "protocol error".

mod exchanges; // when requests end and answers begin
mod frames; // frames, looked at once more
mod hpack; // whether a header block can be decoded
mod end; // what an exchange ended with
mod connection; // the exchange

pub use connection::{Answer, Connection, HEADER_BLOCK_BYTES_MAX, Progress};
pub use end::{Broken, Cause, End, Rule, Scope};
pub(crate) use exchanges::Exchanges;
