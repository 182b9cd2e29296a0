//! Too many connections of one address; too many tests, and too large requests, of one token.

use crate::served::{ADMIN, Answer, Served, definition, request};
use faultfinder_service::{Config, TokenHash};
use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is served, and stays open.
async fn held(served: &Served) -> TcpStream {
    let mut stream = served.connect().await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut text = Vec::new();
    while !text.ends_with(b"{\"status\":\"ok\"}") {
        assert!(stream.read_buf(&mut text).await.unwrap() > 0, "{}", String::from_utf8_lossy(&text));
    }
    stream
}

#[tokio::test]
async fn an_address_with_too_many_connections_is_told_so_and_others_are_served() {
    let served = Served::start(Config { connections_per_address: 2, ..Config::default() }).await;
    let (mut first, _second) = (held(&served).await, held(&served).await);
    let answer = served.get("/healthz").await;
    answer.envelope(429, "TooManyRequests");
    assert!(answer.text.contains("This address has too many connections."), "{answer:?}");
    // Also when it does not ask for the end itself.
    let answer = served.raw(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    answer.envelope(429, "TooManyRequests");
    assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
    let other = served.sent_from(2, &request("GET", "/healthz", None, None)).await.unwrap();
    assert_eq!(other.status, 200, "{other:?}");
    // There is room again when one ends.
    first.write_all(&request("GET", "/healthz", None, None)).await.unwrap();
    first.read_to_end(&mut Vec::new()).await.unwrap();
    assert_eq!(served.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn refusals_are_bounded_themselves() {
    let served = Served::start(Config { connections_per_address: 1, ..Config::default() }).await;
    let _held = held(&served).await;
    // Those that are there to be refused and say nothing.
    let mut silent = Vec::new();
    for _ in 0..16 {
        silent.push(served.connect().await);
    }
    assert!(served.sent(&request("GET", "/healthz", None, None)).await.is_none(), "closed without a word");
    let other = served.sent_from(2, &request("GET", "/healthz", None, None)).await.unwrap();
    assert_eq!(other.status, 200, "{other:?}");
}

#[tokio::test]
async fn a_token_may_have_so_many_tests_and_admin_more() {
    let config = Config { admin_token: Some(TokenHash::of(ADMIN)), tests_per_token: 3, ..Config::default() };
    let served = Served::start(config).await;
    let token = served.token(&["tests:write"]).await;
    let new = json!({ "definition": definition(None) });
    let create = || served.call("POST", "/api/v1/tests", Some(&token), Some(&new));
    // All at once.
    let answers = join_all((0..8).map(|_| create())).await;
    let made: Vec<&str> = answers.iter().filter_map(|answer| answer.body["id"].as_str()).collect();
    assert_eq!(made.len(), 3, "{answers:?}");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.envelope(403, "QuotaExceeded");
        assert!(refused.text.contains("has 3 tests") && refused.text.contains("tests_per_token"));
    }
    let made_by_admin = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&new)).await;
    assert_eq!(made_by_admin.status, 201, "{made_by_admin:?}");
    // One that is replaced is not a further one, and one that is deleted gives its place back.
    let path = format!("/api/v1/tests/{}", made[0]);
    let body = json!({ "version": 1, "definition": definition(Some("1h")) });
    let replaced = served.call("PUT", &path, Some(&token), Some(&body)).await;
    assert_eq!(replaced.status, 200, "{replaced:?}");
    create().await.envelope(403, "QuotaExceeded");
    assert_eq!(served.call("DELETE", &path, Some(&token), None).await.status, 200);
    assert_eq!(create().await.status, 201);
    create().await.envelope(403, "QuotaExceeded");
    // After a restart, too.
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let config = Config { admin_token: Some(TokenHash::of(ADMIN)), tests_per_token: 3, ..Config::default() };
    let served = Served::start_in(folder, config).await;
    let answer = served.call("POST", "/api/v1/tests", Some(&token), Some(&new)).await;
    answer.envelope(403, "QuotaExceeded");
}

/// The head of a request with a large body, which waits for the word that it is being read.
fn large_head(token: &str, size: usize) -> String {
    format!(
        "POST /api/v1/validate HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nexpect: 100-continue\r\n\
         authorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {size}\r\n\r\n"
    )
}

#[tokio::test]
async fn who_waits_too_long_for_room_for_its_body_has_to_come_back() {
    let served = Served::locked().await;
    let token = served.token(&["tests:read"]).await;
    let head = large_head(&token, 9_000_000);
    // From when on its token is known, it waits for room.
    let come = async || {
        let known = served.store.looked_up();
        let mut stream = served.connect().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        served.store.looked_up_count(known + 1).await;
        stream
    };
    let mut first = come().await;
    first.read_exact(&mut [0; 25]).await.unwrap();
    // The second gets room when the first has had its time, and the third none.
    let (_second, mut third) = (come().await, come().await);
    tokio::time::pause();
    let mut bytes = Vec::new();
    third.read_to_end(&mut bytes).await.unwrap();
    Answer::read(bytes).unwrap().envelope(503, "Overloaded");
}

#[tokio::test]
async fn a_large_body_waits_for_the_one_before_it_of_the_same_token_only() {
    let served = Served::locked().await;
    let (one, other) = (served.token(&["tests:read"]).await, served.token(&["tests:read"]).await);
    let large = " ".repeat(9_000_000);
    // The service says that it goes on when it reads the body.
    let begun = async |token: &str| {
        let mut stream = served.connect().await;
        stream.write_all(large_head(token, large.len()).as_bytes()).await.unwrap();
        let mut interim = [0; 25];
        stream.read_exact(&mut interim).await.unwrap();
        stream
    };
    let finished = async |mut stream: TcpStream| {
        stream.write_all(large.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 400 "), "{}", String::from_utf8_lossy(&answer));
    };
    let first = begun(&one).await;
    let mut second = Box::pin(begun(&one));
    // Others are served meanwhile, and so are small requests.
    let meanwhile = async {
        finished(begun(&other).await).await;
        let small = served.call("POST", "/api/v1/validate", Some(&one), Some(&json!({}))).await;
        small.envelope(400, "InvalidRequest");
    };
    tokio::select! {
        _ = &mut second => panic!("both bodies are in memory"),
        () = meanwhile => {}
    }
    finished(first).await;
    finished(second.await).await;
}
