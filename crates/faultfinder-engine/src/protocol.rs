//! What each protocol needs: its request from a definition, what assertions may read of its answer, and its answer in
//! short. A protocol is one row of [`build`], and one file.

mod probe; // Probe: a request that is ready to be sent
mod answer; // Answer: what an answer says of itself
mod client; // the route to the target: fields that all requests share
mod tls; // TLS settings
mod proxy; // proxies
mod credentials; // users and passwords
mod excerpt; // what was received, for results
mod file; // files whose bytes are sent
mod http;
mod ssl;
mod dns;
mod tcp;
mod udp;
mod icmp;
pub(crate) mod grpc;
mod ws;
pub(crate) mod envelope; // what an API says of its own failure
pub(crate) mod challenge; // challenges of answers that refuse credentials

pub(crate) use answer::{Answer, Cut};
pub use file::FILE_BYTES_MAX;
pub use http::TEXT_BODY_BYTES_MAX;
pub(crate) use probe::{Probe, Sent};

use crate::section::Section;
use faultfinder_assert::Assertion;
use faultfinder_taxonomy::Protocol;
use std::sync::Arc;

/// Makes the request that a definition describes. What is wrong with its fields is kept by the section's renderer.
pub(crate) fn build(
    protocol: Protocol,
    section: &mut Section<'_, '_>,
    assertions: &[Assertion],
) -> Arc<dyn Probe> {
    match protocol {
        Protocol::Http => Arc::new(http::build(section, assertions)),
        Protocol::Ssl => Arc::new(ssl::build(section)),
        Protocol::Dns => Arc::new(dns::build(section, assertions)),
        Protocol::Tcp => Arc::new(tcp::build(section, assertions)),
        Protocol::Udp => Arc::new(udp::build(section)),
        Protocol::Icmp => Arc::new(icmp::build(section)),
        Protocol::Grpc => Arc::new(grpc::build(section)),
        Protocol::Ws => Arc::new(ws::build(section, assertions)),
    }
}
