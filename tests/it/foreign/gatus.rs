//! Endpoints of Gatus.

use super::{Peers, both};
use faultfinder_tests::{command, faultfinder_with_input};
use serde_json::Value;

/// Endpoints, and the code of the fault that each ends with; nothing where it passes.
const ENDPOINTS: &[(&str, Option<&str>, &str)] = &[
    (
        "page",
        None,
        "{ url: 'http://{http}/ok', conditions: ['[STATUS] == 200', '[STATUS] == any(200, 204)', '[STATUS] < 300', '[BODY] == hello world', '[BODY] == pat(*wor?d)', '[BODY] != any(a, b)', '[CONNECTED] == true', '[RESPONSE_TIME] < 5000', '[IP] == 127.0.0.1', 'has([BODY]) == true'] }",
    ),
    (
        "json",
        None,
        "{ url: 'http://{http}/json', conditions: ['[BODY].status == UP', '[BODY].count > 2', 'len([BODY].items) == 2', '[BODY].items[1] == 2', 'has([BODY].errors) == false', 'has([BODY].user) == true', '[BODY].user.name == pat(john*)', '[BODY].user.user-id == any(7, 8)', 'len([BODY].user.name) == 8', '[BODY].status == $WANTED'] }",
    ),
    (
        "other status",
        Some("INCORRECT_ASSERTION"),
        "{ url: 'http://{http}/missing', conditions: ['[STATUS] == 200'] }",
    ),
    (
        "other body",
        Some("INCORRECT_ASSERTION"),
        "{ url: 'http://{http}/json', conditions: ['[BODY].status == DOWN', '[BODY].count < 3', 'has([BODY].items) == false', '[STATUS] == 200'] }",
    ),
    ("moved", None, "{ url: 'http://{http}/moved', conditions: ['[STATUS] == 200'] }"),
    (
        "stays",
        None,
        "{ url: 'http://{http}/moved', client: { ignore-redirect: true }, conditions: ['[STATUS] == 302'] }",
    ),
    (
        "request",
        None,
        "{ url: 'http://{http}/echo', method: POST, headers: { X-Token: '${FF_TOKEN}', X-Price: 5$$ }, body: 'I am [ENDPOINT_NAME], {{ 1 }}', conditions: ['[BODY] == pat(POST /echo *)', '[BODY] == pat(*t0ken*)', '[BODY] == pat(*5$$*)', '[BODY] == pat(*I am request, {{ 1 }})'] }",
    ),
    (
        "graphql",
        None,
        "{ url: 'http://{http}/echo', method: POST, graphql: true, body: '{ users }', conditions: ['[BODY] == pat(*{\"query\":\"{ users }\"}*)'] }",
    ),
    ("nobody", Some("CONNREFUSED"), "{ url: 'http://{nobody}/', conditions: ['[STATUS] == 200'] }"),
    ("port", None, "{ url: 'tcp://{tcp}', conditions: ['[CONNECTED] == true'] }"),
    ("closed port", None, "{ url: 'tcp://{nobody}', conditions: ['[CONNECTED] == false'] }"),
    (
        "port that is closed",
        Some("INCORRECT_ASSERTION"),
        "{ url: 'tcp://{nobody}', conditions: ['[CONNECTED] == true'] }",
    ),
    ("lines", None, "{ url: 'tcp://{tcp}', body: \"PING\\n\", conditions: ['[BODY] == pat(220*)'] }"),
    (
        "udp",
        None,
        "{ url: 'udp://{udp}', body: hello, conditions: ['[BODY] == hello', '[CONNECTED] == true'] }",
    ),
    (
        "dns",
        None,
        "{ url: '{dns}', dns: { query-name: host.zone.test, query-type: A }, conditions: ['[BODY] == 192.0.2.1', '[BODY] == pat(192.*)', '[DNS_RCODE] == NOERROR'] }",
    ),
    (
        "no such name",
        None,
        "{ url: '{nxdomain}', dns: { query-name: host.zone.test, query-type: A }, conditions: ['[DNS_RCODE] == NXDOMAIN'] }",
    ),
    (
        "any answer",
        None,
        "{ url: '{nxdomain}', dns: { query-name: host.zone.test, query-type: A }, conditions: ['[CONNECTED] == true'] }",
    ),
    (
        "tls",
        None,
        "{ url: 'tls://{tls}', client: { insecure: true }, conditions: ['[CONNECTED] == true', '[CERTIFICATE_EXPIRATION] > 48h'] }",
    ),
    ("untrusted", Some("SSL"), "{ url: 'tls://{tls}', conditions: ['[CONNECTED] == true'] }"),
    ("socket", None, "{ url: '{ws}', body: hello, conditions: ['[CONNECTED] == true', '[BODY] == hello'] }"),
    (
        "health",
        None,
        "{ url: 'grpc://{grpc}', conditions: ['[CONNECTED] == true', '[BODY].status == SERVING'] }",
    ),
];

#[test]
fn an_endpoint_does_the_same_as_what_it_is_imported_as() {
    let folder = tempfile::tempdir().unwrap();
    let peers = Peers::start(folder.path());
    let mut text = String::from("endpoints:\n");
    for (name, _, endpoint) in ENDPOINTS {
        let fields = peers.fill(endpoint);
        text.push_str(&format!("  - {{ name: {name}, {}\n", fields.trim_start_matches('{')));
    }
    let path = folder.path().join("config.yaml");
    std::fs::write(&path, text).unwrap();
    let environment = [("FF_TOKEN", "t0ken"), ("WANTED", "UP")];
    let outcomes = both("gatus", &path, &[], &environment);
    assert_eq!(outcomes.len(), ENDPOINTS.len());
    for (outcome, (name, fails, _)) in outcomes.iter().zip(ENDPOINTS) {
        assert_eq!(outcome["name"], *name);
        assert_eq!(outcome["code"].as_str(), *fails, "{name}: {outcome:#}");
    }
    let other = outcomes.iter().find(|outcome| outcome["name"] == "other body").unwrap();
    let passed: Vec<&Value> = other["assertions"].as_array().unwrap().iter().map(|one| &one[3]).collect();
    assert_eq!(passed, [false, false, false, true]);
}

/// A suite whose first step stores what the second one needs.
const SUITE: &str = "
suites:
  - name: flow
    context: { wanted: UP }
    endpoints:
      - name: look
        url: 'http://{http}/json'
        conditions: [ '[BODY].status == [CONTEXT].wanted', '[STATUS] == {status}' ]
        store: { id: '[BODY].user.user-id', code: '[STATUS]' }
      - name: use
        url: 'http://{http}/echo/[CONTEXT].id'
        headers: { X-Code: '[CONTEXT].code' }
        conditions: [ '[BODY] == pat(GET /echo/7 *)', '[BODY] == pat(*200*)' ]
      - name: clean up
        url: 'http://{http}/ok'
        always-run: true
        conditions: [ '[STATUS] == 200' ]
";

#[test]
fn a_suite_hands_values_on_and_cleans_up() {
    let folder = tempfile::tempdir().unwrap();
    let peers = Peers::start(folder.path());
    let path = folder.path().join("config.yaml");
    for (status, expected) in
        [("200", ["passed", "passed", "passed"]), ("201", ["failed", "skipped", "passed"])]
    {
        std::fs::write(&path, peers.fill(SUITE).replace("{status}", status)).unwrap();
        let outcomes = both("gatus", &path, &[], &[]);
        let steps = outcomes[0]["steps"].as_array().unwrap();
        let found: Vec<&str> = steps.iter().filter_map(|step| step[1].as_str()).collect();
        assert_eq!(found, expected, "{:#}", outcomes[0]);
    }
}

#[test]
fn secrets_of_the_environment_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml");
    let server = super::loopback::http();
    let text = format!(
        "endpoints: [ {{ name: a, url: 'http://{server}/${{FF_TOKEN}}', conditions: ['[BODY] == nothing'] }} ]\n"
    );
    std::fs::write(&file, text).unwrap();
    let mut run = command(&["run", &file.display().to_string(), "--format", "json"]);
    let output = run.env("FF_TOKEN", "t0ken-in-use").output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("GET /***") && !shown.contains("t0ken-in-use"), "{shown}");
}

#[test]
fn a_condition_that_cannot_hold_is_found_where_it_is() {
    let text =
        "endpoints:\n  - name: a\n    url: http://127.0.0.1:1\n    conditions:\n      - '[STATUS] == 2000'\n";
    let answer = faultfinder_with_input(&["validate", "-"], text.as_bytes());
    assert_eq!(answer.status, 2);
    assert!(answer.stdout.contains(":5:9") && answer.stdout.contains("2000"), "{}", answer.stdout);
}
