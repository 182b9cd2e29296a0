//! A TLS endpoint probe: the chain, what was negotiated, and exactly what broke.
//!
//! [`probe()`] makes one handshake with a [`Request`]'s endpoint and has `faultfinder-x509` judge the chain. A fault
//! names the X.509 code, the alert, or what was wrong with the peer's bytes, and the report keeps everything that was
//! presented before it.
//!
//! ```no_run
//! use faultfinder_ssl::{Request, Vantage, probe};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let report = probe(&Vantage::system(), &Request::new("shop.example")).await;
//! for certificate in report.facts.tls.iter().flat_map(|tls| &tls.chain) {
//!     println!("{} by {}", certificate.subject, certificate.issuer);
//! }
//! match report.outcome {
//!     Ok(response) => println!("{:?} days left", response.days_to_expiry),
//!     Err(fault) => println!("{fault}"),
//! }
//! # }
//! ```

mod request; // Request, Response
mod probe; // the handshakes

pub use probe::{check, probe};
pub use request::{Request, Response};

pub use faultfinder_net::{ClientOptions, DeniedNetworks, Pem, Vantage, tls::TlsOptions};
pub use faultfinder_taxonomy as taxonomy;
pub use faultfinder_taxonomy::word::{StartTls, TlsVersion};
