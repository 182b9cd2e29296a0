//! Peers that verify credentials, and peers that refuse them or cannot be satisfied.
//!
//! Every peer computes the expected value itself; none compares with a recorded text.

mod proof; // a client's proof, and a server's refusal
mod digest; // RFC 7616
mod digest_response; // the digest that a client must have computed
mod ntlm; // MS-NLMP
mod ntlm_hash; // the response that an NTLM client must have computed
mod sigv4; // AWS signature version 4
mod oauth2; // RFC 6749: a token endpoint and a resource
mod grants; // token endpoints that want more: refresh tokens, assertions, resources
mod jwt; // RFC 7519

use super::row::Row;

/// All scenarios about credentials, except basic and bearer.
pub(super) fn rows() -> Vec<Row> {
    [digest::rows(), ntlm::rows(), sigv4::rows(), oauth2::rows(), grants::rows(), jwt::rows()]
        .into_iter()
        .flatten()
        .collect()
}
