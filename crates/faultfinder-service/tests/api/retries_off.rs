//! Automatic retries are off after refused credentials: over runs and restarts, until the test changes.

use crate::faulty::Mood;
use crate::served::{Served, keyed};
use faultfinder_service::Config;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server that refuses the credentials of its first request, and answers 503 to all others. Counts its requests.
async fn server() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.unwrap_or(0) > 0 {}
            let status = if counted.fetch_add(1, Ordering::SeqCst) == 0 { 401 } else { 503 };
            let answer = format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, count)
}

fn definition(address: SocketAddr, password: &str) -> Value {
    let auth = json!({ "basic": { "username": "monitor", "password": password } });
    json!({ "version": 1, "tests": [{
        "name": "shop", "retry": { "count": 2, "interval": "1ms" }, "assert": ["status is 200"],
        "http": { "url": format!("http://{address}/"), "auth": auth },
    }] })
}

/// Runs a test, and yields its result and how many requests it made.
async fn run(served: &Served, path: &str, count: &AtomicUsize) -> (Value, usize) {
    let before = count.load(Ordering::SeqCst);
    let answer = served.call("POST", &format!("{path}/run"), None, None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    (answer.body["result"].clone(), count.load(Ordering::SeqCst) - before)
}

#[tokio::test]
async fn retries_stay_off_over_runs_and_restarts_until_the_test_changes() {
    let (address, count) = server().await;
    let served = Served::start(keyed()).await;
    let made = served.post("/api/v1/tests", json!({ "definition": definition(address, "old") })).await;
    let path = format!("/api/v1/tests/{}", made.body["id"].as_str().unwrap());
    assert_eq!(made.body.get("retriesOff"), None, "{made:?}");

    let (refused, requests) = run(&served, &path, &count).await;
    assert_eq!((&refused["fault"]["code"], requests), (&json!("AUTHENTICATION_ERROR"), 1), "{refused}");
    let off = served.get(&path).await.body["retriesOff"].clone();
    assert_eq!(off["since"].as_str().unwrap()[..19], refused["started_at"].as_str().unwrap()[..19]);
    assert_eq!(off["message"], refused["fault"]["message"]);
    assert_eq!(served.get("/api/v1/tests").await.body["items"][0]["retriesOff"], off);

    let (failed, requests) = run(&served, &path, &count).await;
    let found = (&failed["fault"]["code"], &failed["retries_off"], requests);
    assert_eq!(found, (&json!("INCORRECT_ASSERTION"), &json!(true), 1), "{failed}");

    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let served = Served::start_in(folder, keyed()).await;
    assert_eq!(served.get(&path).await.body["retriesOff"], off);
    assert_eq!(run(&served, &path, &count).await.1, 1);

    // The same definition changes nothing; another password does.
    for (version, password, requests) in [(1, "old", 1), (2, "new", 3)] {
        let body =
            json!({ "version": version, "paused": false, "definition": definition(address, password) });
        let replaced = served.call("PUT", &path, None, Some(&body)).await;
        assert_eq!(replaced.status, 200, "{replaced:?}");
        assert_eq!(replaced.body.get("retriesOff").is_some(), requests == 1, "{replaced:?}");
        let (result, made) = run(&served, &path, &count).await;
        assert_eq!((&result["retries_off"], made), (&json!(requests == 1), requests), "{result}");
    }
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let served = Served::start_in(folder, keyed()).await;
    assert_eq!(served.get(&path).await.body.get("retriesOff"), None);
}

#[tokio::test]
async fn retries_stay_on_for_a_test_that_changed_while_it_was_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = Served::start(keyed()).await;
    let made = served.post("/api/v1/tests", json!({ "definition": definition(address, "old") })).await;
    let path = format!("/api/v1/tests/{}", made.body["id"].as_str().unwrap());
    let run_path = format!("{path}/run");
    let changed_meanwhile = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let body = json!({ "version": 1, "definition": definition(address, "new") });
        assert_eq!(served.call("PUT", &path, None, Some(&body)).await.status, 200);
        let answer = b"HTTP/1.1 401 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(answer).await.unwrap();
    };
    let (refused, ()) = tokio::join!(served.call("POST", &run_path, None, None), changed_meanwhile);
    assert_eq!(refused.body["code"], json!("AUTHENTICATION_ERROR"), "{refused:?}");
    assert_eq!(served.get(&path).await.body.get("retriesOff"), None);
}

/// That retries are off is known, and could not be stored: the store was away, and is back. What `then` does follows; afterwards the
/// service ends, and another one begins.
async fn is_stored_after(then: impl AsyncFn(&Served, &str, &AtomicUsize)) {
    let (address, count) = server().await;
    let files = tempfile::tempdir().unwrap();
    std::fs::write(files.path().join("shop.json"), definition(address, "old").to_string()).unwrap();
    let config = || Config { definitions: vec![files.path().to_owned()], ..Config::default() };
    let served = Served::start(config()).await;
    let listed = served.get("/api/v1/tests").await;
    let path = format!("/api/v1/tests/{}", listed.body["items"][0]["id"].as_str().unwrap());
    served.mood(Mood::Away);
    let back = async {
        served.until_logged("whether automatic retries are off cannot be stored", 1).await;
        served.mood(Mood::Fine);
    };
    let ((_, requests), ()) = tokio::join!(run(&served, &path, &count), back);
    assert_eq!(requests, 1);
    then(&served, &path, &count).await;
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let served = Served::start_in(folder, config()).await;
    assert!(served.get(&path).await.body.get("retriesOff").is_some());
}

#[tokio::test]
async fn that_retries_are_off_is_stored_when_the_store_is_back() {
    is_stored_after(async |served, path, count| assert_eq!(run(served, path, count).await.1, 1)).await;
}

#[tokio::test]
async fn that_retries_are_off_is_stored_at_the_end_at_the_latest() {
    is_stored_after(async |_, _, _| {}).await;
}
