//! From an answer to a scenario.

use super::server::{self, Answers};
use super::wire::Asked;
use crate::protocol::block;
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// A question, and what is asserted of its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Test {
    pub(super) record_type: &'static str,
    pub(super) assert: &'static [&'static str],
    /// The budget, where it is not the usual one.
    pub(super) timeout: Option<&'static str>,
    /// The budget of the attempt with its assertions, likewise.
    pub(super) overall_timeout: Option<&'static str>,
    pub(super) transport: Option<&'static str>,
}

/// An A question without assertions.
pub(super) const PLAIN: Test =
    Test { record_type: "A", assert: &[], timeout: None, overall_timeout: None, transport: None };

/// The name that is asked for.
pub(super) const NAME: &str = "host.zone.test";

impl Test {
    /// The native test against a server.
    pub(super) fn at(self, server: SocketAddr) -> Peer {
        let mut dns = json!({
            "name": NAME, "type": self.record_type, "server": server.ip().to_string(), "port": server.port(),
        });
        if let Some(fields) = dns.as_object_mut() {
            let optional = [
                ("timeout", self.timeout),
                ("overall_timeout", self.overall_timeout),
                ("transport", self.transport),
            ];
            for (field, value) in optional {
                if let Some(value) = value {
                    fields.insert(field.to_owned(), Value::from(value));
                }
            }
        }
        Peer::new(server.to_string(), block::test(Protocol::Dns, dns, self.assert))
    }
}

/// A server that answers over UDP with what `answer` makes of the question.
pub(super) fn udp(
    case: &str,
    shows: &'static str,
    expect: Expect,
    test: Test,
    answer: fn(&Asked<'_>) -> Answers,
) -> Scenario {
    scenario(case, shows, expect, test, move |lab| server::udp(lab, answer))
}

/// The same with an answer that knows more than the question.
pub(super) fn udp_with(
    case: &str,
    shows: &'static str,
    expect: Expect,
    test: Test,
    answer: impl Fn(&Asked<'_>) -> Answers + Clone + Send + Sync + 'static,
) -> Scenario {
    scenario(case, shows, expect, test, move |lab| server::udp(lab, answer.clone()))
}

/// A server of any kind.
pub(super) fn scenario(
    case: &str,
    shows: &'static str,
    expect: Expect,
    test: Test,
    serve: impl Fn(&Lab) -> Result<SocketAddr, LabError> + Send + Sync + 'static,
) -> Scenario {
    Scenario::new(Protocol::Dns, format!("dns/{case}"), shows, expect, move |lab| Ok(test.at(serve(lab)?)))
}

/// The code `DNS` with this detail, and c-ares' name for it.
pub(super) fn dns(name: &str, alias: &str) -> Expect {
    Expect::fault(Code::Dns, Phase::Resolve, json!({"kind": "dns", "name": name, "alias": alias}))
}
