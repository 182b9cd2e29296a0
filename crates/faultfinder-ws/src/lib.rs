#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! Start with a [`Request`], the URL and the [`Step`]s of the conversation; [`probe()`] runs it and returns a
//! [`Report`] with a [`Response`], or with the [`Fault`](taxonomy::Fault) that says what broke. Assertions, retries and
//! schedules are not here. For a conversation that is not a fixed script, use [`Connection`] directly.
//!
//! # Decisions
//!
//! * The opening handshake is read by `faultfinder-net`, not by the library: strictly as HTTP/1.1, with the limits of the
//!   other probes, so that every possible mistake has its own name.
//! * Frames are read here, not by the library. The library reads a whole frame before it rejects its first byte, reports
//!   less than the frame shows, and replaces an invalid close code with another one.
//! * No extension is offered: the library has no permessage-deflate.
//! * Failures before the response to the upgrade have the codes of the transport or HTTP. All later failures are `WEBSOCKET`
//!   in the receive phase, except failures of TLS itself and timeouts.

mod request; // Request, Step, Auth: the URL, and the data to send
mod response; // Response, Message, Close: the result
mod probe; // the sequence of a probe
mod prepare; // Request -> Prepared: every check that is possible before a packet is sent
mod opening; // the opening handshake
mod redirect; // where a response sends the client
mod accept; // whether the response to it opens a WebSocket
mod connection; // Connection: messages in both directions, and the closing handshake
mod conversation; // the steps
mod socket; // frames to and from a peer
mod reader; // messages, read from frames
mod text; // incremental UTF-8 validation
mod failure; // the end of a connection -> fault

pub use connection::{Connection, Event};
pub use faultfinder_net::tls::TlsOptions;
pub use faultfinder_net::{ClientOptions, DeniedNetworks, Login, Shared, Trace, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use prepare::check;
pub use probe::probe;
pub use request::{Auth, Request, Step};
pub use response::{Close, Message, Opening, Response};
