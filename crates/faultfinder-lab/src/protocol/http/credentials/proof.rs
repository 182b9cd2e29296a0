//! A client's proof, and a server's refusal.

use super::super::expectations::status;
use super::super::http1::{Request, answer};
use super::super::script::Script;
use crate::Expect;
use faultfinder_taxonomy::{Code, Phase};

/// `401` with this challenge.
pub(super) fn unauthorized(challenge: &str) -> Script {
    answer("401 Unauthorized", &format!("WWW-Authenticate: {challenge}\r\n"), b"no")
}

/// The part after the scheme in the `authorization` header.
pub(super) fn proof<'r>(request: &'r Request, scheme: &str) -> Option<&'r str> {
    request.header("authorization")?.strip_prefix(scheme)?.strip_prefix(' ')
}

/// The final answer is 401.
pub(super) fn refused() -> Expect {
    status(Code::AuthenticationError, Phase::Wait, 401)
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
