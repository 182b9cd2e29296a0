//! `/metrics`, `/readyz` and the log through HTTP: what is counted, that it can be read, and what is reported about a store
//! that is away.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use faultfinder_net::{Clock, Vantage};
use faultfinder_service::{Config, Running, TokenHash, store};
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ADMIN: &str = "an admin token for tests";
/// A name as nobody wishes it.
const HOSTILE: &str = "a \"quoted\\\" name\n# EOF\r\u{1b}[31m {x=\"y\"} 1";
/// What Prometheus 2.42 accepts.
const PROMETHEUS: &str = "application/openmetrics-text;version=1.0.0,\
    application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
/// How long something that must come is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

struct Served {
    running: Running,
    folder: tempfile::TempDir,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Served {
    async fn start(config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store::open(&format!("sqlite://{}", database(&folder).display())).await.unwrap();
        let config = Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..config };
        let running = Running::start(config, store, Clock::system(), Vantage::system()).await.unwrap();
        Self { running, folder }
    }

    async fn call(&self, method: &str, path: &str, token: Option<&str>, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{token}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.send(&request).await
    }

    /// Sends this, and reads the answer to its end.
    async fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.running.address()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None, &Value::Null).await
    }

    /// A TCP test that is kept, and its id.
    async fn kept(&self, name: &str, port: u16) -> String {
        let body = json!({ "definition": definition(name, port) });
        let answer = self.call("POST", "/api/v1/tests", None, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn run(&self, id: &str) {
        let answer = self.call("POST", &format!("/api/v1/tests/{id}/run"), None, &Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    async fn scrape(&self) -> Samples {
        let answer = self.metrics("*/*").await;
        let content_type = "\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n";
        assert!(answer.head.contains(content_type), "{answer:?}");
        parse(&answer.body)
    }

    async fn scrape_open_metrics(&self) -> Samples {
        let answer = self.metrics(PROMETHEUS).await;
        let content_type = "\r\ncontent-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n";
        assert!(answer.head.contains(content_type), "{answer:?}");
        parse_open_metrics(&answer.body)
    }

    /// The metrics in a format that this header prefers.
    async fn metrics(&self, accept: &str) -> Answer {
        let head = format!(
            "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: {accept}\r\n\r\n"
        );
        let answer = self.send(&head).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.head.contains("\r\nvary: accept\r\n"), "{answer:?}");
        answer
    }

    /// Asks until the answer is as it must become.
    async fn eventually(&self, path: &str, is_so: impl Fn(&Answer) -> bool) -> Answer {
        let asked = tokio::time::timeout(PATIENCE, async {
            loop {
                let answer = self.get(path).await;
                if is_so(&answer) {
                    return answer;
                }
                tokio::task::yield_now().await;
            }
        });
        asked.await.unwrap()
    }
}

fn database(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("service.db")
}

fn definition(name: &str, port: u16) -> Value {
    json!({ "version": 1, "tests": [{ "name": name, "tcp": { "host": "127.0.0.1", "port": port } }] })
}

/// Values by name and labels.
#[derive(Debug)]
struct Samples(BTreeMap<(String, BTreeMap<String, String>), f64>);

impl Samples {
    /// The only value of this name that has these labels.
    #[track_caller]
    fn one(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let has = |all: &BTreeMap<String, String>| {
            labels.iter().all(|(name, value)| all.get(*name).is_some_and(|found| found == value))
        };
        let found: Vec<f64> =
            self.0.iter().filter(|((of, all), _)| of == name && has(all)).map(|(_, value)| *value).collect();
        assert!(found.len() < 2, "{name} {labels:?}: {self:?}");
        found.first().copied()
    }

    /// How many there are of a test.
    fn count_of(&self, test: &str) -> usize {
        self.0.keys().filter(|(_, labels)| labels.get("test").is_some_and(|of| of == test)).count()
    }
}

/// Reads OpenMetrics text as a server does, and fails on anything else.
#[track_caller]
fn parse_open_metrics(text: &str) -> Samples {
    let lines = text.strip_suffix("# EOF\n").expect("ends with # EOF");
    assert!(!lines.contains("\n# EOF\n"), "{text}");
    let lines = lines.split_terminator('\n');
    read(lines, |kind| match kind {
        "counter" => &["_total"],
        "info" => &["_info"],
        "histogram" => &["_bucket", "_count", "_sum"],
        "gauge" => &[""],
        _ => panic!("{kind}"),
    })
}

/// Reads Prometheus' text format 0.0.4 as a server does, and fails on anything else.
#[track_caller]
fn parse(text: &str) -> Samples {
    let lines = text.strip_suffix('\n').expect("ends with a line break").split('\n');
    let lines = lines.inspect(|line| assert!(!line.starts_with("# UNIT ") && *line != "# EOF", "{line}"));
    read(lines, |kind| match kind {
        "histogram" => &["_bucket", "_count", "_sum"],
        "counter" | "gauge" => &[""],
        _ => panic!("{kind}"),
    })
}

/// Reads lines of either format: what samples add to the name of their family depends on its kind.
#[track_caller]
fn read<'a>(lines: impl Iterator<Item = &'a str>, suffixes: fn(&str) -> &'static [&'static str]) -> Samples {
    let (mut samples, mut families, mut kind) = (BTreeMap::new(), Vec::new(), "");
    for line in lines {
        if let Some(comment) = line.strip_prefix("# ") {
            let words: Vec<&str> = comment.splitn(3, ' ').collect();
            match words[0] {
                "HELP" => {
                    assert!(words[2].ends_with('.'), "{line}");
                    assert!(!families.contains(&words[1]), "twice: {line}");
                    families.push(words[1]);
                }
                "TYPE" => kind = words[2],
                "UNIT" => assert!(words[1].ends_with(&format!("_{}", words[2])), "{line}"),
                _ => panic!("{line}"),
            }
            assert_eq!(families.last(), Some(&words[1]), "{line}");
            continue;
        }
        let family = families.last().expect("a type comes first");
        let (name, labels, value) = sample(line);
        let suffix = name.strip_prefix(family).unwrap_or_else(|| panic!("{line} is not of {family}"));
        assert!(suffixes(kind).contains(&suffix), "{line} is not of the {kind} {family}");
        assert!(name.starts_with("faultfinder_") || name.starts_with("process_"), "{line}");
        assert!(samples.insert((name, labels), value).is_none(), "twice: {line}");
    }
    Samples(samples)
}

#[track_caller]
fn sample(line: &str) -> (String, BTreeMap<String, String>, f64) {
    let at = line.find(['{', ' ']).unwrap();
    let (name, mut rest) = line.split_at(at);
    assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{line}");
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (label, value) = rest.split_once("=\"").unwrap();
            let (mut text, mut characters) = (String::new(), value.char_indices());
            let end = loop {
                match characters.next().unwrap() {
                    (end, '"') => break end,
                    (_, '\\') => text.push(match characters.next().unwrap().1 {
                        'n' => '\n',
                        other => other,
                    }),
                    (_, other) => text.push(other),
                }
            };
            assert!(labels.insert(label.to_owned(), text).is_none(), "{line}");
            rest = &value[end + 1..];
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        rest = &rest[1..];
    }
    (name.to_owned(), labels, rest.strip_prefix(' ').unwrap().parse().unwrap())
}

#[tokio::test]
async fn runs_are_counted_by_test_status_and_code() {
    let served = Served::start(Config::default()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let good = served.kept("somebody listens", listener.local_addr().unwrap().port()).await;
    let bad = served.kept(HOSTILE, 1).await;
    for id in [&good, &good, &bad] {
        served.run(id).await;
    }
    let body = json!({ "definition": definition("now", 1) });
    assert_eq!(served.call("POST", "/api/v1/runs", None, &body).await.status, 200);

    let samples = served.scrape().await;
    let results = "faultfinder_results_total";
    let passed = [("test", good.as_str()), ("name", "somebody listens"), ("location", "local")];
    assert_eq!(samples.one(results, &passed), Some(2.0));
    assert_eq!(samples.one(results, &[("test", &good), ("status", "passed"), ("code", "")]), Some(2.0));
    let failed = [("test", bad.as_str()), ("name", HOSTILE), ("status", "failed"), ("code", "CONNREFUSED")];
    assert_eq!(samples.one(results, &failed), Some(1.0));
    assert_eq!(samples.one(results, &[("test", "_none"), ("code", "CONNREFUSED")]), Some(1.0));
    for (test, up) in [(good.as_str(), Some(1.0)), (&bad, Some(0.0)), ("_none", None)] {
        assert_eq!(samples.one("faultfinder_test_up", &[("test", test)]), up, "{test}");
    }
    let connect = [("phase", "connect"), ("protocol", "tcp")];
    let count = |name: &str, labels: &[(&str, &str)]| samples.one(&format!("{name}_count"), labels);
    // Of the runs that passed: a refused connection is not complete.
    assert_eq!(count("faultfinder_phase_duration_seconds", &connect), Some(2.0));
    let infinite = [connect[0], connect[1], ("le", "+Inf")];
    assert_eq!(samples.one("faultfinder_phase_duration_seconds_bucket", &infinite), Some(2.0));
    assert_eq!(
        count("faultfinder_run_duration_seconds", &[("protocol", "tcp"), ("status", "failed")]),
        Some(2.0)
    );
    assert_eq!(samples.one("faultfinder_store_written_results_total", &[]), Some(4.0));
    let runs = [("method", "POST"), ("route", "/api/v1/tests/{id}/run"), ("status", "200")];
    assert_eq!(samples.one("faultfinder_api_requests_total", &runs), Some(3.0));
    assert_eq!(count("faultfinder_api_request_duration_seconds", &runs[..2]), Some(3.0));

    assert_eq!(served.call("DELETE", &format!("/api/v1/tests/{bad}"), None, &Value::Null).await.status, 200);
    let samples = served.scrape().await;
    assert_eq!((samples.count_of(&bad), samples.count_of(&good)), (0, 2));
}

#[tokio::test]
async fn every_part_tells_how_it_is() {
    let served = Served::start(Config { in_flight_max: 7, ..Config::default() }).await;
    served.get("/nowhere").await;
    served.call("BREW", "/api/v1/codes", None, &Value::Null).await;
    let samples = served.scrape().await;
    for (name, labels, expected) in [
        ("faultfinder_build_info", &[("version", env!("CARGO_PKG_VERSION"))][..], 1.0),
        ("faultfinder_schedule_tests", &[], 0.0),
        ("faultfinder_schedule_queued_runs", &[], 0.0),
        ("faultfinder_schedule_in_flight_runs", &[], 0.0),
        ("faultfinder_schedule_places", &[], 7.0),
        ("faultfinder_schedule_open_places", &[], 7.0),
        ("faultfinder_schedule_missed_runs_total", &[("reason", "overloaded")], 0.0),
        ("faultfinder_schedule_delay_seconds_count", &[], 0.0),
        ("faultfinder_schedule_delay_seconds_bucket", &[("le", "+Inf")], 0.0),
        ("faultfinder_store_info", &[("kind", "sqlite")], 1.0),
        ("faultfinder_store_buffered_results", &[], 0.0),
        ("faultfinder_store_away_seconds", &[], 0.0),
        ("faultfinder_store_commits_total", &[("outcome", "failed")], 0.0),
        ("faultfinder_definitions_current", &[], 1.0),
        ("faultfinder_definition_files", &[("state", "good")], 0.0),
        ("faultfinder_definition_files", &[("state", "bad")], 0.0),
        ("faultfinder_definitions_errors", &[], 0.0),
        ("faultfinder_api_requests_total", &[("route", "_none"), ("status", "404")], 1.0),
        ("faultfinder_api_requests_total", &[("method", "_none"), ("status", "405")], 1.0),
    ] {
        assert_eq!(samples.one(name, labels), Some(expected), "{name} {labels:?}");
    }
    for name in ["process_start_time_seconds", "faultfinder_definitions_good_load_timestamp_seconds"] {
        assert!(samples.one(name, &[]).is_some_and(|seconds| seconds > 1e9), "{name}");
    }
}

#[tokio::test]
async fn with_an_admin_token_any_valid_token_reads_metrics() {
    let served = Served::start(Config { admin_token: Some(TokenHash::of(ADMIN)), ..Config::default() }).await;
    let refused = served.get("/metrics").await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (401, &json!(401)));
    let body = json!({ "name": "scraper", "scopes": ["tests:read"] });
    let made = served.call("POST", "/api/v1/tokens", Some(ADMIN), &body).await.json();
    for token in [ADMIN, made["token"].as_str().unwrap()] {
        let answer = served.call("GET", "/metrics", Some(token), &Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        parse(&answer.body);
    }
    let wrong = served.call("POST", "/metrics", Some(ADMIN), &Value::Null).await;
    assert_eq!((wrong.status, &wrong.json()["error"]["code"]), (405, &json!(405)));
}

#[tokio::test]
async fn readiness_tells_a_store_that_is_away_and_when_it_is_back() {
    let served = Served::start(Config::default()).await;
    let ready = served.get("/readyz").await;
    assert_eq!(ready.status, 200, "{ready:?}");
    assert_eq!(
        ready.json(),
        json!({
            "status": "ok",
            "store": { "ok": true, "kind": "sqlite", "slow": false, "commitMs": 0.0, "buffered": 0 },
            "schedule": { "ok": true, "tests": 0 },
            "definitions": ready.json()["definitions"],
        })
    );

    // Another process holds the file.
    let url = format!("sqlite://{}", database(&served.folder).display());
    let mut other = sqlx::SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let away = served.eventually("/readyz", |answer| answer.status != 200).await;
    let error = &away.json()["error"];
    assert_eq!((away.status, &error["details"]["errorCode"]), (503, &json!("StoreUnavailable")), "{away:?}");
    assert_eq!(error["details"]["store"]["ok"], json!(false), "{away:?}");
    assert!(error["details"]["store"]["awaySince"].is_string(), "{away:?}");
    assert_eq!(error["details"]["schedule"]["ok"], json!(true), "{away:?}");
    assert!(away.head.contains("\r\nretry-after: 5"), "{away:?}");
    assert_eq!(error["retryAfterSeconds"], json!(5), "{away:?}");
    assert!(!away.body.contains("service.db") && !away.body.contains("locked"), "{away:?}");
    assert_eq!(served.get("/healthz").await.status, 200);

    other.execute("ROLLBACK").await.unwrap();
    served.eventually("/readyz", |answer| answer.status == 200).await;
}

#[tokio::test]
async fn a_bad_edit_is_told_and_does_not_make_the_service_unready() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tests.json");
    tokio::fs::write(&file, definition("one", 1).to_string()).await.unwrap();
    let config = Config { definitions: vec![folder.path().to_owned()], ..Config::default() };
    let served = Served::start(config).await;
    let before = served.get("/readyz").await.json()["definitions"].clone();
    assert_eq!((&before["ok"], &before["tests"], &before["errors"]), (&json!(true), &json!(1), &json!(0)));

    tokio::fs::write(&file, "{").await.unwrap();
    let told =
        served.eventually("/readyz", |answer| answer.json()["definitions"]["ok"] == json!(false)).await;
    let after = &told.json()["definitions"];
    assert_eq!((told.status, &after["tests"], &after["goodAt"]), (200, &json!(1), &before["goodAt"]));
    assert!(after["errors"].as_u64().is_some_and(|errors| errors > 0), "{told:?}");
    assert!(!told.body.contains("tests.json"), "{told:?}");
    let samples = served.scrape().await;
    assert_eq!(samples.one("faultfinder_definitions_current", &[]), Some(0.0));
    for (state, count) in [("good", 0.0), ("bad", 1.0)] {
        assert_eq!(samples.one("faultfinder_definition_files", &[("state", state)]), Some(count), "{state}");
    }
}

#[tokio::test]
async fn the_page_on_metrics_has_all_of_them_and_no_other() {
    let page = include_str!("../../../docs/metrics.md");
    let words = page.split('`').skip(1).step_by(2).map(|code| code.split('{').next().unwrap());
    let told: BTreeSet<&str> =
        words.filter(|word| word.starts_with("faultfinder_") || word.starts_with("process_")).collect();
    let served = Served::start(Config::default()).await;
    // Histograms are there once something was measured.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    served.run(&served.kept("one", listener.local_addr().unwrap().port()).await).await;
    let text = served.get("/metrics").await.body;
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    assert_eq!(told, types.map(|line| line.split(' ').next().unwrap()).collect());
}

/// The metrics in a query: what is outside of braces, brackets and lists of labels, and neither a function nor a number.
fn queried(query: &str) -> BTreeSet<String> {
    const FUNCTIONS: [&str; 5] = ["histogram_quantile", "increase", "rate", "sum", "time"];
    let (mut plain, mut depth) = (String::new(), 0);
    for character in query.chars() {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    while let Some((before, after)) = plain.split_once(" by (") {
        plain = format!("{before} {}", after.split_once(')').unwrap().1);
    }
    let words = plain.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let words = words.filter(|word| word.starts_with(|first: char| first.is_ascii_alphabetic()));
    words.filter(|word| !FUNCTIONS.contains(word)).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_metric_that_a_rule_uses_is_there() {
    let served = Served::start(Config::default()).await;
    // Prometheus makes this one.
    let mut there = BTreeSet::from(["up".to_owned()]);
    for line in served.get("/metrics").await.body.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        let suffixes: &[&str] = if kind == "histogram" { &["_bucket", "_count", "_sum"] } else { &[""] };
        there.extend(suffixes.iter().map(|suffix| format!("{name}{suffix}")));
    }
    let rules = include_str!("../../../packaging/prometheus/faultfinder-rules.yml");
    let cases = include_str!("../../../packaging/prometheus/faultfinder-rules.test.yml");
    let queries = rules.lines().filter_map(|line| line.trim().strip_prefix("expr: "));
    let series = cases.lines().filter_map(|line| line.trim().strip_prefix("- series: '"));
    let used: BTreeSet<String> =
        queries.chain(series.map(|one| one.trim_end_matches('\''))).flat_map(queried).collect();
    assert!(used.len() > 5, "{used:?}");
    let unknown: Vec<&String> = used.difference(&there).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[tokio::test]
async fn both_formats_have_the_same_samples_and_describe_them_in_their_own_way() {
    let served = Served::start(Config::default()).await;
    served.run(&served.kept(HOSTILE, 1).await).await;
    // Each request is counted, so what was counted before is asked for twice.
    served.get("/metrics").await;
    let (text, open) = (served.scrape().await, served.scrape_open_metrics().await);
    assert!(text.0.keys().eq(open.0.keys()), "{text:?} {open:?}");
    for name in ["faultfinder_results_total", "faultfinder_test_up", "faultfinder_run_duration_seconds_sum"] {
        let find = |samples: &Samples| samples.one(name, &[]).unwrap();
        assert_eq!(find(&text).to_bits(), find(&open).to_bits(), "{name}");
    }

    // A phase is measured when it is complete.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let body = json!({ "definition": definition("now", listener.local_addr().unwrap().port()) });
    assert_eq!(served.call("POST", "/api/v1/runs", None, &body).await.status, 200);
    let (text, open) = (served.metrics("text/plain").await.body, served.metrics(PROMETHEUS).await.body);
    for (line, is_open, is_text) in [
        ("# TYPE faultfinder_results counter", true, false),
        ("# TYPE faultfinder_results_total counter", false, true),
        (
            "# HELP faultfinder_results_total Runs by result. Missed runs did not happen because of this host.",
            false,
            true,
        ),
        ("# TYPE faultfinder_build info", true, false),
        ("# TYPE faultfinder_build_info gauge", false, true),
        ("# TYPE faultfinder_api_requests counter", true, false),
        ("# TYPE faultfinder_api_requests_total counter", false, true),
        ("# TYPE faultfinder_run_duration_seconds histogram", true, true),
        ("# UNIT faultfinder_run_duration_seconds seconds", true, false),
        ("# UNIT faultfinder_api_request_duration_seconds seconds", true, false),
        ("# UNIT faultfinder_phase_duration_seconds seconds", true, false),
        ("# UNIT faultfinder_store_buffered_bytes bytes", true, false),
        ("# UNIT process_cpu_seconds seconds", true, false),
        ("# EOF", true, false),
    ] {
        let has = |text: &str| text.lines().any(|found| found == line);
        assert_eq!((has(&open), has(&text)), (is_open, is_text), "{line}");
    }
}

#[tokio::test]
async fn the_process_has_the_metrics_that_every_process_has() {
    let served = Served::start(Config::default()).await;
    let value = |samples: &Samples, name: &str| samples.one(name, &[]).unwrap_or_else(|| panic!("no {name}"));
    let before = served.scrape().await;
    // More than what anything else in this process opens in the meantime.
    let files: Vec<std::fs::File> = (0..200).map(|_| std::fs::File::open("/dev/null").unwrap()).collect();
    let samples = served.scrape().await;
    drop(files);
    let opened = value(&samples, "process_open_fds") - value(&before, "process_open_fds");
    assert!((150.0..1_000.0).contains(&opened), "{opened}");
    assert!(value(&samples, "process_open_fds") <= value(&samples, "process_max_fds"), "{samples:?}");
    assert!(value(&samples, "process_threads") >= 1.0, "{samples:?}");
    // This program takes more than 4 MB, and less than what a 64-bit system can address.
    let (resident, all) =
        (value(&samples, "process_resident_memory_bytes"), value(&samples, "process_virtual_memory_bytes"));
    assert!(4e6 < resident && resident <= all && all < 2.8e14, "{resident} {all}");
    let (earlier, later) =
        (value(&before, "process_cpu_seconds_total"), value(&samples, "process_cpu_seconds_total"));
    assert!((0.0..3_600.0).contains(&earlier) && earlier <= later, "{earlier} {later}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_failed_run_is_logged_in_one_line_with_the_trace_of_its_request() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_span_list(false);
    let _guard = tracing::subscriber::set_default(lines.with_writer(move || writer.clone()).finish());
    let served = Served::start(Config::default()).await;
    let id = served.kept(HOSTILE, 1).await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let path = format!("/api/v1/tests/{id}/run");
    let answer = served
        .send(&format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntraceparent: 00-{trace}-b7ad6b7169203331-01\r\n\r\n"
        ))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failed: Vec<&Value> = lines.iter().filter(|line| line["message"] == "a test failed").collect();
    let [line] = failed[..] else { panic!("{text}") };
    for (field, expected) in
        [("level", "INFO"), ("test", &id), ("name", HOSTILE), ("code", "CONNREFUSED"), ("phase", "connect")]
    {
        assert_eq!(line[field], expected, "{line}");
    }
    assert!(line["fault"].as_str().unwrap().contains("127.0.0.1:1"), "{line}");
    let span = &line["span"];
    assert_eq!(
        (&span["trace_id"], &span["method"], &span["path"]),
        (&json!(trace), &json!("POST"), &json!(path))
    );
}
