//! Scenarios for the `http` probe.
//!
//! A row of a table says everything about one scenario: what the peer writes, byte by byte, the request that meets
//! it, and what must come of it. No peer uses an HTTP library, so nothing is written that a row does not say.

mod row; // Row: one scenario; http1(), h2c(): the two usual peers
mod script; // Script: bytes, pauses, FIN, RST
mod secure; // https servers with the lab's certificates
pub(crate) mod expectations; // short words for what a probe must say
mod http1; // the HTTP/1 server, and its families of scenarios
mod http2; // the HTTP/2 server, and its families of scenarios
mod http3; // the HTTP/3 server, and its families of scenarios
mod socks; // SOCKS5 proxies, good and bad
mod proxy; // proxies that do not do what they are asked
mod config; // requests that cannot be sent as they are defined
mod credentials; // who asks, verified
mod envelope; // the platform's error envelope
mod graphql; // GraphQL
#[cfg(test)]
mod tests;

pub(crate) use http1::Request;
pub(crate) use http2::{Answer, Greeting, frame, serve as serve_http2, serve_in_turn as serve_http2_in_turn};
pub(crate) use proxy::{forbidding, relay, through as through_proxy, through_ungrateful};
pub(crate) use row::Site;
pub(crate) use script::Script;
pub(crate) use secure::trusting;

use crate::{Lab, LabError, Scenario};
use std::net::SocketAddr;

/// All scenarios of this protocol.
pub(super) fn scenarios() -> Vec<Scenario> {
    let versions = [http1::rows(), http2::rows(), http3::rows()];
    let proxies = [proxy::rows(), socks::rows()];
    let apis = [config::rows(), credentials::rows(), envelope::rows(), graphql::rows()];
    versions.into_iter().chain(proxies).chain(apis).flatten().map(Scenario::from).collect()
}

/// A server that answers every request with `200`.
pub(super) fn ok_http1(lab: &Lab) -> Result<SocketAddr, LabError> {
    http1::serve(lab, |_| http1::ok())
}

/// The same over TLS, with the lab's good certificate.
pub(super) fn ok_https(lab: &Lab) -> Result<SocketAddr, LabError> {
    secure::serve(lab, lab.pki().good(), &[], secure::Answers::OK)
}
