//! A UDP probe: one exchange of datagrams, and exactly what broke.
//!
//! Start with a [`Request`], the target and the message; [`probe()`] sends it and yields a [`Report`] with a [`Response`], the
//! datagram that came back, or with the [`Fault`](taxonomy::Fault) that says why none did. Assertions, retries and
//! schedules are not here.
//!
//! # Example
//!
//! ```
//! use faultfinder_udp::{Request, Vantage, probe};
//! use tokio::net::UdpSocket;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! // A service that answers every client.
//! let service = UdpSocket::bind("127.0.0.1:0").await?;
//! let port = service.local_addr()?.port();
//! tokio::spawn(async move {
//!     let (_, client) = service.recv_from(&mut [0; 64]).await?;
//!     service.send_to(b"pong", client).await
//! });
//! let request = Request { message: b"ping".to_vec(), ..Request::new("127.0.0.1", port) };
//! let report = probe(&Vantage::system(), &request).await;
//! assert_eq!(report.outcome.unwrap().received, b"pong");
//! # Ok(())
//! # }
//! ```

mod request; // Request: the target and the message
mod response; // Response: what came back
mod exchange; // one address: send, and wait for what comes back
mod probe; // the sequence of a probe

pub use faultfinder_net::{ClientOptions, DeniedNetworks, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use probe::{check, probe};
pub use request::Request;
pub use response::Response;
