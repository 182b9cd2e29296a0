#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! Start with a [`Request`], the question and the server; [`probe()`] sends it and returns a [`Report`] with a
//! [`Response`], or with the [`Fault`](taxonomy::Fault) that says what broke. Assertions, retries and schedules are not
//! here.
//!
//! # Decisions
//!
//! * Only one server is asked, not the system's whole list: a test of a name server must not pass because another one
//!   answered.
//! * An unreadable answer is reported at once; an answer to another question is ignored and counted.
//! * A chain of CNAMEs is followed inside the answer. A chain without a record at its end, or with a loop, is `NODATA`.
//! * Signatures are validated here, from a trust anchor, because a resolver's AD bit shows neither who set it nor the
//!   reason: see [`Validation`].
//! * With `all_servers` all addresses of the zone's name servers are asked, and compared: see [`ServerAnswer`].

mod request; // Request: the question and the server
mod server_answer; // ServerAnswer: the answer of one of several name servers
mod verdict; // Validation: the result of validating an answer
mod response; // Response, Record: the answer
mod question; // names and types -> a question
mod server; // the server that is asked
#[cfg(feature = "dnssec")]
mod dnssec; // is the answer what the zone's owner published?
mod asking; // one question to one server
#[cfg(feature = "dnssec")]
mod validation; // validating an answer with the help of its server
mod survey; // all name servers of a zone, compared
mod probe; // the exchange and its evaluation

#[cfg(feature = "dnssec")]
pub use dnssec::is_inline_anchor;
pub use faultfinder_net::dns::{Edns, ExtendedError};
#[cfg(feature = "tls")]
pub use faultfinder_net::tls;
pub use faultfinder_net::{ClientOptions, DeniedNetworks, Shared, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use faultfinder_taxonomy::word::{Dnssec, RecordType, Transport};
pub use probe::{check, probe};
pub use request::Request;
pub use response::{Consistency, Record, Response};
pub use server_answer::ServerAnswer;
pub use verdict::{Security, Validation};
