//! HTTP/1.1 on one connection (RFC 9112), for all probes and for auxiliary requests over HTTP.
//!
//! Responses are read strictly by the grammar. The first violation ends the exchange, even when the rest of the head
//! never arrives, and has the name that llhttp gives it, which is known from Node.js.

mod limits; // size limits of heads
mod error; // why there is no response
mod grammar; // the rules, line by line
mod lines; // blocks of lines, read incrementally
mod head; // the head of a response
mod body; // where a body ends
mod notes; // the transferred data, and when
mod request; // the request
mod connection; // the exchange

pub use connection::{Connection, Progress};
pub use error::{Error, TooLarge, Violation};
pub use head::{Head, read_head};
pub use limits::{INTERIM_MAX, Limits, Rules};
pub use notes::Notes;
pub use request::{Outgoing, head_of, head_spelled};

#[cfg(test)]
mod tests;
