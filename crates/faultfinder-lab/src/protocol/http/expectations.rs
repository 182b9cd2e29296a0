//! Short words for what a probe of HTTP must say.

use crate::Expect;
use faultfinder_taxonomy::{AlertDescription, Blame, Code, Phase};
use serde_json::json;

pub(crate) use crate::protocol::expectations::{
    any_incorrect, closed_early, errno, incorrect, overall_timeout, refused, reset, timeout,
};

/// The answer breaks a rule of HTTP/1's grammar before its body.
pub(crate) fn malformed(rule: &str) -> Expect {
    http(Code::MalformedResponse, Phase::Wait, rule)
}

/// The body breaks a rule of its framing or coding.
pub(crate) fn malformed_body(rule: &str) -> Expect {
    http(Code::MalformedResponse, Phase::Receive, rule)
}

/// A fault whose detail is about the HTTP exchange.
pub(crate) fn http(code: Code, phase: Phase, name: &str) -> Expect {
    Expect::fault(code, phase, json!({ "kind": "http", "name": name }))
}

/// A fault for a status.
pub(crate) fn status(code: Code, phase: Phase, status: u16) -> Expect {
    Expect::fault(code, phase, json!({ "kind": "http", "name": status.to_string(), "status": status }))
}

/// The name server's verdict, or the resolver's own.
pub(crate) fn dns(name: &str) -> Expect {
    Expect::fault(Code::Dns, Phase::Resolve, json!({ "kind": "dns", "name": name }))
}

/// Certificate verification objected.
pub(crate) fn verify(name: &str) -> Expect {
    Expect::fault(Code::Ssl, Phase::Tls, json!({ "kind": "verify", "name": name }))
}

/// TLS itself failed.
pub(crate) fn tls(name: &str) -> Expect {
    Expect::fault(Code::Ssl, Phase::Tls, json!({ "kind": "tls", "name": name }))
}

/// The server refuses this client's hello and chooses this suite from an older one: a limit of this client.
pub(crate) fn unspoken(suite: &str) -> Expect {
    let handshake_failure = AlertDescription::new(40).name();
    let detail = json!({ "kind": "tls", "name": handshake_failure, "alert": 40 });
    Expect::fault(Code::Ssl, Phase::Tls, detail)
        .blaming(Blame::Ourselves)
        .saying(format!("the server chose {suite}"))
        .showing("not_after")
}

/// An HTTP/2 error: its name, and `RST_STREAM`, `GOAWAY` or `local`.
pub(crate) fn h2(phase: Phase, name: &str, scope: &str) -> Expect {
    Expect::fault(Code::Http2, phase, json!({ "kind": "h2", "name": name, "scope": scope }))
}

/// An error of QUIC or HTTP/3: its name, and `CONNECTION_CLOSE`, `RESET_STREAM` or `local`.
pub(crate) fn quic(code: Code, phase: Phase, name: &str, scope: &str) -> Expect {
    Expect::fault(code, phase, json!({ "kind": "quic", "name": name, "scope": scope }))
}

/// What a SOCKS5 proxy answered.
pub(crate) fn socks(code: Code, name: &str) -> Expect {
    Expect::fault(code, Phase::Proxy, json!({ "kind": "socks", "name": name }))
}

/// A request that cannot be sent as it is defined.
pub(crate) fn definition(code: Code, name: &str) -> Expect {
    Expect::fault(code, Phase::Config, json!({ "kind": "definition", "name": name }))
}
