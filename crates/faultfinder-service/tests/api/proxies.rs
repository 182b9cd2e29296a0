//! Whose request it is, behind proxies.

use crate::served::{ADMIN, Answer, Served, definition};
use faultfinder_service::{Config, Rates, TokenHash};
use serde_json::json;
use std::num::NonZeroU32;

/// A service whose proxies are at 127.0.0.1, and where each address may ask once.
async fn served() -> Served {
    let one = NonZeroU32::MIN;
    Served::start(Config {
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        rates: Rates { per_second: one, burst: one },
        connections_per_address: 1,
        ..Config::default()
    })
    .await
}

async fn asks(served: &Served, from: u8, field: &str) -> Answer {
    let head = format!("GET /api/v1/codes HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{field}\r\n");
    served.sent_from(from, head.as_bytes()).await.unwrap()
}

#[tokio::test]
async fn the_client_behind_a_trusted_proxy_is_throttled_and_not_the_proxy() {
    let served = served().await;
    tokio::time::pause();
    for (field, status) in [
        ("x-forwarded-for: 203.0.113.9, 192.0.2.1\r\n", 200),
        ("forwarded: for=192.0.2.1\r\n", 429),
        ("x-forwarded-for: 203.0.113.8, 192.0.2.1, 127.0.0.1\r\n", 429),
        ("forwarded: for=192.0.2.2;proto=https\r\n", 200),
        ("x-forwarded-for: 192.0.2.2\r\n", 429),
        ("x-forwarded-for: 2001:db8::1\r\n", 200),
        ("x-forwarded-for: 2001:db8::2\r\n", 429),
    ] {
        let answer = asks(&served, 1, field).await;
        assert_eq!(answer.status, status, "{field}: {answer:?}");
    }
    let lines = served.logged("This address makes too many requests.");
    assert_eq!(lines.len(), 4, "{lines:?}");
    let clients: Vec<_> = lines.iter().map(|line| line["client"].as_str().unwrap()).collect();
    assert_eq!(clients, ["192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::2"]);
}

#[tokio::test]
async fn from_anyone_else_these_fields_mean_nothing() {
    let served = served().await;
    tokio::time::pause();
    assert_eq!(asks(&served, 2, "x-forwarded-for: 192.0.2.1\r\n").await.status, 200);
    let answer = asks(&served, 2, "x-forwarded-for: 192.0.2.2\r\nforwarded: for=192.0.2.2\r\n").await;
    answer.envelope(429, "TooManyRequests");
    let reference = answer.body["error"]["details"]["errorRef"].as_str().unwrap();
    assert_eq!(served.logged(reference)[0]["client"], json!("127.0.0.2"));
}

#[tokio::test]
async fn a_failed_login_behind_a_proxy_is_its_clients() {
    let trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    let admin_token = Some(TokenHash::of(ADMIN));
    let served = Served::start(Config { trusted_proxies, admin_token, ..Config::default() }).await;
    let field = "authorization: Bearer wrong\r\nx-forwarded-for: 192.0.2.1\r\n";
    asks(&served, 1, field).await.envelope(401, "Unauthorized");
    served.store.noted_count(1).await;
    assert_eq!(served.store.noted()[0].subject, "192.0.2.1");
}

#[tokio::test]
async fn a_proxy_may_have_many_connections() {
    let served = served().await;
    let (_first, _second) = (served.connect().await, served.connect().await);
    assert_eq!(asks(&served, 1, "x-forwarded-for: 192.0.2.1\r\n").await.status, 200);
}

#[tokio::test]
async fn the_log_says_from_where_something_was_changed() {
    let served = served().await;
    let body = json!({ "definition": definition(None) }).to_string();
    let head = format!(
        "POST /api/v1/tests HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-forwarded-for: 192.0.2.1\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = served.raw(head.as_bytes()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let lines = served.logged("something was changed");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["span"]["client"], json!("192.0.2.1"), "{}", lines[0]);
    assert_eq!((&lines[0]["actor"], &lines[0]["action"]), (&json!("local"), &json!("tests.create")));
    let audited = served.store.noted();
    assert_eq!(json!(audited[0].trace_id), lines[0]["span"]["trace_id"], "{audited:?}");
}
