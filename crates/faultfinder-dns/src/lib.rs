//! A DNS probe: one question, and rcodes, NODATA, malformed and mismatched answers told apart.
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
//!
//! # Example
//!
//! ```
//! use faultfinder_dns::{Request, Vantage, probe};
//! use tokio::net::UdpSocket;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! // A name server that knows no names: it sends the question back as an answer with RCODE 3.
//! let server = UdpSocket::bind("127.0.0.1:0").await?;
//! let port = Some(server.local_addr()?.port());
//! tokio::spawn(async move {
//!     let mut message = [0; 512];
//!     while let Ok((length, client)) = server.recv_from(&mut message).await {
//!         (message[2], message[3]) = (0x81, 0x83);
//!         let _ = server.send_to(&message[..length], client).await;
//!     }
//! });
//! let request = Request { server: Some("127.0.0.1".into()), port, ..Request::new("nowhere.test") };
//! let fault = probe(&Vantage::system(), &request).await.outcome.unwrap_err();
//! assert_eq!(fault.code.as_str(), "DNS");
//! assert_eq!(fault.detail.name(), "NXDOMAIN");
//! # Ok(())
//! # }
//! ```

mod request; // Request: what to ask, and whom
mod server_answer; // ServerAnswer: what one name server of a zone answered
mod response; // Response, Record: what was answered
mod question; // names and types -> a question
mod server; // the server that is asked
mod dnssec; // is the answer what the zone's owner published?
mod asking; // asking one server
mod survey; // all name servers of a zone, compared
mod probe; // the exchange, and what it means

pub use dnssec::{Security, Validation, is_inline_anchor};
pub use faultfinder_net::dns::{Edns, ExtendedError};
pub use faultfinder_net::{ClientOptions, DeniedNetworks, Vantage, tls};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use faultfinder_taxonomy::word::{Dnssec, RecordType, Transport};
pub use probe::{check, probe};
pub use request::Request;
pub use response::{Consistency, Record, Response};
pub use server_answer::ServerAnswer;
