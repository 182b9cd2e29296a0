//! The ten statuses of the platform's table, each by a live request: header, envelope, details, and the line of the log.

use crate::faulty::{BROKEN, Mood};
use crate::served::{ADMIN, Answer, Served, definition, request};
use faultfinder_service::{Config, Rates, TokenHash};
use futures_util::{FutureExt as _, future::select_all};
use serde_json::json;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Demands the envelope, and that the log has the same reference and trace, at the right level.
#[track_caller]
fn check(served: &Served, answer: &Answer, status: u16, word: &str, detail: Option<&str>) {
    let error = answer.envelope(status, word);
    let details = &error["details"];
    for field in ["constraintViolations", "missingScopes", "currentVersion"] {
        assert_eq!(details.get(field).is_some(), detail == Some(field), "{field}: {answer:?}");
    }
    let lines = served.logged(details["errorRef"].as_str().unwrap());
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert_eq!((&line["trace_id"], &line["status"]), (&details["traceId"], &json!(status)), "{line}");
    let level = if status == 500 { "ERROR" } else { "INFO" };
    assert_eq!(line["level"], json!(level), "{line}");
    assert!(line["method"].is_string() && line["path"].is_string(), "{line}");
}

#[tokio::test]
async fn every_status_of_the_table_comes_with_its_header_envelope_details_and_log() {
    let rates = Rates { per_second: NonZeroU32::new(1_000).unwrap(), burst: NonZeroU32::new(1_000).unwrap() };
    let admin_token = Some(TokenHash::of(ADMIN));
    let served = Served::start(Config { rates, admin_token, ..Config::default() }).await;
    let reader = served.token(&["results:read"]).await;
    let admin = |method: &'static str, path: String, body| {
        let served = &served;
        async move { served.call(method, &path, Some(ADMIN), body).await }
    };
    let one = json!({ "definition": definition(None) });
    let made = admin("POST", "/api/v1/tests".to_owned(), Some(&one)).await;
    let id = made.body["id"].as_str().unwrap();
    let made = admin("POST", "/api/v1/tests".to_owned(), Some(&one)).await;
    let deleted = made.body["id"].as_str().unwrap();
    admin("DELETE", format!("/api/v1/tests/{deleted}"), None).await;

    let bad = json!({ "paused": 1, "definition": {} });
    let answer = admin("POST", "/api/v1/tests".to_owned(), Some(&bad)).await;
    check(&served, &answer, 400, "InvalidRequest", Some("constraintViolations"));
    let answer = admin("GET", "/api/v1/tests?cursor=foreign".to_owned(), None).await;
    check(&served, &answer, 400, "InvalidPaginationToken", Some("constraintViolations"));
    assert_eq!(answer.paths(), [("cursor", "QUERY")]);

    let answer = served.get("/api/v1/tests").await;
    check(&served, &answer, 401, "Unauthorized", None);

    let answer = served.call("POST", &format!("/api/v1/tests/{id}/run"), Some(&reader), None).await;
    check(&served, &answer, 403, "MissingScopes", Some("missingScopes"));
    let missing = &answer.body["error"]["details"]["missingScopes"];
    assert_eq!(missing, &json!(["tests:read", "runs:execute"]));

    let answer = admin("GET", "/api/v1/tests/none".to_owned(), None).await;
    check(&served, &answer, 404, "NotFound", None);

    let stale = json!({ "version": 7, "definition": definition(None) });
    let answer = admin("PUT", format!("/api/v1/tests/{id}"), Some(&stale)).await;
    check(&served, &answer, 409, "VersionConflict", Some("currentVersion"));

    let answer = admin("GET", format!("/api/v1/tests/{deleted}"), None).await;
    check(&served, &answer, 410, "Gone", None);
    // A result that was made long ago, by its id, and has expired since.
    let answer = admin("GET", "/api/v1/results/01800000-0000-7000-8000-000000000000".to_owned(), None).await;
    check(&served, &answer, 410, "Gone", None);

    let answer = admin("POST", format!("/api/v1/tests/{id}/run?location=moon"), None).await;
    check(&served, &answer, 501, "NotSupported", None);
    let browser = json!({ "definition": { "version": 1, "tests": [{ "name": "a", "browser": {} }] } });
    let answer = admin("POST", "/api/v1/tests".to_owned(), Some(&browser)).await;
    check(&served, &answer, 501, "NotSupported", None);

    for mood in [Mood::Panics, Mood::Broken] {
        served.mood(mood);
        let answer = admin("GET", "/api/v1/results".to_owned(), None).await;
        served.mood(Mood::Fine);
        check(&served, &answer, 500, "InternalError", None);
        assert!(!answer.text.contains(BROKEN), "{answer:?}");
        let reference = answer.body["error"]["details"]["errorRef"].as_str().unwrap();
        let line = served.logged(reference)[0].to_string();
        assert!(line.contains(BROKEN), "{line}");
    }
    // It goes on as if nothing had happened.
    assert_eq!(admin("GET", "/api/v1/results".to_owned(), None).await.status, 200);

    served.mood(Mood::Away);
    let answer = admin("GET", "/api/v1/results".to_owned(), None).await;
    check(&served, &answer, 503, "StoreUnavailable", None);
    let answer = admin("POST", format!("/api/v1/tests/{id}/run"), None).await;
    check(&served, &answer, 503, "StoreUnavailable", None);
    served.mood(Mood::Fine);
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back_and_is_served_then() {
    let one = NonZeroU32::MIN;
    let served = Served::start(Config {
        rates: Rates { per_second: one, burst: one },
        admin_token: Some(TokenHash::of(ADMIN)),
        ..Config::default()
    })
    .await;
    tokio::time::pause();
    // The address is the same for all of them.
    assert_eq!(served.call("GET", "/api/v1/codes", Some(ADMIN), None).await.status, 200);
    let answer = served.call("GET", "/api/v1/codes", Some(ADMIN), None).await;
    check(&served, &answer, 429, "TooManyRequests", None);
    let from = async |from: u8, token: &str| {
        let answer = served.sent_from(from, &request("GET", "/api/v1/codes", Some(token), None)).await;
        answer.unwrap()
    };
    // The token has asked too often, wherever it comes from; the other address has not.
    let answer_elsewhere = from(2, ADMIN).await;
    check(&served, &answer_elsewhere, 429, "TooManyRequests", None);
    assert!(answer_elsewhere.text.contains("This token makes too many requests."), "{answer_elsewhere:?}");
    // Routes outside the API are not throttled.
    assert_eq!(served.get("/healthz").await.status, 200);
    let seconds = answer.body["error"]["retryAfterSeconds"].as_u64().unwrap();
    assert!((1..=2).contains(&seconds), "{answer:?}");
    tokio::time::advance(Duration::from_secs(seconds)).await;
    assert_eq!(served.call("GET", "/api/v1/codes", Some(ADMIN), None).await.status, 200);
    // Another token from another address was never throttled. It is looked up in the store, which time must not outrun.
    tokio::time::resume();
    from(3, "another").await.envelope(401, "Unauthorized");
}

#[tokio::test]
async fn more_runs_than_can_wait_are_refused_at_once() {
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", peer.local_addr().unwrap());
    let served = Served::start(Config { in_flight_max: 1, ..Config::default() }).await;
    let test = json!({ "name": "waits", "http": { "url": url, "timeout": "60s" } });
    let body = json!({ "definition": { "version": 1, "tests": [test] } });
    let request = request("POST", "/api/v1/runs", None, Some(&body));
    let call = || served.sent(&request).boxed_local();
    // One is under way when the peer has its connection, 64 wait, and the next is one too many.
    let mut first = call();
    let _held = tokio::select! {
        accepted = peer.accept() => accepted.unwrap(),
        _ = &mut first => panic!("the peer has not answered"),
    };
    let others: Vec<_> = (0..65).map(|_| call()).collect();
    let (refused, ..) = tokio::select! {
        refused = select_all(others) => refused,
        _ = first => panic!("the peer never answers"),
    };
    check(&served, &refused.unwrap(), 503, "Overloaded", None);
}

#[tokio::test]
async fn what_comes_while_the_service_shuts_down_is_told_to_come_back() {
    let served = Served::open().await;
    let body = json!({ "definition": definition(None) }).to_string();
    let head = format!(
        "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nexpect: 100-continue\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(served.running.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // The handler waits for the body when it says so.
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    let address = served.running.address();
    let mut ending = Box::pin(served.running.shut_down());
    assert!((&mut ending).now_or_never().is_none(), "it waits for the request that is under way");
    // A connection that comes now, and one that would like to stay.
    for (path, status) in [("/api/v1/tests", 503), ("/healthz", 200), ("/readyz", 503)] {
        let exchange = async {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.unwrap();
            Answer::read(bytes).unwrap()
        };
        let answer = tokio::select! {
            answer = exchange => answer,
            () = &mut ending => panic!("it waits for the request that is under way"),
        };
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")), "{answer:?}");
        if status == 503 {
            answer.envelope(503, "ShuttingDown");
        }
    }
    let exchange = async {
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        Answer::read(bytes).unwrap()
    };
    let (answer, ()) = tokio::join!(exchange, ending);
    answer.envelope(503, "ShuttingDown");
}
