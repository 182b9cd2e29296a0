//! HTTP/2 over one connection (RFC 9113), by h2: what all probes, and the questions of our own that go over HTTP, send and
//! read.
//!
//! The library drives the frames. What it is silent about is read from the bytes that passed: when a request ended and
//! its answer began, and which rule was broken where it says no more than "protocol error".

mod frames; // frames, looked at once more
mod hpack; // whether a header block can be decoded
mod rule; // Rule: one that the library does not enforce
mod end; // what an exchange ended with
mod connection; // the exchange

pub use connection::{Answer, Connection, HEADER_BLOCK_BYTES_MAX, Progress};
pub use end::{Broken, Cause, End, Scope};
pub use rule::Rule;
