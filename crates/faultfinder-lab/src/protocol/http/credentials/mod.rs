//! Peers that verify who asks, and those who refuse or cannot be satisfied.
//!
//! Every peer computes for itself what the client must have computed: none compares with a recorded text.

mod proof; // what a client proves, and what a server says that refuses it
mod digest; // RFC 7616
mod digest_response; // what a client must have computed for it
mod ntlm; // MS-NLMP
mod ntlm_hash; // what an NTLM client must have computed
mod sigv4; // AWS signature version 4
mod oauth2; // RFC 6749: a token endpoint and a resource
mod jwt; // RFC 7519

use super::row::Row;

/// All scenarios about credentials, but for basic and bearer.
pub(super) fn rows() -> Vec<Row> {
    [digest::rows(), ntlm::rows(), sigv4::rows(), oauth2::rows(), jwt::rows()].into_iter().flatten().collect()
}
