//! Monitors of Uptime Kuma.

use super::{Peers, both};
use faultfinder_tests::faultfinder;
use serde_json::{Value, json};
use std::path::Path;

/// Monitors, and the code of the fault that each ends with; nothing where it passes. `{http}` is a host with its port,
/// `{http:port}` the port alone.
const MONITORS: &[(&str, Option<&str>, &str)] = &[
    ("page", None, r#"{ "type": "http", "url": "http://{http}/ok" }"#),
    ("no page", Some("INCORRECT_ASSERTION"), r#"{ "type": "http", "url": "http://{http}/missing" }"#),
    (
        "expected status",
        None,
        r#"{ "type": "http", "url": "http://{http}/missing", "accepted_statuscodes": ["200-299", "404"] }"#,
    ),
    ("moved", None, r#"{ "type": "keyword", "url": "http://{http}/moved", "keyword": "hello world" }"#),
    (
        "stays",
        None,
        r#"{ "type": "http", "url": "http://{http}/moved", "maxredirects": 0, "accepted_statuscodes": ["302"] }"#,
    ),
    (
        "other word",
        Some("INCORRECT_ASSERTION"),
        r#"{ "type": "keyword", "url": "http://{http}/ok", "keyword": "goodbye" }"#,
    ),
    (
        "not this word",
        None,
        r#"{ "type": "keyword", "url": "http://{http}/ok", "keyword": "goodbye", "invertKeyword": true }"#,
    ),
    (
        "body",
        None,
        r#"{ "type": "keyword", "url": "http://{http}/echo", "method": "POST", "httpBodyEncoding": "json", "body": "{ \"a\": \"{{ 1 }}\" }", "keyword": "{{ 1 }}" }"#,
    ),
    (
        "media type",
        None,
        r#"{ "type": "keyword", "url": "http://{http}/echo", "method": "PUT", "httpBodyEncoding": "form", "body": "a=1", "keyword": "application/x-www-form-urlencoded" }"#,
    ),
    (
        "header",
        None,
        r#"{ "type": "keyword", "url": "http://{http}/echo", "headers": "{ \"X-Shop\": \"{{ 2 }}\" }", "keyword": "{{ 2 }}" }"#,
    ),
    (
        "login",
        None,
        r#"{ "type": "keyword", "url": "http://{http}/echo", "authMethod": "basic", "basic_auth_user": "ada", "basic_auth_pass": "s3cret-in-use", "keyword": "Basic " }"#,
    ),
    (
        "text in JSON",
        None,
        r#"{ "type": "json-query", "url": "http://{http}/json", "jsonPath": "user.name", "expectedValue": "john.doe" }"#,
    ),
    (
        "number in JSON",
        None,
        r#"{ "type": "json-query", "url": "http://{http}/json", "jsonPath": "$.items[1]", "expectedValue": "2" }"#,
    ),
    (
        "number as text",
        None,
        r#"{ "type": "json-query", "url": "http://{http}/json", "jsonPath": "user.`user-id`", "expectedValue": "7" }"#,
    ),
    (
        "other value",
        Some("INCORRECT_ASSERTION"),
        r#"{ "type": "json-query", "url": "http://{http}/json", "jsonPath": "count", "expectedValue": "4" }"#,
    ),
    ("nobody", Some("CONNREFUSED"), r#"{ "type": "http", "url": "http://{nobody}/" }"#),
    ("port", None, r#"{ "type": "port", "hostname": "127.0.0.1", "port": "{tcp:port}" }"#),
    (
        "closed port",
        Some("CONNREFUSED"),
        r#"{ "type": "port", "hostname": "127.0.0.1", "port": "{nobody:port}" }"#,
    ),
    (
        "name",
        None,
        r#"{ "type": "dns", "hostname": "host.zone.test", "dns_resolve_type": "A", "dns_resolve_server": "127.0.0.1", "port": "{dns:port}" }"#,
    ),
    (
        "no such name",
        Some("DNS"),
        r#"{ "type": "dns", "hostname": "host.zone.test", "dns_resolve_type": "A", "dns_resolve_server": "127.0.0.1", "port": "{nxdomain:port}" }"#,
    ),
    (
        "call",
        None,
        r#"{ "type": "grpc-keyword", "grpcUrl": "{grpc}", "grpcServiceName": "Health", "grpcMethod": "check", "grpcBody": "{}", "keyword": "SERVING", "grpcProtobuf": "syntax = \"proto3\";\npackage grpc.health.v1;\nmessage HealthCheckRequest { string service = 1; }\nmessage HealthCheckResponse { enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; } ServingStatus status = 1; }\nservice Health { rpc Check (HealthCheckRequest) returns (HealthCheckResponse); }\n" }"#,
    ),
];

/// Peers whose port some monitors need alone.
const PORTS: &[&str] = &["tcp", "nobody", "dns", "nxdomain"];

/// A text with the places of the peers in it.
fn fill(peers: &Peers, text: &str) -> String {
    let alone = |text: String, name: &&str| {
        let place = peers.fill(&format!("{{{name}}}"));
        let port = place.rsplit(':').next().unwrap_or_default().to_owned();
        text.replace(&format!("{{{name}:port}}"), &port)
    };
    peers.fill(&PORTS.iter().fold(text.to_owned(), alone))
}

/// Writes a backup of these monitors; the ids are their numbers.
fn write(file: &Path, monitors: &[(&str, Value)]) {
    let monitors: Vec<Value> = monitors
        .iter()
        .enumerate()
        .map(|(at, (name, fields))| {
            let mut monitor = fields.clone();
            monitor["id"] = json!(at + 1);
            monitor["name"] = json!(name);
            monitor["interval"] = json!(60);
            monitor
        })
        .collect();
    let slack = json!({ "type": "slack", "slackwebhookURL": "https://hooks.test/s3cret-hook" }).to_string();
    let backup = json!({
        "version": "1.23.16",
        "notificationList": [{ "id": 1, "name": "chat", "config": slack }],
        "monitorList": monitors,
    });
    std::fs::write(file, serde_json::to_string_pretty(&backup).unwrap()).unwrap();
}

#[test]
fn a_monitor_does_the_same_as_what_it_is_imported_as() {
    let folder = tempfile::tempdir().unwrap();
    let peers = Peers::start(folder.path());
    let monitors: Vec<(&str, Value)> = MONITORS
        .iter()
        .map(|(name, _, fields)| (*name, serde_json::from_str(&fill(&peers, fields)).unwrap()))
        .collect();
    let path = folder.path().join("backup.json");
    write(&path, &monitors);
    let outcomes = both("uptime-kuma", &path, &[], &[]);
    assert_eq!(outcomes.len(), MONITORS.len());
    for (outcome, (name, fails, _)) in outcomes.iter().zip(MONITORS) {
        assert_eq!(outcome["name"], *name);
        assert_eq!(outcome["code"].as_str(), *fails, "{name}: {outcome:#}");
    }
}

#[test]
fn an_import_is_valid_and_says_how_much_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (backup, native) = (at("backup.json"), at("shop.yaml"));
    let server = super::loopback::http();
    let page = |path: &str| json!({ "type": "http", "url": format!("http://{server}{path}") });
    let mut login = page("/ok");
    login["authMethod"] = json!("basic");
    login["basic_auth_user"] = json!("ada");
    login["basic_auth_pass"] = json!("s3cret-in-use");
    let monitors = [("page", page("/ok")), ("page", login), ("cron", json!({ "type": "docker" }))];
    write(Path::new(&backup), &monitors);
    let answer = faultfinder(&["import", "uptime-kuma", &backup, "-o", &native]);
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    for part in [
        "`notificationList` is left out",
        "the monitor `cron` of the type `docker` is left out",
        "\n2 tests written, 2 warnings: see above\n",
    ] {
        assert!(answer.stderr.contains(part), "{part}: {}", answer.stderr);
    }
    assert!(!answer.stderr.contains("s3cret"), "{}", answer.stderr);
    let valid = faultfinder(&["validate", &native]);
    assert_eq!(valid.status, 0, "{}{}", valid.stdout, valid.stderr);
    let run = faultfinder(&["run", &native, "--only", "page (2)", "--format", "json"]);
    let results = run.json()["results"].take();
    let results: Vec<&Value> = results.as_array().into_iter().flatten().collect();
    assert_eq!(results.len(), 1, "{}{}", run.stdout, run.stderr);
    assert_eq!((&results[0]["name"], &results[0]["status"]), (&json!("page (2)"), &json!("passed")));
    assert!(!run.stdout.contains("s3cret-in-use"), "{}", run.stdout);
}

#[test]
fn a_backup_in_which_nothing_can_be_tested_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.json");
    write(&path, &[("cron", json!({ "type": "docker" }))]);
    let answer = faultfinder(&["import", "uptime-kuma", &path.display().to_string()]);
    assert_eq!((answer.status, answer.stdout.as_str()), (2, ""));
    let message = "none of the monitors can be expressed as a test";
    assert!(answer.stderr.contains(message) && answer.stderr.contains("`cron`"), "{}", answer.stderr);
}
