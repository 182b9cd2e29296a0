//! Clients that send what nobody wants: they get the answer, not a reset.

use crate::served::{ADMIN, Answer, Served};
use faultfinder_service::{Config, Rates, TokenHash};
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;

const MEGABYTE: usize = 1_000_000;

/// What a client gets that sends all of its request before it reads anything.
async fn exchange(served: &Served, head: &str, body: &[u8]) -> Answer {
    let mut stream = served.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    Answer::read(bytes).unwrap()
}

/// The head of a run with a body of this size.
fn head(more: &str, size: usize) -> String {
    format!(
        "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{more}content-length: {size}\r\n\r\n"
    )
}

#[tokio::test]
async fn who_sends_a_body_that_is_refused_reads_why() {
    let served = Served::locked().await;
    let admin = format!("authorization: Bearer {ADMIN}\r\n");
    let cases = [
        ("", 3, 401, "Unauthorized"),
        ("", 12, 401, "Unauthorized"),
        (admin.as_str(), 12, 400, "BodyTooLarge"),
        ("origin: null\r\n", 3, 403, "OriginNotAllowed"),
        ("host: localhost\r\n", 3, 400, "InvalidHost"),
        ("no colon\r\n", 3, 400, "BadRequest"),
    ];
    for (more, megabytes, status, word) in cases {
        let body = vec![b' '; megabytes * MEGABYTE];
        let answer = exchange(&served, &head(more, body.len()), &body).await;
        answer.envelope(status, word);
        assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
    }
    // Without a length, in pieces.
    let head = format!(
        "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{admin}transfer-encoding: chunked\r\n\r\n"
    );
    let chunk = [format!("{MEGABYTE:x}\r\n").into_bytes(), vec![b' '; MEGABYTE], b"\r\n".to_vec()].concat();
    let body = [chunk.repeat(12), b"0\r\n\r\n".to_vec()].concat();
    let answer = exchange(&served, &head, &body).await;
    answer.envelope(400, "BodyTooLarge");
    assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
    // A head that is too large, too.
    let head = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "a".repeat(3 * MEGABYTE));
    exchange(&served, &head, b"").await.envelope(431, "HeadersTooLarge");
}

#[tokio::test]
async fn who_sends_while_throttled_reads_when_to_come_back() {
    let one = NonZeroU32::MIN;
    let rates = Rates { per_second: one, burst: one };
    let served = Served::start(Config { rates, ..Config::default() }).await;
    assert_eq!(served.get("/api/v1/codes").await.status, 200);
    let body = vec![b' '; 3 * MEGABYTE];
    let answer = exchange(&served, &head("", body.len()), &body).await;
    answer.envelope(429, "TooManyRequests");
    assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
}

#[tokio::test]
async fn a_small_body_that_nobody_wants_does_not_end_the_connection() {
    let admin_token = Some(TokenHash::of(ADMIN));
    let served = Served::start(Config { admin_token, ..Config::default() }).await;
    let last = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut stream = served.connect().await;
    stream.write_all(format!("{}{{}}{last}", head("", 2)).as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 401 ") && text.ends_with("{\"status\":\"ok\"}"), "{text}");
}

#[tokio::test]
async fn who_never_stops_sending_is_closed_after_a_while() {
    let served = Served::locked().await;
    let mut stream = served.connect().await;
    // The system would hold back a byte until it knows of the one before, and here time is faster than that.
    stream.set_nodelay(true).unwrap();
    stream.write_all(head("", 12 * MEGABYTE).as_bytes()).await.unwrap();
    tokio::time::pause();
    let begun = Instant::now();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 401 "), "{text}");
    while stream.write_all(b" ").await.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(begun.elapsed().as_secs() < 60, "it may go on for ever");
    }
    assert!((9..=12).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn who_sends_nothing_more_is_closed_soon() {
    let served = Served::locked().await;
    let mut stream = served.connect().await;
    // The system would hold back a byte until it knows of the one before, and here time is faster than that.
    stream.set_nodelay(true).unwrap();
    stream.write_all(head("", 12 * MEGABYTE).as_bytes()).await.unwrap();
    tokio::time::pause();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    // The service waits for more for 2 s, and then the system refuses what comes.
    for second in 0..10 {
        tokio::time::sleep(Duration::from_secs(3)).await;
        if stream.write_all(b" ").await.is_err() {
            assert!(second <= 2, "{second}");
            return;
        }
    }
    panic!("the connection is still open");
}

#[tokio::test]
async fn a_name_that_an_object_has_twice_is_refused() {
    let served = Served::open().await;
    let body = "{\"definition\":{\"version\":1,\"tests\":[]},\"definition\":{\"version\":1,\"tests\":[]}}";
    let head = format!(
        "POST /api/v1/validate HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let refused = served.raw(&[head.as_bytes(), body.as_bytes()].concat()).await;
    refused.envelope(400, "MalformedJson");
    assert!(refused.text.contains("has the name \\\"definition\\\" twice"), "{refused:?}");
}
