//! The protocols that the taxonomy lists for each code, and the scenarios that show it: the same, both ways.

use faultfinder_taxonomy::{Code, Protocol};
use std::collections::BTreeSet;

/// What is listed and no scenario shows, and why.
const NOT_SHOWN: &[(Code, &[Protocol], &str)] = &[
    (Code::Denied, &Protocol::ALL, "the place that runs the test denies a network, whatever peer is there"),
    (
        Code::Decryption,
        &Protocol::ALL,
        "secrets are decrypted before a test is run, and the lab's definitions have none",
    ),
    (
        Code::InvalidTest,
        &Protocol::ALL,
        "the definition is refused when it is loaded, before there is a peer",
    ),
    (Code::Unknown, &Protocol::ALL, "it is a bug: no scenario may end with it"),
    (Code::InternalError, &Protocol::ALL, "this host fails, and no peer can make it"),
];

/// A protocol and a code.
type Pair = (&'static str, &'static str);

fn pair(code: Code, protocol: Protocol) -> Pair {
    (protocol.as_str(), code.as_str())
}

/// The codes that scenarios end with.
fn shown() -> BTreeSet<Pair> {
    let scenarios = faultfinder_lab::scenarios();
    scenarios.iter().filter_map(|scenario| Some(pair(scenario.expect.code?, scenario.protocol))).collect()
}

/// What the taxonomy lists.
fn listed() -> BTreeSet<Pair> {
    let of = |code: Code| code.explanation().protocols.iter().map(move |protocol| pair(code, *protocol));
    Code::ALL.into_iter().flat_map(of).collect()
}

fn not_shown() -> BTreeSet<Pair> {
    let of = |(code, protocols, _): &(Code, &'static [Protocol], &str)| {
        let code = *code;
        protocols.iter().map(move |protocol| pair(code, *protocol))
    };
    NOT_SHOWN.iter().flat_map(of).collect()
}

#[test]
fn what_a_scenario_shows_is_listed() {
    let unlisted: Vec<Pair> = shown().difference(&listed()).copied().collect();
    assert_eq!(unlisted, []);
}

#[test]
fn what_is_listed_is_shown_by_a_scenario_or_is_an_exception_with_a_reason() {
    let missing: BTreeSet<Pair> = listed().difference(&shown()).copied().collect();
    assert_eq!(missing, not_shown());
    for (code, _, why) in NOT_SHOWN {
        assert!(why.len() > 20, "{code}: {why}");
    }
}

#[test]
fn every_protocol_has_a_scenario_that_passes() {
    let passes = |protocol| {
        let scenarios = faultfinder_lab::scenarios();
        scenarios.iter().any(|scenario| scenario.protocol == protocol && scenario.expect.code.is_none())
    };
    for protocol in Protocol::ALL {
        assert!(passes(protocol), "{protocol}");
    }
}
