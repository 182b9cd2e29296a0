//! HTTP/1.1 over one connection (RFC 9112): what all probes, and the questions of our own that go over HTTP, send and read.
//!
//! Answers are read as strictly as the grammar is. The first rule that is broken ends the exchange, also when the rest of
//! the head never comes, and is named as llhttp names it, which people know from Node.js.

mod limits; // how long heads may be
mod error; // why there is no answer
mod grammar; // the rules, line by line
mod lines; // blocks of lines, as they come
mod head; // the head of an answer
mod body; // where a body ends
mod notes; // what went over the connection, and when
mod request; // what is sent
mod connection; // the exchange

pub use connection::{Connection, Progress};
pub use error::{Error, TooLarge, Violation};
pub use head::{Head, read_head};
pub use limits::{Limits, Rules};
pub use notes::Notes;
pub use request::{Outgoing, head_of};

#[cfg(test)]
mod tests;
