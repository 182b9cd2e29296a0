#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! [`probe()`] makes one call on a separate connection: a health check, or any method whose schema is known
//! ([`Schema`]: compiled from `.proto` files, decoded from a descriptor set, or requested by server reflection).
//! Messages and responses are JSON.
//!
//! A failure of the transport has the transport's code (`CONNREFUSED`, `SSL`, `TIMEOUT` ...); `GRPC` is reserved for
//! statuses: those that the server sent, those that a plain HTTP response is mapped to, and those that the gRPC
//! documents define for a malformed response.

mod request; // Request: the request, Call, Method
mod target; // a URL -> host, port, TLS or not
mod schema; // Schema: what the messages look like
mod response; // Response: the result
mod probe; // the sequence of a probe
mod prepare; // Request -> Prepared: everything that can be refused before a packet is sent
mod metadata; // metadata
mod message; // JSON <-> messages
mod json; // JSON within limits, and the positions in it
mod health; // the health service
mod reflection; // the schema, by reflection
mod connection; // one connection: TCP, TLS, HTTP/2
mod channel; // the connection as tonic calls it
mod exchange; // one call over a connection
mod prefixes; // the prefix of messages
mod status; // errors that map to a status
mod failure; // the end of an exchange -> fault

pub use faultfinder_taxonomy::word::Compression;
pub use prepare::check;
pub use probe::probe;
pub use request::{Call, Method, Request};
pub use response::{Response, StatusOrigin};
pub use schema::{Descriptors, ProtoSource, Schema};

pub use faultfinder_net::{ClientOptions, DeniedNetworks, Shared, Vantage, tls::TlsOptions};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
