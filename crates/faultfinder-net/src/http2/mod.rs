//! HTTP/2 on one connection (RFC 9113), based on h2, for all probes and for auxiliary requests over HTTP.
//!
//! The library handles the frames. Details that it does not report are read from the transferred bytes: when a request
//! ended and its response began, and where it reports only "protocol error": which rule was violated, by which frame on which
//! stream, and by which field. A response that the library accepts is searched for pseudo-headers that it must not have.

mod frames; // the rules for frames
pub(crate) mod hpack; // field sections as they are compressed
mod section; // field sections, put together from their frames
pub(crate) mod field; // the rules for one field
mod rule; // Rule: one that the peer violated
mod message; // the rules for a response as a whole
mod end; // how an exchange ended
mod connection; // the exchange

pub use crate::goaway::saying;
pub use connection::{Answer, Connection, FLOOD_BYTES_MAX, HEADER_BLOCK_BYTES_MAX, Progress};
pub use end::{Broken, Cause, End, SENT_AGAIN, Scope, UNPROCESSED, is_unprocessed, violation};
pub use rule::Rule;
