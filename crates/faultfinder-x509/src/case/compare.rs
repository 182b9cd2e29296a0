//! Comparison with a recorded answer.

use serde::Deserialize;

use super::answer::{Answer, Verified};
use crate::hex::hex;

/// What OpenSSL answered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Expectation {
    /// Depth, number and name of each event; a fourth element marks one of a CRL issuer's own path.
    pub events: Vec<serde_json::Value>,
    /// What the verification returned.
    pub ret: i8,
    /// The error of an always-continuing client.
    #[serde(rename = "final")]
    pub final_code: u16,
    /// SHA-256 of the chain's certificates, hexadecimal.
    pub chain: Vec<String>,
    /// How many of the chain the peer sent.
    pub num_untrusted: usize,
    /// The result of a client that stops at the first error.
    pub strict: ExpectedStrict,
    /// Instead of all that: it could not be read.
    pub parse_error: Option<serde_json::Value>,
}

/// The result of a client that stops at the first error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ExpectedStrict {
    /// OpenSSL's number.
    pub code: u16,
    /// The depth of the error.
    pub depth: Option<usize>,
}

/// How an answer differs from a recorded one; nothing if it agrees.
#[must_use]
pub fn compare(expected: &Expectation, answer: &Answer) -> Vec<String> {
    match (answer, &expected.parse_error) {
        (Answer::Unreadable { .. }, Some(_)) => Vec::new(),
        (Answer::Unreadable { parse_error, .. }, None) => vec![format!("unreadable ({parse_error})")],
        (Answer::Verified(_), Some(why)) => vec![format!("could be read, expected {why}")],
        (Answer::Verified(verified), None) => compare_verified(expected, verified),
    }
}

fn compare_verified(expected: &Expectation, verified: &Verified) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differ = |what: &str, found: String, wanted: String| {
        if found != wanted {
            differences.push(format!("{what}: {found}, expected {wanted}"));
        }
    };
    let events = verified.events.iter().zip(&verified.crl_path).map(|((depth, number, name), crl_path)| {
        if *crl_path {
            serde_json::json!([depth, number, name, "crl_path"])
        } else {
            serde_json::json!([depth, number, name])
        }
    });
    let texts = |events: &[serde_json::Value]| {
        events.iter().map(serde_json::Value::to_string).collect::<Vec<_>>().join(" ")
    };
    differ("events", texts(&events.collect::<Vec<_>>()), texts(&expected.events));
    differ("ret", verified.ret.to_string(), expected.ret.to_string());
    differ("final", verified.final_code.to_string(), expected.final_code.to_string());
    let strict = (verified.strict.code, verified.strict.depth);
    differ("strict", format!("{strict:?}"), format!("{:?}", (expected.strict.code, expected.strict.depth)));
    let chain: Vec<String> = verified.chain.iter().map(|print| hex(print)).collect();
    differ("chain", chain.join(" "), expected.chain.join(" "));
    differ("untrusted", verified.num_untrusted.to_string(), expected.num_untrusted.to_string());
    differences
}
