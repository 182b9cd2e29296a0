//! `/probe`: modules of a `blackbox.yml` with targets, as Prometheus asks for them.

use crate::served::{ADMIN, Answer, Served, request, unbounded};
use faultfinder_service::{Config, TokenHash};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const MODULES: &str = "
modules:
  http_2xx: { prober: http }
  hello: { prober: http, http: { fail_if_body_not_matches_regexp: [hello] } }
  slow: { prober: tcp, timeout: 60s, tcp: { query_response: [ { expect: nothing } ] } }
  ping: { prober: icmp }
  local: { prober: unix }
";

/// A service with modules, which needs a token.
async fn served() -> Served {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("blackbox.yml");
    std::fs::write(&path, MODULES).unwrap();
    let config = Config {
        admin_token: Some(TokenHash::of(ADMIN)),
        modules: Some(path),
        rates: unbounded(),
        ..Config::default()
    };
    Served::start_in(folder, config).await
}

/// Answers each request with `ok`; connections that say nothing are left open.
async fn target() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                if matches!(stream.read(&mut [0; 4096]).await, Ok(count) if count > 0) {
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
                }
            });
        }
    });
    address
}

async fn probe(served: &Served, query: &str) -> Answer {
    served.call("GET", &format!("/probe?{query}"), Some(ADMIN), None).await
}

/// The value of a metric with these labels; a failure without one.
#[track_caller]
fn value(answer: &Answer, name: &str) -> f64 {
    let line = answer.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {}", answer.text)).parse().unwrap()
}

#[tokio::test]
async fn a_probe_is_answered_as_the_exporter_does() {
    let (served, target) = (served().await, target().await);
    let answer = probe(&served, &format!("target={target}")).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/plain; version=0.0.4; charset=utf-8"))
    );
    for (name, expected) in [
        ("probe_success", 1.0),
        ("probe_http_status_code", 200.0),
        ("probe_http_content_length", 2.0),
        ("probe_http_redirects", 0.0),
        ("probe_http_ssl", 0.0),
        ("probe_http_version", 1.1),
        ("probe_ip_protocol", 4.0),
        ("probe_ip_addr_hash", 3_668_918_509.0),
        ("probe_failed_due_to_regex", 0.0),
        ("probe_http_duration_seconds{phase=\"tls\"}", 0.0),
    ] {
        assert!((value(&answer, name) - expected).abs() < f64::EPSILON, "{name}: {}", answer.text);
    }
    assert!(value(&answer, "probe_duration_seconds") > 0.0);
    assert!(!answer.text.contains("probe_failure_info"), "{}", answer.text);
}

#[tokio::test]
async fn what_broke_is_said() {
    let (served, target) = (served().await, target().await);
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = probe(&served, &format!("target={nobody}&module=http_2xx")).await;
    assert!(value(&refused, "probe_success").abs() < f64::EPSILON);
    let info =
        r#"probe_failure_info{code="CONNREFUSED",phase="connect",detail="ECONNREFUSED",blame="target"}"#;
    assert!((value(&refused, info) - 1.0).abs() < f64::EPSILON);
    assert!((value(&refused, "probe_ip_protocol") - 4.0).abs() < f64::EPSILON);

    let other = probe(&served, &format!("target={target}&module=hello")).await;
    assert!((value(&other, "probe_failed_due_to_regex") - 1.0).abs() < f64::EPSILON, "{}", other.text);
    assert!(other.text.contains(r#"probe_failure_info{code="INCORRECT_ASSERTION""#), "{}", other.text);

    let ping = probe(&served, "target=127.0.0.1&module=ping&debug=true").await;
    assert!(ping.text.starts_with("Result of the module ping with 127.0.0.1:"), "{}", ping.text);
    assert!(ping.text.contains("\"type\": \"icmp\""), "{}", ping.text);
}

#[tokio::test]
async fn the_time_of_the_scrape_is_that_of_the_probe() {
    let (served, target) = (served().await, target().await);
    let mut asked =
        String::from_utf8(request("GET", &format!("/probe?target={target}&module=slow"), Some(ADMIN), None))
            .unwrap();
    asked = asked.replacen("\r\n", "\r\nX-Prometheus-Scrape-Timeout-Seconds: 0.7\r\n", 1);
    let answer = served.raw(asked.as_bytes()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    // 0.5 s before its end.
    let took = value(&answer, "probe_duration_seconds");
    assert!((0.2..0.7).contains(&took), "{took}");
    assert!(answer.text.contains(r#"probe_failure_info{code="TIMEOUT""#), "{}", answer.text);
}

#[tokio::test]
async fn who_may_not_and_what_cannot_be_probed_is_refused() {
    let (served, target) = (served().await, target().await);
    let path = format!("/probe?target={target}");
    served.get(&path).await.envelope(401, "Unauthorized");
    let reader = served.token(&["results:read"]).await;
    served.call("GET", &path, Some(&reader), None).await.envelope(403, "MissingScopes");

    // Who is not admin reaches no network of this host, whatever the module.
    let runner = served.token(&["runs:execute"]).await;
    let denied = served.call("GET", &path, Some(&runner), None).await;
    assert!(denied.text.contains(r#"probe_failure_info{code="DENIED""#), "{}", denied.text);

    let local = "/probe?target=/nowhere/a.sock&module=local";
    let refused = served.call("GET", local, Some(&runner), None).await;
    let message = refused.envelope(400, "InvalidProbe")["message"].as_str().unwrap();
    assert!(message.contains("sockets of this host may not be probed"), "{message}");
    let missing = served.call("GET", local, Some(ADMIN), None).await;
    assert!(missing.text.contains(r#"detail="ENOENT""#), "{}", missing.text);

    for (query, what) in [
        ("module=http_2xx", "target"),
        ("target=a&target=b", "target"),
        ("target=a.test&debug=yes", "debug"),
        ("target=a.test&hostname=b", "hostname"),
    ] {
        let answer = probe(&served, query).await;
        assert_eq!((answer.status, answer.paths()), (400, vec![(what, "QUERY")]), "{answer:?}");
    }
    let long = format!("target={}", "a".repeat(2_001));
    assert_eq!(probe(&served, &long).await.paths(), [("target", "QUERY")]);
    let unknown = probe(&served, "target=a.test&module=http_2xy").await;
    let message = unknown.envelope(400, "InvalidProbe")["message"].as_str().unwrap();
    assert!(message.contains("there is no module `http_2xy`"), "{message}");

    let without = Served::open().await;
    let message = without.get(&path).await.envelope(404, "NoModules")["message"].clone();
    assert!(message.as_str().unwrap().contains("set `modules`"), "{message}");
}
