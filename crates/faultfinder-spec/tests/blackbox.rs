//! Files of blackbox_exporter: what they are imported as, and what is said of broken ones.

mod foreign;

use faultfinder_spec::{ForeignFormat, ForeignOptions, Source, read_targets};
use foreign::{Corpus, diagnostics, imported, survives_mutation};
use std::sync::Arc;

const CORPUS: Corpus = Corpus {
    format: ForeignFormat::Blackbox,
    files: &[
        ("http", include_str!("data/blackbox/http.yml")),
        ("login", include_str!("data/blackbox/login.yml")),
        ("proxy", include_str!("data/blackbox/proxy.yml")),
        ("tcp", include_str!("data/blackbox/tcp.yml")),
        ("dns", include_str!("data/blackbox/dns.yml")),
        ("others", include_str!("data/blackbox/others.yml")),
        ("websocket", include_str!("data/blackbox/websocket.yml")),
    ],
};

#[test]
fn modules_become_the_tests_that_they_are() {
    for (name, text) in CORPUS.files {
        insta::assert_snapshot!(format!("blackbox_{name}"), imported(&CORPUS, &source(name, text)));
    }
}

#[test]
fn a_file_with_one_value_replaced_gives_diagnostics_or_a_document() {
    for (name, text) in CORPUS.files {
        let targets = targets(text);
        survives_mutation(&CORPUS, text, |text| source_with(name, text, None, &targets));
    }
}

/// The targets that a file of the corpus names in its first line.
fn targets(text: &str) -> Vec<String> {
    let first = text.lines().next().and_then(|line| line.strip_prefix("# targets: ")).unwrap_or_default();
    first.split(' ').map(str::to_owned).collect()
}

fn source(name: &str, text: &str) -> Source {
    source_with(name, text, None, &targets(text))
}

fn source_with(name: &str, text: &str, module: Option<&str>, targets: &[String]) -> Source {
    let mut options = ForeignOptions::default();
    options.module = module.map(str::to_owned);
    options.targets = targets.to_vec();
    Source::new(&format!("{name}.yml"), text).with_foreign_options(Arc::new(options))
}

/// Broken files: the module, the options, and the text.
const BROKEN: &[(&str, Option<&str>, &str)] = &[
    ("", None, "modules:\n  a: { prober: icmp }\n"),
    ("a.test", Some("http_2x"), "modules:\n  http_2xx: { prober: http }\n"),
    ("a.test", Some("x"), "modules:\n  http_2xx: { prober: http }\n  icmp: { prober: icmp }\n"),
    ("a.test", None, "modules:\n  a: { prober: htp }\n"),
    ("a.test", None, "modules:\n  a: { prober: icmp }\n  b: { timeout: 5s }\n"),
    ("a.test", None, "modules:\n  a: { prober: tcp }\n"),
    ("a.test:99999", None, "modules:\n  a: { prober: tcp }\n"),
    ("http://a.test/", None, "modules:\n  a: { prober: icmp }\n  b: { prober: websocket }\n"),
    (
        "a.test",
        None,
        "modules:\n  a: { prober: dns }\n  b: { prober: dns, dns: { query_name: x, query_type: HTTP } }\n",
    ),
    (
        "a.test",
        None,
        "modules:\n  a: { prober: dns, dns: { query_name: x, query_class: CH, dns_over_tls: true } }\n",
    ),
    ("a.test", None, "modules:\n  a: { prober: http, timeout: 5, http: { valid_status_codes: [2xx] } }\n"),
    (
        "a.test",
        None,
        "modules:\n  a: { prober: http, http: { valid_http_versions: [HTTP/9], compression: zip, body_size_limit: big } }\n",
    ),
    (
        "a.test",
        None,
        "modules:\n  a: { prober: http, http: { fail_if_header_matches: [ { regexp: x } ], follow_redirects: 7 } }\n",
    ),
    (
        "https://a.test",
        None,
        "modules:\n  a: { prober: http, http: { tls_config: { max_version: TLS11, min_version: TLS9 } } }\n",
    ),
    (
        "a.test:1",
        None,
        "modules:\n  a: { prober: tcp, tcp: { query_response: [ { send: !!binary gA== }, { send: !!binary '?' } ] } }\n",
    ),
    (
        "a.test",
        None,
        "modules:\n  a: { prober: http, http: { preferred_ip_protocol: ip5, headers: [a], method: [b] } }\n",
    ),
    (
        "ws://a.test",
        None,
        "modules:\n  a: { prober: websocket, websocket: { query_response: [ { expect: a, send: $1 } ] } }\n",
    ),
    ("a.test", None, "modules:\n  a: { prober: icmp }\n  [x]: { prober: icmp }\n"),
    (
        "a.test",
        None,
        "modules:\n  a: { prober: http, http: { basic_auth: { username: u, password: p }, bearer_token: t, oauth2: {} } }\n",
    ),
    (
        "a.test",
        None,
        "modules:\n  a: { prober: http, http: { basic_auth: { password: p, password_file: f, username: '' , username_file: g } } }\n",
    ),
    (
        "ws://a.test",
        None,
        "modules:\n  a: { prober: websocket, websocket: { http_config: { bearer_token: t, bearer_token_file: f, authorization: { credentials: c } } } }\n",
    ),
];

#[test]
fn what_is_wrong_is_said_at_its_place() {
    let all: Vec<String> = BROKEN
        .iter()
        .map(|(target, module, text)| {
            let targets: Vec<String> =
                target.split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect();
            let source = source_with("blackbox", text, *module, &targets);
            diagnostics(&source, true)
        })
        .collect();
    insta::assert_snapshot!("blackbox_broken", all.join("\n\n---\n\n"));
}

#[test]
fn many_targets_are_many_tests_and_too_many_are_refused() {
    let targets: Vec<String> = (0..5_000).map(|n| format!("host{n}.test")).collect();
    let one = "modules:\n  a: { prober: icmp }\n  b: { prober: icmp }\n";
    let parsed = faultfinder_spec::parse(&source_with("b", one, None, &targets));
    assert_eq!(
        parsed.document.map(|document| document.tests.len()),
        Some(10_000),
        "{:?}",
        parsed.diagnostics
    );
    let modules: String = (0..21).map(|n| format!("  m{n}: {{ prober: icmp }}\n")).collect();
    let parsed = faultfinder_spec::parse(&source_with("b", &format!("modules:\n{modules}"), None, &targets));
    assert_eq!(
        parsed.diagnostics[0].message,
        "21 modules with 5000 targets are 105000 tests; a file has at most 100000"
    );
}

#[test]
fn a_target_counts_once() {
    let targets = ["a.test", "b.test", "a.test"].map(str::to_owned);
    let parsed =
        faultfinder_spec::parse(&source_with("b", "modules:\n  a: { prober: icmp }\n", None, &targets));
    let document = parsed.document.unwrap();
    let names: Vec<&str> =
        document.tests.iter().map(|test| test.name.literal().unwrap_or_default()).collect();
    assert_eq!(names, ["a a.test", "a b.test"]);
}

#[test]
fn lists_of_targets_are_those_of_file_sd() {
    let read = |text: &str| read_targets(&Source::new("targets.yml", text));
    let json = r#"[{"targets": ["a.test:80", "b.test"], "labels": {"env": "prod"}}, {"targets": []}]"#;
    assert_eq!(read(json), Ok(vec!["a.test:80".to_owned(), "b.test".to_owned()]));
    let yaml = "- targets: [ 192.0.2.1 ]\n- labels: { a: b }\n  targets:\n    - https://c.test/\n";
    assert_eq!(read(yaml), Ok(vec!["192.0.2.1".to_owned(), "https://c.test/".to_owned()]));
    for (text, line, message) in [
        ("", 1, "expected a list of mappings with `targets`"),
        ("targets: [a]\n", 1, "expected a list of mappings with `targets`"),
        ("- labels: { a: b }\n", 1, "expected a mapping with `targets`, found a mapping"),
        ("- a.test\n", 1, "expected a mapping with `targets`, found `a.test`"),
        ("- targets: a.test\n", 1, "expected a list of targets, found `a.test`"),
        ("- targets:\n    - a.test\n    - [b]\n", 3, "expected a target, found a list"),
        ("- targets: [~]\n", 1, "expected a target, found nothing"),
    ] {
        let wrong = read(text).unwrap_err();
        assert_eq!(wrong[0].place.line, line, "{text}");
        assert!(wrong[0].message.starts_with(message), "{text}: {}", wrong[0].message);
    }
}

#[test]
fn a_list_of_targets_has_a_limit() {
    let most = faultfinder_spec::TARGETS_MAX;
    let list = |count: usize| {
        let items: Vec<String> = (0..count).map(|n| format!("h{n}")).collect();
        read_targets(&Source::new("t.json", &format!("[{{\"targets\": [{}]}}]", items.join(", "))))
    };
    assert_eq!(list(most).map(|targets| targets.len()), Ok(most));
    assert_eq!(list(most + 1).unwrap_err()[0].message, "a list holds at most 10000 targets");
}
