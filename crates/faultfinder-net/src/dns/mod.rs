//! Questions to name servers, and everything that their answers can be.
//!
//! [`Query`] is one question, [`exchange()`] asks one server, [`decode()`] reads an answer and is pure. [`SystemResolver`]
//! knows how this host is configured; [`resolve`](crate::resolve()) puts both together.
//!
//! # Decisions
//!
//! * hickory-proto writes the questions and reads names (labels, compression pointers, their loops). The records are
//!   walked here: it takes the first four bytes of an A record of five, lets data run over its RDLENGTH, keeps a TTL
//!   with the top bit, fails a whole message for one type that it knows better, and cannot say at which byte a message
//!   went wrong.
//! * A message from the server that was asked, with the id of the question, that cannot be read is the answer: it is
//!   reported at once. One that can be read but answers something else is ignored, counted and kept as evidence.

mod query; // Query: one question
mod malformed; // Malformed: why a message cannot be read
mod record; // Record
mod wire; // a bounded reader over a message
mod rdata; // the data of a record -> presentation form
mod date; // times of signatures
mod edns; // the EDNS pseudo-record, extended errors
mod decode; // bytes -> Answer
mod select; // which records of an answer are meant
mod server; // Server: where it is and how it is asked
mod exchange; // question -> answer, over UDP and TCP alone
mod datagram; // UDP: tries, and answers that do not fit
mod framed; // TCP and TLS: length-prefixed messages
#[cfg(feature = "tls")]
mod https; // HTTP: messages as bodies
mod tcp; // connections to name servers
#[cfg(feature = "tls")]
mod tls; // TLS sessions with them
#[cfg(feature = "quic")]
mod quic; // QUIC: a stream for each message
mod channel; // Channel: a way to one server that is there already
mod failure; // how an exchange failed -> fault
mod hosts; // the hosts file
mod transport; // ports and encryption
mod system; // SystemResolver: this host's configuration
mod lookup; // name -> addresses
mod reverse; // address -> the name under which its names are

#[cfg(test)]
mod tests;

pub use channel::Channel;
pub use date::date;
pub use decode::{Answer, Mismatch, decode};
pub use edns::{Edns, ExtendedError};
pub use exchange::{Exchange, exchange};
pub use failure::{Failed, Failure, HttpFailure};
pub use malformed::Malformed;
pub use query::{Query, QueryOptions};
pub use record::Record;
pub use reverse::reverse_name;
pub use select::{NoData, answer_fault};
pub use server::Server;
pub use system::SystemResolver;
pub use transport::{check_transport, default_port, is_secure};

pub(crate) use lookup::addresses;
