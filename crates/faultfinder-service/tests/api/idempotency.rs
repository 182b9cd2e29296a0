//! `Idempotency-Key`: what is sent again is answered again, and not carried out twice.

use crate::faulty::Mood;
use crate::served::{ADMIN, Answer, Served, definition};
use faultfinder_net::Clock;
use faultfinder_service::store::RememberedOf;
use faultfinder_service::{Config, TokenHash};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Sends a POST with a key.
async fn keyed(served: &Served, path: &str, token: &str, key: &str, body: &Value) -> Answer {
    served.raw(&bytes(path, token, key, body)).await
}

fn bytes(path: &str, token: &str, key: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {token}\r\n{key}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn key(key: &str) -> String {
    format!("idempotency-key: {key}\r\n")
}

/// A body without the references of its warnings.
fn plain(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    for warning in body["warnings"].as_array_mut().into_iter().flatten() {
        warning["details"]["warningRef"].take();
        warning["details"]["traceId"].take();
    }
    body
}

async fn count(served: &Served) -> usize {
    let listed = served.call("GET", "/api/v1/tests", Some(ADMIN), None).await;
    listed.body["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_answered_again_also_after_a_restart() {
    let served = Served::locked().await;
    let other = served.token(&["tests:write"]).await;
    let body = json!({ "definition": definition(None) });
    let first = keyed(&served, "/api/v1/tests", ADMIN, &key("k-1"), &body).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None), "{first:?}");
    let demand = async |served: &Served| {
        let again = keyed(served, "/api/v1/tests", ADMIN, &key("k-1"), &body).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")), "{again:?}");
        assert_eq!((plain(&again), again.header("location")), (plain(&first), first.header("location")));
        assert!(again.body["warnings"].is_array(), "{again:?}");
    };
    demand(&served).await;
    assert_eq!(count(&served).await, 1);
    let changed = json!({ "definition": definition(Some("1h")) });
    for (path, body) in [("/api/v1/tests", &changed), ("/api/v1/tests?", &body), ("/api/v1/runs", &body)] {
        let answer = keyed(&served, path, ADMIN, &key("k-1"), body).await;
        answer.envelope(409, "IdempotencyKeyReused");
    }
    // The keys of another caller, and other keys, are others.
    assert_eq!(
        keyed(&served, "/api/v1/tests", &other, &key("k-1"), &body).await.header("idempotency-replayed"),
        None
    );
    assert_eq!(
        keyed(&served, "/api/v1/tests", ADMIN, &key("k-2"), &body).await.header("idempotency-replayed"),
        None
    );
    assert_eq!(count(&served).await, 3);
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let config = Config { admin_token: Some(TokenHash::of(ADMIN)), ..Config::default() };
    let served = Served::start_in(folder, config).await;
    demand(&served).await;
    assert_eq!(count(&served).await, 3);
}

#[tokio::test]
async fn who_has_too_many_keys_or_too_much_behind_them_gets_no_further_one() {
    let served = Served::locked().await;
    let body = json!({ "definition": definition(None) });
    for (count, bytes, status) in [(9_999, (64 << 20) - 1, 201), (10_000, 0, 429), (0, 64 << 20, 429)] {
        served.store.remembers(RememberedOf { count, bytes, oldest: None });
        let answer = keyed(&served, "/api/v1/tests", ADMIN, &key(&format!("{count}")), &body).await;
        assert_eq!(answer.status, status, "{count} {bytes}: {answer:?}");
    }
}

#[tokio::test]
async fn what_another_attempt_may_do_better_is_not_remembered() {
    let served = Served::locked().await;
    let reader = served.token(&["tests:read"]).await;
    let body = json!({ "definition": definition(None) });
    let bad = json!({ "definition": {} });
    for replayed in [None, Some("true")] {
        let answer = keyed(&served, "/api/v1/tests", ADMIN, &key("bad"), &bad).await;
        answer.envelope(400, "InvalidRequest");
        assert_eq!(answer.header("idempotency-replayed"), replayed, "{answer:?}");
        assert!(!answer.paths().is_empty());
        let answer = keyed(&served, "/api/v1/tests", &reader, &key("mine"), &body).await;
        answer.envelope(403, "MissingScopes");
        assert_eq!(answer.header("idempotency-replayed"), None);
        let answer = keyed(&served, "/api/v1/tests", "wrong", &key("mine"), &body).await;
        answer.envelope(401, "Unauthorized");
    }
    served.mood(Mood::Away);
    let answer = keyed(&served, "/api/v1/tests", ADMIN, &key("away"), &body).await;
    answer.envelope(503, "StoreUnavailable");
    served.mood(Mood::Fine);
    assert_eq!(keyed(&served, "/api/v1/tests", ADMIN, &key("away"), &body).await.status, 201);
    let long = "k".repeat(256);
    for wrong in [key(""), key("a b"), key(&long), key("\u{fc}"), format!("{}{}", key("a"), key("a"))] {
        let answer = keyed(&served, "/api/v1/tests", ADMIN, &wrong, &body).await;
        answer.envelope(400, "InvalidRequest");
        assert_eq!(answer.paths(), [("idempotency-key", "HEADER")], "{answer:?}");
    }
    assert_eq!(keyed(&served, "/api/v1/tests", ADMIN, &key(&long[1..]), &body).await.status, 201);
}

#[tokio::test]
async fn a_key_counts_for_a_day_and_is_not_kept_itself() {
    let ahead = Arc::new(AtomicU64::new(0));
    let clock = {
        let (ahead, began) = (Arc::clone(&ahead), Clock::system().now());
        Clock::from_fn(move || began + Duration::from_secs(ahead.load(Ordering::SeqCst)))
    };
    let config = Config { admin_token: Some(TokenHash::of(ADMIN)), ..Config::default() };
    let served = Served::with(tempfile::tempdir().unwrap(), config, clock).await;
    let body = json!({ "definition": definition(None) });
    for (seconds, replayed) in [(0, None), (86_400, Some("true")), (86_401, None)] {
        ahead.store(seconds, Ordering::SeqCst);
        let answer = keyed(&served, "/api/v1/tests", ADMIN, &key("a-key-7319"), &body).await;
        assert_eq!((answer.status, answer.header("idempotency-replayed")), (201, replayed), "{seconds}");
    }
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let kept = std::fs::read(folder.path().join("service.db")).unwrap();
    assert!(!kept.windows(10).any(|bytes| bytes == b"a-key-7319"), "the key is on the disk");
}

#[tokio::test]
async fn a_token_is_shown_once_and_never_kept() {
    let served = Served::locked().await;
    let body = json!({ "name": "a", "scopes": ["tests:read"] });
    let first = keyed(&served, "/api/v1/tokens", ADMIN, &key("t"), &body).await;
    let secret = first.body["token"].as_str().unwrap().to_owned();
    let again = keyed(&served, "/api/v1/tokens", ADMIN, &key("t"), &body).await;
    assert_eq!(
        (again.status, &again.body["id"], &again.body["token"]),
        (201, &first.body["id"], &Value::Null)
    );
    assert_eq!(again.header("location"), first.header("location"));
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let kept = std::fs::read(folder.path().join("service.db")).unwrap();
    assert!(!kept.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "the token is on the disk");
}

#[tokio::test]
async fn a_request_goes_on_without_its_client_and_its_key_is_in_use_until_it_ends() {
    let served = Served::locked().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let test =
        json!({ "name": "slow", "tcp": { "host": "127.0.0.1", "port": port, "send": "x", "expect": "yes" } });
    let body = json!({ "definition": { "version": 1, "tests": [test] } });
    let request = bytes("/api/v1/runs", ADMIN, &key("r"), &body);
    let mut client = tokio::net::TcpStream::connect(served.running.address()).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut client, &request).await.unwrap();
    // The run is under way, and its client leaves.
    let (mut peer, _) = listener.accept().await.unwrap();
    keyed(&served, "/api/v1/runs", ADMIN, &key("r"), &body).await.envelope(409, "IdempotencyKeyInUse");
    drop(client);
    tokio::io::AsyncWriteExt::write_all(&mut peer, b"yes").await.unwrap();
    let result = served.store.written(|_| true).await;
    // Its response is remembered a moment later.
    let again = loop {
        let again = keyed(&served, "/api/v1/runs", ADMIN, &key("r"), &body).await;
        if again.status != 409 {
            break again;
        }
    };
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{again:?}");
    assert_eq!(again.body["items"][0]["id"], json!(result.id.to_string()));
}
