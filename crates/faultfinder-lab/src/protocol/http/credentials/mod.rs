//! Peers that verify who asks, and those who refuse or cannot be satisfied.
//!
//! Every peer computes for itself what the client must have computed: none compares with a recorded text.

mod digest; // RFC 7616
mod ntlm; // MS-NLMP
mod ntlm_hash; // what an NTLM client must have computed
mod sigv4; // AWS signature version 4
mod oauth2; // RFC 6749: a token endpoint and a resource
mod jwt; // RFC 7519

use super::http1::{Request, answer};
use super::row::Row;
use super::script::Script;
use crate::Expect;
use faultfinder_taxonomy::{Code, Phase};

/// All scenarios about credentials, but for basic and bearer.
pub(super) fn rows() -> Vec<Row> {
    [digest::rows(), ntlm::rows(), sigv4::rows(), oauth2::rows(), jwt::rows()].into_iter().flatten().collect()
}

/// `401` with this challenge.
fn unauthorized(challenge: &str) -> Script {
    answer("401 Unauthorized", &format!("WWW-Authenticate: {challenge}\r\n"), b"no")
}

/// What follows the scheme in the `authorization` header.
fn proof<'r>(request: &'r Request, scheme: &str) -> Option<&'r str> {
    request.header("authorization")?.strip_prefix(scheme)?.strip_prefix(' ')
}

/// The final answer is 401.
fn refused() -> Expect {
    super::expectations::status(Code::AuthenticationError, Phase::Wait, 401)
}

/// Digits of bytes.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
