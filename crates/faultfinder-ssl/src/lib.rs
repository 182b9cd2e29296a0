#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! [`probe()`] makes one handshake with a [`Request`]'s endpoint and has `faultfinder-x509` verify the chain. A fault
//! names the X.509 code, the alert, or the error in the peer's data, and the report keeps everything that was presented
//! before it.

mod request; // Request, Response
mod probe; // the handshakes

pub use probe::{check, probe};
pub use request::{Request, Response};

pub use faultfinder_net::{ClientOptions, DeniedNetworks, Pem, Shared, Vantage, tls::TlsOptions};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::word::{StartTls, TlsVersion};
