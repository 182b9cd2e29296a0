//! Every scenario of the lab, found as it is; and every row of the seed tables, shown.

use faultfinder_lab::network::Facilities;
use faultfinder_tests::{Answer, command, faultfinder};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

/// The seed rows of this release: protocol, code, name of the detail (any, when it is empty).
const SEED: &[(&str, &str, &[&str])] = &[
    ("http", "AUTHENTICATION_ERROR", &[""]),
    ("http", "CONNREFUSED", &[""]),
    ("http", "CONNRESET", &[""]),
    ("http", "DNS", &[""]),
    ("http", "HTTP2", &[""]),
    ("http", "INVALID_REQUEST", &[""]),
    ("http", "SSL", &[""]),
    ("http", "TIMEOUT", &["request", "overall"]),
    ("http", "MALFORMED_RESPONSE", &[""]),
    ("http", "INCORRECT_ASSERTION", &[""]),
    ("dns", "CONNRESET", &[""]),
    (
        "dns",
        "DNS",
        &[
            "NXDOMAIN",
            "SERVFAIL",
            "REFUSED",
            "NODATA",
            "TIMEOUT",
            "MALFORMED",
            "CONNECTION_REFUSED",
            "TRUNCATED",
            "HTTP_STATUS",
            "CONTENT_TYPE",
            "ZONE_NOT_FOUND",
            "NAME_SERVER_FAILED",
            "DNSSEC_BOGUS",
            "SIGNATURE_EXPIRED",
            "SIGNATURE_NOT_YET_VALID",
            "SIGNATURE_EXPIRED_BEFORE_VALID",
            "DNSKEY_MISSING",
            "RRSIGS_MISSING",
            "NO_ZONE_KEY_BIT_SET",
            "NSEC_MISSING",
        ],
    ),
    ("dns", "SSL", &["CERT_HAS_EXPIRED", "HOSTNAME_MISMATCH"]),
    ("dns", "INVALID_REQUEST", &[""]),
    ("dns", "TIMEOUT", &["request", "overall"]),
    ("tcp", "CONNRESET", &[""]),
    ("tcp", "DNS", &[""]),
    ("tcp", "INVALID_REQUEST", &[""]),
    ("tcp", "TIMEOUT", &["request", "overall"]),
    ("udp", "CONNREFUSED", &[""]),
    ("udp", "CONNRESET", &[""]),
    ("udp", "DNS", &[""]),
    ("udp", "INVALID_REQUEST", &[""]),
    ("udp", "TIMEOUT", &["request", "overall"]),
    ("icmp", "DNS", &[""]),
    ("ws", "CONNREFUSED", &[""]),
    ("ws", "CONNRESET", &[""]),
    ("ws", "DNS", &[""]),
    ("ws", "INVALID_REQUEST", &[""]),
    ("ws", "SSL", &[""]),
    ("ws", "TIMEOUT", &["request", "overall"]),
    ("ws", "INCORRECT_ASSERTION", &[""]),
    ("ws", "WEBSOCKET", &["", "Received message longer than the maximum supported length"]),
    (
        "grpc",
        "GRPC",
        &[
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED",
        ],
    ),
    ("grpc", "CONNREFUSED", &[""]),
    ("grpc", "CONNRESET", &[""]),
    ("grpc", "DNS", &[""]),
    ("grpc", "INVALID_REQUEST", &[""]),
    ("grpc", "SSL", &[""]),
    ("grpc", "TIMEOUT", &["request", "overall"]),
    (
        "ssl",
        "SSL",
        &[
            "UNABLE_TO_GET_ISSUER_CERT",
            "UNABLE_TO_GET_CRL",
            "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
            "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
            "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
            "CERT_SIGNATURE_FAILURE",
            "CRL_SIGNATURE_FAILURE",
            "CERT_NOT_YET_VALID",
            "CERT_HAS_EXPIRED",
            "CRL_NOT_YET_VALID",
            "CRL_HAS_EXPIRED",
            "ERROR_IN_CERT_NOT_BEFORE_FIELD",
            "ERROR_IN_CERT_NOT_AFTER_FIELD",
            "ERROR_IN_CRL_LAST_UPDATE_FIELD",
            "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
            "OUT_OF_MEM",
            "DEPTH_ZERO_SELF_SIGNED_CERT",
            "SELF_SIGNED_CERT_IN_CHAIN",
            "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "CERT_CHAIN_TOO_LONG",
            "CERT_REVOKED",
            "INVALID_CA",
            "PATH_LENGTH_EXCEEDED",
            "INVALID_PURPOSE",
            "CERT_UNTRUSTED",
            "CERT_REJECTED",
        ],
    ),
    ("ssl", "OCSP", &["OCSP_VERIFY_NEEDED", "OCSP_VERIFY_FAILED", "OCSP_CERT_UNKNOWN"]),
];

#[test]
fn every_seed_row_has_a_scenario() {
    let scenarios = faultfinder_lab::scenarios();
    let mut missing = Vec::new();
    for (protocol, code, names) in SEED {
        for name in *names {
            let shown = scenarios.iter().any(|scenario| {
                let named = scenario.expect.detail.as_ref().and_then(|detail| detail["name"].as_str());
                scenario.protocol.as_str() == *protocol
                    && scenario.expect.code.is_some_and(|found| found.as_str() == *code)
                    && (name.is_empty() || named == Some(*name))
            });
            if !shown {
                missing.push(format!("{protocol} {code} {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "no scenario shows: {}", missing.join(", "));
}

#[test]
fn scenarios_have_unique_names() {
    let mut names = std::collections::HashSet::new();
    for scenario in faultfinder_lab::scenarios() {
        assert!(names.insert(scenario.id.clone()), "{}", scenario.id);
    }
}

#[test]
fn every_scenario_is_found_as_it_is_three_times_in_a_row() {
    for time in 1..=3 {
        let answer = faultfinder(&["demo", "--format", "json", "--concurrency", "64"]);
        let report = answer.json();
        let differing: Vec<&Value> = report["scenarios"]
            .as_array()
            .map(|rows| rows.iter().filter(|row| row["agrees"] != true).collect())
            .unwrap_or_default();
        assert!(differing.is_empty(), "time {time}: {}", serde_json::to_string_pretty(&differing).unwrap());
        assert_eq!(report["summary"]["missing"], 0, "time {time}: {}", report["missing"]);
        assert_eq!(answer.status, 0, "time {time}: {}", answer.stderr);
    }
}

#[test]
fn scenarios_with_networks_of_their_own_are_run_where_networks_can_be_made() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let facilities = runtime.block_on(Facilities::look());
    let answer = faultfinder(&["demo", "--format", "json", "--only", "tcp/tun-"]);
    assert_eq!(answer.status, 0, "{}{}", answer.stdout, answer.stderr);
    let report = answer.json();
    let not_run: Vec<&str> =
        report["not_run"].as_array().unwrap().iter().filter_map(|row| row["id"].as_str()).collect();
    let scenarios = faultfinder_lab::scenarios();
    let lacking: Vec<&str> = scenarios
        .iter()
        .filter(|scenario| scenario.id.starts_with("tcp/tun-"))
        .filter(|scenario| scenario.network().is_some_and(|network| network.lacks(&facilities).is_some()))
        .map(|scenario| scenario.id.as_str())
        .collect();
    assert_eq!(not_run, lacking);
    if let Err(why) = &facilities.namespace {
        faultfinder_tests::peers::not_run(why);
    }
}

#[test]
fn what_cannot_be_run_is_listed_by_name_with_the_reason() {
    let answer = match crate::nobody::call(&["demo", "--format", "json", "--only", "tcp/tun-rst"]) {
        Ok(output) if !output.stdout.is_empty() => Answer::from(output),
        refused => return faultfinder_tests::peers::not_run(&format!("privileges stay: {refused:?}")),
    };
    assert_eq!(answer.status, 0, "{}{}", answer.stdout, answer.stderr);
    let report = answer.json();
    assert_eq!(report["summary"], serde_json::json!({"total": 1, "agreeing": 0, "missing": 0, "not_run": 1}));
    assert_eq!(report["not_run"][0]["id"], "tcp/tun-rst");
    let why = report["not_run"][0]["why"].as_str().unwrap();
    assert!(why.contains("network namespace") && why.contains("root"), "{why}");
    let answer = Answer::from(crate::nobody::call(&["demo", "--only", "tcp/tun-rst"]).unwrap());
    for words in ["not run: needs the right", "  tcp/tun-rst\n", "1 scenario: 0 as expected, 1 not run"] {
        assert!(answer.stdout.contains(words), "{words}: {}", answer.stdout);
    }
}

#[test]
fn what_is_not_served_is_told_by_name() {
    let mut lab = command(&["lab", "--json", "--only", "tcp/tun-rst"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(lab.stderr.take().unwrap()).lines();
    let told = errors.next().unwrap().unwrap();
    // It serves until it is ended; the manifest is written before it says so.
    let serving = errors.next().unwrap().unwrap();
    let mut manifest = String::new();
    lab.kill().unwrap();
    lab.wait().unwrap();
    std::io::Read::read_to_string(&mut lab.stdout.take().unwrap(), &mut manifest).unwrap();
    assert!(told.contains("1 scenario is not served") && told.contains("tcp/tun-rst"), "{told}");
    assert!(serving.contains("serving"), "{serving}");
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["not_served"][0]["id"], "tcp/tun-rst");
    assert_eq!(manifest["scenarios"], serde_json::json!([]));
}
