//! Questions to name servers, and all possible answers.
//!
//! [`Query`] is one question, [`exchange()`] asks one server, [`decode()`] decodes an answer and is pure.
//! [`SystemResolver`] has this host's configuration; [`resolve`](crate::resolve()) combines them.
//!
//! # Decisions
//!
//! * hickory-proto reads names (labels, compression pointers, their loops). Questions are encoded here, which are a header
//!   and two records of a fixed form. The records of answers are decoded here, because hickory-proto accepts the first four bytes of a five-byte A record, reads data past its
//!   RDLENGTH, keeps a TTL with the top bit set, rejects a whole message because of one malformed record, and does not
//!   report the byte at which a message is invalid.
//! * An unreadable message from the server that was asked, with the id of the question, counts as the answer: it is
//!   reported at once. A readable message that answers something else is ignored, counted and kept as evidence.

mod query; // Query: one question
mod malformed; // Malformed: why a message cannot be read
mod record; // Record
mod wire; // a bounded reader over a message
mod rdata; // the data of a record -> presentation form
mod date; // times of signatures
mod edns; // the EDNS pseudo-record, extended errors
mod decode; // bytes -> Answer
mod select; // which records of an answer match the question
mod server; // Server: its address and transport
mod exchange; // question -> answer, over UDP and TCP only
mod datagram; // UDP: tries, and answers that do not fit
mod framed; // TCP and TLS: length-prefixed messages
#[cfg(feature = "tls")]
mod https; // HTTP: messages as bodies
mod tcp; // connections to name servers
#[cfg(feature = "tls")]
mod tls; // TLS sessions with them
#[cfg(feature = "quic")]
mod quic; // QUIC: a stream for each message
mod channel; // Channel: an open channel to one server
mod failure; // how an exchange failed -> fault
mod hosts; // the hosts file
mod transport; // ports and encryption
mod resolv_conf; // Configuration: what resolv.conf says
mod watched; // Watched: a file that is read again when it has changed
mod system; // SystemResolver: this host's configuration
mod without_edns; // WithoutEdns: servers that do not accept EDNS
mod servers; // one family of addresses, from several servers in turn
mod lookup; // name -> addresses
mod reverse; // address -> the name for reverse lookups

#[cfg(test)]
mod tests;

pub use channel::Channel;
pub use date::date;
pub use decode::{Answer, Mismatch, decode, is_rejection_of_edns};
pub use edns::{Edns, ExtendedError};
pub use exchange::{Exchange, exchange};
pub use failure::{Failed, Failure, HttpFailure, WITHOUT_EDNS_HINT, fitting_hints};
pub use malformed::Malformed;
pub use query::{Query, QueryOptions};
pub use record::Record;
pub use reverse::reverse_name;
pub use select::{NoData, answer_fault};
pub use server::Server;
pub use system::{SystemResolver, addresses_in_hosts, planned_lookup};
pub use transport::{check_transport, default_port, is_secure};

pub(crate) use lookup::addresses;
