#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! Start with a [`Request`], what to ask and whom; [`probe()`] asks it and yields a [`Report`] with a [`Response`], or
//! with the [`Fault`](taxonomy::Fault) that says what broke. Assertions, retries and schedules are not here.
//!
//! # Decisions
//!
//! * One server is asked, not the system's whole list: a test of a name server must not pass because another one knew.
//! * An answer that cannot be read is reported at once; one that answers something else is ignored, and counted.
//! * A chain of CNAMEs is followed inside the answer. One that ends in nothing, or comes back, is `NODATA`.
//! * Signatures are validated here, from a trust anchor, because a resolver's AD bit says neither who set it nor why not:
//!   see [`Validation`].
//! * With `all_servers` the name servers of the zone are asked, each address, and compared: see [`ServerAnswer`].

mod request; // Request: what to ask, and whom
mod server_answer; // ServerAnswer: what one of several name servers answered
mod verdict; // Validation: what validating an answer found
mod response; // Response, Record: what was answered
mod question; // names and types -> a question
mod server; // the server that is asked
#[cfg(feature = "dnssec")]
mod dnssec; // is the answer what the zone's owner published?
mod asking; // one question to one server
#[cfg(feature = "dnssec")]
mod validation; // validating an answer with the help of its server
mod survey; // all name servers of a zone, compared
mod probe; // the exchange, and what it means

#[cfg(feature = "dnssec")]
pub use dnssec::is_inline_anchor;
pub use faultfinder_net::dns::{Edns, ExtendedError};
#[cfg(feature = "tls")]
pub use faultfinder_net::tls;
pub use faultfinder_net::{ClientOptions, DeniedNetworks, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use faultfinder_taxonomy::word::{Dnssec, RecordType, Transport};
pub use probe::{check, probe};
pub use request::Request;
pub use response::{Consistency, Record, Response};
pub use server_answer::ServerAnswer;
pub use verdict::{Security, Validation};
