//! A TCP probe: connect, send, expect, and exactly what broke.
//!
//! Start with a [`Request`], where to connect and the [`Step`]s of the conversation; [`probe()`] holds it and yields a
//! [`Report`] with a [`Response`], or with the [`Fault`](taxonomy::Fault) that says what broke. Assertions, retries and
//! schedules are not here.
//!
//! # Example
//!
//! ```
//! use faultfinder_tcp::{Request, Step, Vantage, probe};
//! use tokio::{io::AsyncWriteExt as _, net::TcpListener};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! // A mail server that closes in the middle of its greeting.
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let port = listener.local_addr()?.port();
//! tokio::spawn(async move {
//!     let (mut client, _) = listener.accept().await?;
//!     client.write_all(b"220 mx.te").await
//! });
//! let request = Request { steps: vec![Step::Expect("220 mx.test".into())], ..Request::new("127.0.0.1", port) };
//! let report = probe(&Vantage::system(), &request).await;
//! let fault = report.outcome.unwrap_err();
//! assert_eq!((fault.code.as_str(), fault.phase.as_str()), ("CONNRESET", "receive"));
//! assert_eq!(fault.detail.name(), "premature-close");
//! # Ok(())
//! # }
//! ```

mod request; // Request, Step: where to connect, and what to send
mod response; // Response, Connection: the result
mod conversation; // sending and receiving
mod probe; // the sequence of a probe

pub use faultfinder_net::tls::TlsOptions;
pub use faultfinder_net::{ClientOptions, DeniedNetworks, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use faultfinder_taxonomy::word::{StartTls, TrackHops};
pub use probe::{check, probe};
pub use request::{Request, Step};
pub use response::{Connection, Response};
