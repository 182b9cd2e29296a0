//! What a probe must say of a TLS peer.

use crate::Expect;
use crate::protocol::expectations::errno;
use faultfinder_taxonomy::{AlertDescription, Code, Errno, Phase, VerifyCode};
use serde_json::json;

/// Certificate verification objects with this code to the certificate at this depth.
pub(super) fn refused(code: VerifyCode, depth: usize) -> Expect {
    Expect::fault(
        Code::Ssl,
        Phase::Tls,
        json!({ "kind": "verify", "name": code.as_str(), "number": code.number(), "depth": depth }),
    )
}

/// Like [`refused`] where OpenSSL folds the fact into another code: the number is that one's.
pub(super) fn refused_finer(code: VerifyCode, openssl: VerifyCode, depth: usize) -> Expect {
    Expect::fault(
        Code::Ssl,
        Phase::Tls,
        json!({ "kind": "verify", "name": code.as_str(), "number": openssl.number(), "depth": depth }),
    )
}

/// The peer's bytes are wrong, in OpenSSL's words.
pub(super) fn tls(name: &str) -> Expect {
    tls_in(Phase::Tls, name)
}

/// The peer's bytes are wrong in this phase, in OpenSSL's words.
pub(super) fn tls_in(phase: Phase, name: &str) -> Expect {
    Expect::fault(Code::Ssl, phase, json!({ "kind": "tls", "name": name }))
}

/// The peer sends this alert.
pub(super) fn alert(number: u8) -> Expect {
    Expect::fault(
        Code::Ssl,
        Phase::Tls,
        json!({ "kind": "tls", "name": AlertDescription::new(number).name(), "alert": number }),
    )
}

/// The peer ends the connection in this phase.
pub(super) fn reset(phase: Phase, how: Errno) -> Expect {
    errno(Code::ConnReset, phase, how.as_str())
}
