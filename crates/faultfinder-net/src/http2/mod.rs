//! HTTP/2 on one connection (RFC 9113), based on h2, for all probes and for auxiliary requests over HTTP.
//!
//! The library handles the frames. Details that it does not report are read from the transferred bytes: when a request
//! ended and its response began, and which rule was violated where it reports only "protocol error".

mod frames; // additional checks of frames
mod hpack; // whether a header block can be decoded
mod rule; // Rule: one that the library does not enforce
mod end; // how an exchange ended
mod connection; // the exchange

pub use connection::{Answer, Connection, FLOOD_BYTES_MAX, HEADER_BLOCK_BYTES_MAX, Progress};
pub use end::{Broken, Cause, End, SENT_AGAIN, Scope, UNPROCESSED, is_unprocessed};
pub use rule::Rule;
