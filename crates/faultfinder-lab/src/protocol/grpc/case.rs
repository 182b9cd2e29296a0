//! From a peer to a scenario.

use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::{Code, GrpcStatus, Phase, Protocol};
use serde_json::{Map, Value, json};
use std::net::SocketAddr;

/// Where a peer is, and fields of the test that depend on it.
pub(super) struct Site {
    address: SocketAddr,
    fields: Value,
}

impl Site {
    /// The same with these fields in the test.
    pub(super) fn with(self, fields: Value) -> Self {
        Self { fields, ..self }
    }
}

impl From<SocketAddr> for Site {
    fn from(address: SocketAddr) -> Self {
        Self { address, fields: json!({}) }
    }
}

/// A scenario whose test has the peer's address and these fields, and these assertions. Where the fields call nothing,
/// the health of the whole server is asked; where they have no TLS settings, there is no TLS.
pub(super) fn scenario<S: Into<Site>>(
    case: impl AsRef<str>,
    shows: &'static str,
    expect: Expect,
    fields: Value,
    assert: &'static [&'static str],
    serve: impl Fn(&Lab) -> Result<S, LabError> + Send + Sync + 'static,
) -> Scenario {
    Scenario::new(Protocol::Grpc, format!("grpc/{}", case.as_ref()), shows, expect, move |lab| {
        let site: Site = serve(lab)?.into();
        let mut grpc = Map::new();
        for object in [&fields, &site.fields] {
            grpc.extend(object.as_object().cloned().unwrap_or_default());
        }
        let mut add = |name: &str, value: Value| {
            grpc.entry(name).or_insert(value);
        };
        if fields.get("url").is_none() {
            add("host", json!(site.address.ip().to_string()));
            add("port", json!(site.address.port()));
            if fields.get("tls").is_none() && site.fields.get("tls").is_none() {
                add("plaintext", json!(true));
            }
        }
        if fields.get("service").is_none() {
            add("health", json!(true));
        }
        let mut test = json!({ "grpc": grpc });
        if let (Some(test), false) = (test.as_object_mut(), assert.is_empty()) {
            test.insert("assert".to_owned(), json!(assert));
        }
        Ok(Peer::new(site.address.to_string(), test))
    })
}

/// A gRPC status in this phase.
pub(super) fn status_in(phase: Phase, status: GrpcStatus) -> Expect {
    let detail = json!({ "kind": "grpc", "name": status.as_str(), "number": status.number() });
    Expect::fault(Code::Grpc, phase, detail)
}

/// A gRPC status where the trailers are.
pub(super) fn status(status: GrpcStatus) -> Expect {
    status_in(Phase::Trailers, status)
}

/// This code with a system error as its detail.
pub(super) fn errno(code: Code, phase: Phase, name: &str) -> Expect {
    Expect::fault(code, phase, json!({ "kind": "errno", "name": name }))
}

/// The request's time ran out in this phase.
pub(super) fn timeout(phase: Phase) -> Expect {
    Expect::fault(Code::Timeout, phase, json!({ "kind": "timeout", "name": "request" }))
}

/// A call that cannot be made as it is defined.
pub(super) fn definition(code: Code, name: &str, field: &str) -> Expect {
    Expect::fault(code, Phase::Config, json!({ "kind": "definition", "name": name, "field": field }))
}

/// An assertion that does not hold; `subject` is the word that begins it.
pub(super) fn incorrect(subject: &str) -> Expect {
    Expect::fault(Code::IncorrectAssertion, Phase::Assert, json!({ "kind": "assertion", "name": subject }))
}

/// Fields of a test that gives up soon.
pub(super) fn impatient() -> Value {
    json!({ "timeout": "400ms" })
}
