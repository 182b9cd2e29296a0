//! Definitions: of tests that are healthy, and of those that are not.

use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::SocketAddr;

/// Tests that are healthy, each at 1 s.
pub(crate) const HEALTHY: usize = 300;
/// How their names begin.
pub(crate) const HEALTHY_NAME: &str = "healthy";

/// A pattern that takes long on words.
const HEAVY: &str = "\\b(a{0,20}b? ?){0,40}c\\b";

/// A file with the healthy tests.
pub(crate) fn healthy(target: SocketAddr) -> String {
    let mut text = "defaults: { every: 1s }\ntests:\n".to_owned();
    for number in 0..HEALTHY {
        let _ = write!(
            text,
            "  - name: {HEALTHY_NAME} {number}\n    http: {{ url: 'http://{target}/{number}' }}\n    assert: [status is 200, body is ok]\n"
        );
    }
    text
}

/// A definition with one test.
pub(crate) fn one(test: Value) -> Vec<u8> {
    json!({ "definition": { "version": 1, "tests": [test] } }).to_string().into_bytes()
}

/// A test that asks this target, with these assertions.
pub(crate) fn asserting(target: SocketAddr, assertions: &[&str]) -> Value {
    json!({ "name": "attack", "http": { "url": format!("http://{target}/") }, "assert": assertions })
}

/// Runs that take long to judge: the search is given up, the query is not.
pub(crate) fn long(words: SocketAddr, numbers: SocketAddr) -> Vec<Vec<u8>> {
    let pattern = format!("body matches {HEAVY}");
    vec![
        one(asserting(words, &[&pattern])),
        one(asserting(numbers, &["jsonpath $[0] is 0", "jsonpath $[1000000] is 0"])),
    ]
}

/// Runs whose documents take as much memory as they may.
pub(crate) fn large(json: SocketAddr, xml: SocketAddr) -> Vec<Vec<u8>> {
    vec![
        one(asserting(json, &["jsonpath $..[?(@ > 1)] does not exist", "jsonpath $[0] exists"])),
        one(asserting(xml, &["xpath count(//b[c]) > 1", "xpath //b exists"])),
    ]
}

/// A definition of many tests, of about a megabyte.
pub(crate) fn many() -> Vec<u8> {
    let test = |number: usize| {
        json!({
            "name": number.to_string(),
            "http": { "url": "http://a.test/a/path?and=a query" },
            "assert": ["status is 200", "header x is y", "jsonpath $.a is b"],
        })
    };
    let tests: Vec<Value> = (0..8_000).map(test).collect();
    json!({ "definition": { "version": 1, "tests": tests } }).to_string().into_bytes()
}

/// A body of a request whose values take as much memory as they may.
pub(crate) fn objects() -> Vec<u8> {
    format!("{{\"definition\":[{}]}}", vec!["{\"\":0}"; 58_000].join(",")).into_bytes()
}

/// A test that never gets an answer, with a time for it.
pub(crate) fn unanswered(silent: SocketAddr, number: usize, timeout: &str, every: &str) -> Vec<u8> {
    let http = json!({ "url": format!("http://{silent}/"), "timeout": timeout });
    one(json!({ "name": format!("unanswered {number}"), "every": every, "http": http }))
}
