//! An HTTP/1.1 and HTTP/2 probe that says exactly what broke.
//!
//! [`probe`] sends one [`Request`] and follows its redirects; it answers with a report of the [`Response`] or the
//! fault. Every request has a connection of its own, so that every phase is measured and nothing is hidden by a pool.

mod request; // Request
mod response; // Response

pub use request::{Auth, Body, Part, Request, Version};
pub use response::{Hop, Response};

use faultfinder_net::Vantage;
use faultfinder_taxonomy::Report;

/// Sends one request and follows its redirects, as far as its options say.
pub async fn probe(_vantage: &Vantage, _request: &Request) -> Report<Response> {
    todo!()
}
