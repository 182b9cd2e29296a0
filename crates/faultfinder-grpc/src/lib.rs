#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! [`probe()`] makes one call over a connection of its own: a health check, or any method whose schema is known
//! ([`Schema`]: compiled from `.proto` files, decoded from a descriptor set, or asked for by server reflection). The
//! message goes in as JSON and the answer comes out as JSON.
//!
//! What the transport ends with has the transport's code (`CONNREFUSED`, `SSL`, `TIMEOUT` ...); `GRPC` is kept for
//! statuses: those that the server sent, those that an answer of plain HTTP stands for, and those that the gRPC
//! documents give to a broken answer.

mod request; // Request: what is asked, Call, Method
mod target; // a URL -> host, port, TLS or not
mod schema; // Schema: what the messages look like
mod response; // Response: what came of it
mod probe; // the order of things
mod prepare; // Request -> Prepared: everything that can be refused before a packet is sent
mod metadata; // what goes beside a message
mod message; // JSON <-> messages
mod json; // JSON within limits, and where in it something stands
mod health; // the health service
mod reflection; // the schema, asked for
mod connection; // one connection: TCP, TLS, HTTP/2
mod channel; // the connection as tonic calls it
mod exchange; // one call over a connection
mod prefixes; // what stands before messages
mod status; // what stands for a status
mod failure; // what ended an exchange -> fault

pub use faultfinder_taxonomy::word::Compression;
pub use prepare::check;
pub use probe::probe;
pub use request::{Call, Method, Request};
pub use response::{Response, StatusOrigin};
pub use schema::{Descriptors, ProtoSource, Schema};

pub use faultfinder_net::{ClientOptions, DeniedNetworks, Vantage, tls::TlsOptions};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
