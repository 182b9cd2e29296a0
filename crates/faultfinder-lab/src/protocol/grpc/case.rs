//! From a peer to a scenario.

use crate::protocol::block;
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::{Code, GrpcStatus, Phase, Protocol};
use serde_json::{Value, json};
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
        let mut grpc = block::fields([&fields, &site.fields]);
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
        Ok(Peer::new(site.address.to_string(), block::test(Protocol::Grpc, grpc, assert)))
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

/// Fields of a test that gives up soon.
pub(super) fn impatient() -> Value {
    json!({ "timeout": "1500ms" })
}
