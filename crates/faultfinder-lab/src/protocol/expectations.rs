//! Short words for what a probe must say, whatever its protocol.

use crate::Expect;
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

/// This code with a system error as its detail.
pub(crate) fn errno(code: Code, phase: Phase, name: &str) -> Expect {
    Expect::fault(code, phase, json!({ "kind": "errno", "name": name }))
}

/// A FIN came too early.
pub(crate) fn closed_early(phase: Phase) -> Expect {
    errno(Code::ConnReset, phase, "premature-close")
}

/// A RST came.
pub(crate) fn reset(phase: Phase) -> Expect {
    errno(Code::ConnReset, phase, "ECONNRESET")
}

/// Nobody listens.
pub(crate) fn refused() -> Expect {
    errno(Code::ConnRefused, Phase::Connect, "ECONNREFUSED")
}

/// The request's time ran out.
pub(crate) fn timeout(phase: Phase) -> Expect {
    Expect::fault(Code::Timeout, phase, json!({ "kind": "timeout", "name": "request" }))
}

/// The attempt's time ran out.
pub(crate) fn overall_timeout(phase: Phase) -> Expect {
    Expect::fault(Code::Timeout, phase, json!({ "kind": "timeout", "name": "overall" }))
}

/// The host name does not exist.
pub(crate) fn name_missing() -> Expect {
    let detail = json!({ "kind": "dns", "name": "NXDOMAIN", "alias": "ENOTFOUND", "rcode": 3 });
    Expect::fault(Code::Dns, Phase::Resolve, detail)
}

/// An assertion does not hold; `subject` is the word that begins it.
pub(crate) fn incorrect(subject: &str) -> Expect {
    Expect::fault(Code::IncorrectAssertion, Phase::Assert, json!({ "kind": "assertion", "name": subject }))
}

/// An assertion does not hold, whatever it is about.
pub(crate) fn any_incorrect() -> Expect {
    Expect::fault(Code::IncorrectAssertion, Phase::Assert, json!({ "kind": "assertion" }))
}

/// What is asked for cannot be done as it is defined, because of this field.
pub(crate) fn definition(code: Code, name: &str, field: &str) -> Expect {
    Expect::fault(code, Phase::Config, json!({ "kind": "definition", "name": name, "field": field }))
}

/// The request is invalid, because of this field.
pub(crate) fn invalid(name: &str, field: &str) -> Expect {
    definition(Code::InvalidRequest, name, field)
}
