//! Whether a result says what its scenario expects.

use faultfinder_engine::{Status, TestResult};
use faultfinder_lab::Expect;
use faultfinder_spec::Diagnostic;
use faultfinder_taxonomy::{Code, Fault, Phase};
use serde_json::{Value, json};

/// What came of a scenario's test.
#[derive(Debug)]
pub(super) enum Found {
    /// The result.
    Result(Box<TestResult>),
    /// The definition was refused when it was read: the same fault, only found earlier.
    Invalid(Vec<Diagnostic>),
}

impl Found {
    /// The result, if the test could be run.
    pub(super) fn result(&self) -> Option<&TestResult> {
        match self {
            Self::Result(result) => Some(result),
            Self::Invalid(_) => None,
        }
    }

    /// Code, phase, and detail as JSON; nothing when the test passed.
    pub(super) fn fault(&self) -> Option<(Code, Phase, Value)> {
        match self {
            Self::Result(result) => {
                let fault = result.fault.as_ref()?;
                Some((fault.code, fault.phase, serde_json::to_value(&fault.detail).unwrap_or(Value::Null)))
            }
            Self::Invalid(diagnostics) => {
                let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error())?;
                let name = first.name.as_deref().unwrap_or("INVALID_TEST");
                let field = first.path.as_deref().map(|path| path.rsplit("].").next().unwrap_or(path));
                let detail = json!({"kind": "definition", "name": name, "field": field});
                Some((Code::InvalidRequest, Phase::Config, detail))
            }
        }
    }
}

/// Whether it passed as it should, or failed with the code, the phase and the expected fields of the detail; and says what
/// it should.
pub(super) fn agrees(expect: &Expect, found: &Found) -> bool {
    expect.says.as_deref().is_none_or(|text| says(found, text))
        && agrees_on_fault(expect, found)
        && agrees_on_words(expect, found)
        && found.result().and_then(|result| result.fault.as_ref()).is_none_or(hints_hold)
}

/// Hints that speak of the evidence, by a part of their text, and the facts of which one must be there.
const OF_EVIDENCE: &[(&str, &[&str])] = &[
    ("the first bytes", &["first_bytes"]),
    ("lists every certificate", &["chain"]),
    ("the proxy's response", &["proxy_answer"]),
    ("the received and the kept number", &["body_bytes_kept", "received_bytes"]),
    ("the hops", &["hops"]),
    ("the status message", &["grpc_message"]),
    ("the server's response", &["answer"]),
    ("has the bytes", &["excerpt"]),
    ("the record set", &["dnssec"]),
    ("the answer of each server", &["servers"]),
    ("the TLS reason", &["reason"]),
];

/// Whether what the hints say of the evidence is true: a false hint is worse than none.
fn hints_hold(fault: &Fault) -> bool {
    fault.hints.iter().filter(|hint| hint.contains("evidence")).all(|hint| {
        let row = OF_EVIDENCE.iter().find(|(text, _)| hint.contains(text));
        row.is_some_and(|(_, names)| names.iter().any(|name| fault.evidence.fact(name).is_some()))
    })
}

/// Whether the right one is blamed, and all that should be said is said, and nothing false.
fn agrees_on_words(expect: &Expect, found: &Found) -> bool {
    let Some(result) = found.result() else {
        return expect.blame.is_none() && expect.shows.is_empty();
    };
    let fault = result.fault.as_ref();
    let mut advice = result.warnings.join("\n");
    if let Some(fault) = fault {
        advice = format!("{advice}\n{}\n{}", fault.message, fault.hints.join("\n"));
    }
    let evidence = fault.and_then(|fault| serde_json::to_string(&fault.evidence).ok()).unwrap_or_default();
    expect.blame.is_none_or(|blame| fault.is_some_and(|fault| fault.blame == blame))
        && expect.shows.iter().all(|text| advice.contains(text) || evidence.contains(text))
        && !expect.omits.iter().any(|text| advice.contains(text))
}

/// Whether a text is in the fault's message, or in a warning of a test that passed.
fn says(found: &Found, text: &str) -> bool {
    found.result().is_some_and(|result| match &result.fault {
        Some(fault) => fault.message.contains(text),
        None => result.warnings.iter().any(|warning| warning.contains(text)),
    })
}

fn agrees_on_fault(expect: &Expect, found: &Found) -> bool {
    match (expect.code, found.fault()) {
        (None, None) => found.result().is_some_and(|result| result.status == Status::Passed),
        (Some(code), Some((found_code, found_phase, detail))) => {
            code == found_code
                && expect.phase.is_none_or(|phase| phase == found_phase)
                && expect.detail.as_ref().is_none_or(|expected| contains(&detail, expected))
        }
        _ => false,
    }
}

/// Whether a value has all fields of another one, with the same values.
fn contains(value: &Value, expected: &Value) -> bool {
    match (value, expected) {
        (Value::Object(value), Value::Object(expected)) => expected
            .iter()
            .all(|(name, expected)| value.get(name).is_some_and(|value| contains(value, expected))),
        (value, expected) => value == expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;
    use faultfinder_taxonomy::Blame;

    #[test]
    fn code_phase_and_the_expected_fields_of_the_detail_must_agree() {
        let found = Found::Result(Box::new(fixture::refused()));
        let expect = |code, phase, name: &str| Expect::fault(code, phase, json!({"name": name}));
        assert!(agrees(&expect(Code::ConnRefused, Phase::Connect, "ECONNREFUSED"), &found));
        assert!(!agrees(&expect(Code::ConnReset, Phase::Connect, "ECONNREFUSED"), &found));
        assert!(!agrees(&expect(Code::ConnRefused, Phase::Tls, "ECONNREFUSED"), &found));
        assert!(!agrees(&expect(Code::ConnRefused, Phase::Connect, "ECONNRESET"), &found));
        assert!(!agrees(&Expect::pass(), &found));
        assert!(agrees(&Expect::pass(), &Found::Result(Box::new(fixture::passed()))));
        let refused = expect(Code::ConnRefused, Phase::Connect, "ECONNREFUSED");
        let message = found.result().and_then(|result| result.fault.as_ref()).map(|fault| &fault.message);
        assert!(agrees(&refused.clone().saying(message.unwrap()), &found));
        assert!(!agrees(&refused.saying("something else entirely"), &found));
        assert!(!agrees(&Expect::pass().saying("a warning"), &Found::Result(Box::new(fixture::passed()))));
    }

    #[test]
    fn blame_and_words_must_agree() {
        let found = Found::Result(Box::new(fixture::refused()));
        let refused = || Expect::fault(Code::ConnRefused, Phase::Connect, json!({}));
        let holds = [
            refused().blaming(Blame::Target),
            // Of the message, a hint, the evidence.
            refused().showing("refused the connection").showing("firewall").showing("127.0.0.1"),
            refused().omitting("certificate"),
        ];
        assert!(holds.iter().all(|expect| agrees(expect, &found)));
        let fails = [
            refused().blaming(Blame::Network),
            refused().showing("certificate"),
            refused().omitting("firewall"),
            refused().omitting("refused the connection"),
        ];
        assert!(!fails.iter().any(|expect| agrees(expect, &found)));
    }
}
