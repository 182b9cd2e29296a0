//! The scenarios, protocol by protocol.

mod dns;
mod http;
mod ssl;
mod tcp;

use crate::Scenario;

/// Every scenario of the lab, ordered by protocol.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    [http::scenarios(), ssl::scenarios(), dns::scenarios(), tcp::scenarios()].into_iter().flatten().collect()
}
