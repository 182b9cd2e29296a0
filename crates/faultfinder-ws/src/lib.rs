#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! Start with a [`Request`], where to connect and the [`Step`]s of the conversation; [`probe()`] holds it and yields a
//! [`Report`] with a [`Response`], or with the [`Fault`](taxonomy::Fault) that says what broke. Assertions, retries and
//! schedules are not here. Whoever wants a conversation that is no script takes the [`Connection`] under it.
//!
//! # Decisions
//!
//! * The opening handshake is read here and not by the library: strictly as HTTP/1.1, with the limits of the other
//!   probes, and so that every way in which it can be wrong has its name.
//! * Frames are looked at before the library gets them. It reads a frame whole before it objects to its first byte, says
//!   less than the frame shows, and turns an illegal close code into another one.
//! * No extension is offered: the library has no permessage-deflate.
//! * What happens before the answer to the upgrade is the transport's or HTTP's; everything after it is `WEBSOCKET` in
//!   the receive phase, but for what TLS itself says and for time that runs out.

mod request; // Request, Step, Auth: where to connect, and what to say there
mod response; // Response, Message, Close: what came of it
mod probe; // the order of things
mod prepare; // Request -> Prepared: everything that can be refused before a packet is sent
mod opening; // the opening handshake
mod accept; // whether the answer to it opens a WebSocket
mod connection; // Connection: messages in both directions, and the closing handshake
mod conversation; // the steps
mod socket; // frames to and from a peer
mod reader; // messages, read from frames
mod text; // whether bytes that come in pieces are UTF-8
mod failure; // what ended a connection -> fault

pub use connection::{Connection, Event};
pub use faultfinder_net::tls::TlsOptions;
pub use faultfinder_net::{ClientOptions, DeniedNetworks, Login, Trace, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use prepare::check;
pub use probe::probe;
pub use request::{Auth, Request, Step};
pub use response::{Close, Message, Opening, Response};
