//! Modules of blackbox_exporter.

use super::{Peers, both, samples};
use faultfinder_tests::peers::program;
use faultfinder_tests::{faultfinder, faultfinder_with_input};

/// A module, its target, how it ends (the code of the fault, or nothing), and whether the exporter of Debian knows it.
pub(super) struct Row {
    pub(super) module: &'static str,
    pub(super) target: &'static str,
    fails: Option<&'static str>,
    in_exporter: bool,
    text: &'static str,
}

const fn row(
    module: &'static str,
    target: &'static str,
    fails: Option<&'static str>,
    text: &'static str,
) -> Row {
    Row { module, target, fails, in_exporter: true, text }
}

const ASSERTION: Option<&str> = Some("INCORRECT_ASSERTION");

const ROWS: &[Row] = &[
    row("http_2xx", "{http}/ok", None, "prober: http"),
    row("http_404", "http://{http}/missing", ASSERTION, "prober: http"),
    row("http_nobody", "{nobody}", Some("CONNREFUSED"), "prober: http"),
    row(
        "http_redirect",
        "{http}/moved",
        None,
        "{ prober: http, http: { fail_if_ssl: true, fail_if_body_not_matches_regexp: ['^hello [a-z]+\\s$'] } }",
    ),
    row(
        "http_stay",
        "{http}/moved",
        None,
        "{ prober: http, http: { follow_redirects: false, valid_status_codes: [301, 302], fail_if_header_not_matches: [ { header: Location, regexp: ^/ok$ } ] } }",
    ),
    row(
        "http_headers",
        "{http}/ok",
        None,
        "{ prober: http, http: { valid_http_versions: [HTTP/1.1, HTTP/2.0], fail_if_header_matches: [ { header: Server, regexp: nginx }, { header: Set-Cookie, regexp: '.*', allow_missing: true } ] } }",
    ),
    row(
        "http_missing_header",
        "{http}/ok",
        ASSERTION,
        "{ prober: http, http: { fail_if_header_matches: [ { header: X-Absent, regexp: nginx } ] } }",
    ),
    row(
        "http_body",
        "{http}/json",
        ASSERTION,
        "{ prober: http, http: { fail_if_body_matches_regexp: ['{\"status\": \"UP\"'] } }",
    ),
    row("http_not_ssl", "{http}/ok", ASSERTION, "{ prober: http, http: { fail_if_not_ssl: true } }"),
    row(
        "http_post",
        "{http}/echo",
        None,
        "{ prober: http, http: { method: POST, headers: { Host: vhost.test, X-A: b }, basic_auth: { username: ada, password: opensesame }, body: '{{ x }}', fail_if_body_not_matches_regexp: ['^POST /echo ', '(?i)host: vhost.test', 'YWRhOm9wZW5zZXNhbWU=', '{{ x }}$'] } }",
    ),
    row(
        "http_size",
        "{http}/json",
        Some("INCORRECT_ASSERTION"),
        "{ prober: http, http: { body_size_limit: 20B } }",
    ),
    row("tcp", "{tcp}", None, "{ prober: tcp, timeout: 3s }"),
    row("tcp_nobody", "{nobody}", Some("CONNREFUSED"), "prober: tcp"),
    row(
        "irc",
        "{tcp}",
        None,
        "{ prober: tcp, timeout: 5s, tcp: { query_response: [ { expect: '^220 .*ready$' }, { send: NICK prober }, { expect: 'PING :([^ ]+)', send: 'PONG ${1}' }, { expect: ' 001 ' } ] } }",
    ),
    row(
        "banner",
        "{tcp}",
        Some("TIMEOUT"),
        "{ prober: tcp, timeout: 1s, tcp: { query_response: [ { expect: '^SSH-2.0-' } ] } }",
    ),
    row(
        "tls",
        "{tls}",
        None,
        "{ prober: tcp, tcp: { tls: true, tls_config: { ca_file: '{ca}', server_name: shop.lab.test } } }",
    ),
    row(
        "tls_other_name",
        "{tls}",
        Some("SSL"),
        "{ prober: tcp, tcp: { tls: true, tls_config: { ca_file: '{ca}', server_name: other.test } } }",
    ),
    row(
        "tls_expired",
        "{expired}",
        None,
        "{ prober: tcp, tcp: { tls: true, tls_config: { insecure_skip_verify: true } } }",
    ),
    row(
        "dns",
        "{dns}",
        None,
        "{ prober: dns, timeout: 5s, dns: { query_name: host.zone.test, query_type: A, validate_answer_rrs: { fail_if_not_matches_regexp: [\"^host.zone.test.\\t[0-9]+\\tIN\\tA\\t192.0.2.1$\"], fail_if_matches_regexp: [127], fail_if_all_match_regexp: ['192\\.0'] } } }",
    ),
    row(
        "dns_other",
        "{dns}",
        ASSERTION,
        "{ prober: dns, timeout: 5s, dns: { query_name: host.zone.test, query_type: A, validate_answer_rrs: { fail_if_none_matches_regexp: ['192.0.2.9', '192.0.2.8'] } } }",
    ),
    row(
        "dns_nxdomain",
        "{nxdomain}",
        None,
        "{ prober: dns, timeout: 5s, dns: { query_name: host.zone.test, query_type: A, valid_rcodes: [NXDOMAIN] } }",
    ),
    row(
        "grpc",
        "{grpc}",
        None,
        "{ prober: grpc, timeout: 5s, grpc: { service: lab.Good, preferred_ip_protocol: ip4 } }",
    ),
    Row {
        module: "websocket",
        target: "{ws}",
        fails: None,
        in_exporter: false,
        text: "{ prober: websocket, timeout: 5s, websocket: { query_response: [ { send: hello }, { expect: ^hel+o$ } ] } }",
    },
    Row {
        module: "websocket_other",
        target: "{ws}",
        fails: ASSERTION,
        in_exporter: false,
        text: "{ prober: websocket, timeout: 5s, websocket: { query_response: [ { send: hello }, { expect: ^bye } ] } }",
    },
];

/// A file with these modules.
pub(super) fn file(peers: &Peers, rows: &[&Row]) -> String {
    let mut text = String::from("modules:\n");
    for row in rows {
        let settings = match row.text.strip_prefix('{') {
            Some(_) => format!(" {}", row.text),
            None => format!("\n    {}", row.text),
        };
        text.push_str(&format!("  {}:{}\n", row.module, settings.replace("{ca}", &peers.fill("{ca}"))));
    }
    text
}

/// The rows whose modules the exporter of Debian knows.
pub(super) fn known_to_the_exporter() -> Vec<&'static Row> {
    ROWS.iter().filter(|row| row.in_exporter).collect()
}

#[test]
fn a_module_does_the_same_as_what_it_is_imported_as() {
    let folder = tempfile::tempdir().unwrap();
    let peers = Peers::start(folder.path());
    let path = folder.path().join("blackbox.yml");
    std::fs::write(&path, file(&peers, &ROWS.iter().collect::<Vec<_>>())).unwrap();
    for row in ROWS {
        let target = peers.fill(row.target);
        let outcome = both("blackbox", &path, &["--module", row.module, "--target", &target], &[]);
        let [outcome] = outcome.as_slice() else { panic!("{}: {outcome:?}", row.module) };
        let status = if row.fails.is_some() { "failed" } else { "passed" };
        assert_eq!(outcome["status"], status, "{}: {outcome:#}", row.module);
        assert_eq!(outcome["code"].as_str(), row.fails, "{}: {outcome:#}", row.module);
        assert_eq!(outcome["name"], format!("{} {target}", row.module));
    }
}

#[test]
fn the_exporter_itself_finds_the_same() {
    let Some(exporter) = program("prometheus-blackbox-exporter") else { return };
    let folder = tempfile::tempdir().unwrap();
    let peers = Peers::start(folder.path());
    let rows = known_to_the_exporter();
    let path = folder.path().join("blackbox.yml");
    std::fs::write(&path, file(&peers, &rows)).unwrap();
    let (_exporter, address) = samples::start(&exporter, &path, folder.path());
    for row in rows {
        let passes = samples::passes(&address, row.module, &peers.fill(row.target));
        assert_eq!(passes, row.fails.is_none(), "{}", row.module);
    }
}

#[test]
fn targets_come_from_options_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let modules = file("blackbox.yml", "modules:\n  ping: { prober: icmp }\n  port: { prober: tcp }\n");
    let list = file("targets.json", "[{\"targets\": [\"127.0.0.1:2\"], \"labels\": {\"a\": \"b\"}}]");
    let names = |arguments: &[&str]| -> Vec<String> {
        let answer = faultfinder(&[&["import", "blackbox", &modules], arguments].concat());
        assert_eq!(answer.status, 0, "{}", answer.stderr);
        let lines = answer.stdout.lines().filter_map(|line| line.trim_start().strip_prefix("- name: "));
        lines.map(|name| name.trim_matches('\'').to_owned()).collect()
    };
    let port = ["--module", "port", "--target", "127.0.0.1:1", "--target-file", &list];
    assert_eq!(names(&port), ["port 127.0.0.1:1", "port 127.0.0.1:2"]);
    let without = faultfinder(&["validate", &modules]);
    assert_eq!(without.status, 2);
    assert!(without.stdout.contains("give `--target TARGET` or `--target-file FILE`"), "{}", without.stdout);
    let other = faultfinder(&["run", &modules, "--module", "prot", "--target", "x"]);
    assert_eq!(other.status, 2);
    assert!(other.stderr.contains("did you mean `--module port`?"), "{}", other.stderr);
    let bad = file("bad.yml", "targets: [a]\n");
    let bad = faultfinder(&["run", &modules, "--target-file", &bad]);
    assert_eq!(bad.status, 2);
    assert!(bad.stderr.contains("expected a list of mappings with `targets`"), "{}", bad.stderr);
}

#[test]
fn a_pattern_that_cannot_be_read_is_found_where_it_is() {
    let text = "modules:\n  a:\n    prober: http\n    http:\n      fail_if_body_matches_regexp: ['a(b']\n";
    let answer =
        faultfinder_with_input(&["validate", "-", "--target", "http://127.0.0.1:1"], text.as_bytes());
    assert_eq!(answer.status, 2);
    assert!(answer.stdout.contains(":5:39"), "{}", answer.stdout);
    assert!(answer.stdout.contains("unclosed group"), "{}", answer.stdout);
}
