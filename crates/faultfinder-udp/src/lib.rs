#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! Start with a [`Request`], the target and the message; [`probe()`] sends it and returns a [`Report`] with a
//! [`Response`], the reply datagram, or with the [`Fault`](taxonomy::Fault) that says why none arrived. Assertions,
//! retries and schedules are not here.

mod request; // Request: the target and the message
mod response; // Response: the reply
mod exchange; // one address: send, and wait for the reply
mod probe; // the sequence of a probe

pub use faultfinder_net::{ClientOptions, DeniedNetworks, Shared, Vantage};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::Report;
pub use probe::{check, probe};
pub use request::Request;
pub use response::Response;
