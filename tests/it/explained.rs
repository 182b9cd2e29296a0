//! Every detail that a scenario ends with is a word that `explain` knows.

use faultfinder_tests::command;
use serde_json::Value;
use std::collections::BTreeSet;

/// Names that are made of a number: there is no list of them.
fn is_open(kind: &str, name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        // A status, and a close code that applications choose (RFC 6455 section 7.4.2).
        "http" => is_number(name),
        "websocket" => {
            is_number(name) || name.strip_prefix("Unexpected server response: ").is_some_and(is_number)
        }
        // Codes that no registry has.
        "dns" => name.strip_prefix("RCODE").is_some_and(is_number),
        "socks" => name.strip_prefix("reply_").is_some_and(is_number),
        "h2" | "quic" => name.starts_with("0x"),
        _ => false,
    }
}

#[test]
fn every_detail_of_a_scenario_is_explained() {
    let known: Value =
        serde_json::from_slice(&command(&["explain", "--all", "--json"]).output().unwrap().stdout).unwrap();
    let known: BTreeSet<&str> =
        known.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    let scenarios = faultfinder_lab::scenarios();
    let details = scenarios.iter().filter_map(|scenario| {
        let detail = scenario.expect.detail.as_ref()?;
        Some((detail["kind"].as_str()?, detail["name"].as_str()?))
    });
    let unexplained: BTreeSet<_> =
        details.filter(|(kind, name)| !is_open(kind, name) && !known.contains(name)).collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}
