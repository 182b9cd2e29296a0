#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! Start with a [`Request`], the address and the [`Step`]s of the conversation; [`probe()`] runs it and returns a
//! [`Report`] with a [`Response`], or with the [`Fault`](taxonomy::Fault) that says what broke. Assertions, retries and
//! schedules are not here.

mod request; // Request, Step: the address, and the data to send
mod pattern; // Pattern: what a line must match, and its groups in what is sent
mod response; // Response, Connection: the result
mod conversation; // sending and receiving
mod probe; // the sequence of a probe

#[cfg(feature = "tls")]
pub use faultfinder_net::tls::TlsOptions;
pub use faultfinder_net::{ClientOptions, DeniedNetworks, Shared, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
#[cfg(feature = "tls")]
pub use faultfinder_taxonomy::word::StartTls;
pub use faultfinder_taxonomy::word::TrackHops;
pub use pattern::{PATTERN_BYTES_MAX, Pattern, groups_in};
pub use probe::{check, probe};
pub use request::{Request, Step};
pub use response::{Connection, Response};
