//! Clients that take their answers slowly, or not at all.

use crate::served::Served;
use faultfinder_service::Timestamp;
use faultfinder_service::store::{Outcome, RawObject, ResultRecord, Store as _, Trigger};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;
use uuid::Uuid;

/// As many bytes of results as a page has, at most.
const PAGE_BYTES: usize = 4 * 1024 * 1024;
const LARGE: &str = "/api/v1/results?limit=500";

/// A service with so many results of 64 KiB.
async fn with_results(count: i64) -> Served {
    let served = Served::open().await;
    let body = json!({ "text": "x".repeat(64 * 1024 - 11) }).to_string();
    let result = |n| {
        Arc::new(ResultRecord {
            id: Uuid::now_v7(),
            test: "a".to_owned(),
            test_version: 1,
            location: "local".to_owned(),
            started_at: Timestamp::from_millis(1_795_341_600_000 + n),
            outcome: Outcome::Passed,
            code: None,
            duration_ms: 1.0,
            delay_ms: 0.0,
            trigger: Trigger::Schedule,
            body: RawObject::parse(body.clone()).unwrap(),
        })
    };
    let results: Vec<_> = (0..count).map(result).collect();
    served.store.write_results(&results).await.unwrap();
    served
}

/// A client that has asked for a page, and has its status and nothing more.
async fn asks(served: &Served, more: &str) -> (TcpStream, String) {
    let socket = TcpSocket::new_v4().unwrap();
    // So that the system does not take ever more for the client.
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    let mut stream = socket.connect(served.running.address()).await.unwrap();
    let head = format!("GET {LARGE} HTTP/1.1\r\nhost: localhost\r\n{more}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.unwrap();
    (stream, String::from_utf8_lossy(&status).into_owned())
}

#[tokio::test]
async fn a_page_ends_before_it_is_too_long_and_the_next_one_goes_on() {
    let served = with_results(150).await;
    let (mut ids, mut pages, mut target) = (BTreeSet::new(), 0, LARGE.to_owned());
    loop {
        let page = served.get(&target).await;
        assert!(page.text.len() < PAGE_BYTES + 64 * 1024, "{} bytes", page.text.len());
        let items = page.body["items"].as_array().unwrap();
        assert!(items.iter().all(|item| ids.insert(item["id"].as_str().unwrap().to_owned())));
        pages += 1;
        let Some(cursor) = page.body["nextCursor"].as_str() else { break };
        target = format!("{LARGE}&cursor={cursor}");
    }
    assert_eq!((ids.len(), pages), (150, 3));
}

#[tokio::test]
async fn answers_that_nobody_reads_are_bounded_in_memory() {
    let served = with_results(64).await;
    let mut readers = Vec::new();
    for _ in 0..40 {
        readers.push(asks(&served, "connection: close\r\n").await);
    }
    let count = |status: &str| readers.iter().filter(|(_, found)| found.ends_with(status)).count();
    // Six pages of 4 MiB, and what the system has taken of them.
    assert!((5..=7).contains(&count("200")), "{readers:?}");
    assert_eq!(count("200") + count("503"), 40, "{readers:?}");
    served.get(LARGE).await.envelope(503, "Overloaded");
    assert_eq!(served.get("/healthz").await.status, 200, "small answers always fit");
    // Room is there again as soon as one has read.
    let first = readers.iter_mut().find(|(_, status)| status.ends_with("200")).unwrap();
    let mut rest = Vec::new();
    first.0.read_to_end(&mut rest).await.unwrap();
    assert!(rest.len() > PAGE_BYTES / 2, "{} bytes", rest.len());
    assert_eq!(served.get(LARGE).await.status, 200);
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_loses_the_connection() {
    let served = with_results(64).await;
    for more in ["connection: close\r\n", ""] {
        let (mut stream, _) = asks(&served, more).await;
        let begun = Instant::now();
        tokio::time::pause();
        let seen = served.logged("does not take its answer").len();
        served.until_logged("does not take its answer", seen + 1).await;
        assert!((29..=30).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
        tokio::time::resume();
        let mut rest = Vec::new();
        let end = stream.read_to_end(&mut rest).await;
        assert!(end.is_err() && rest.len() < PAGE_BYTES / 2, "{end:?} after {} bytes", rest.len());
    }
}

#[tokio::test]
async fn who_reads_slowly_gets_all_of_it() {
    let served = with_results(64).await;
    let (mut stream, _) = asks(&served, "").await;
    tokio::time::pause();
    let mut bytes = vec![0; 400 * 1024];
    let (mut text, begun) = (Vec::new(), Instant::now());
    while !text.ends_with(b"]}") {
        tokio::time::sleep(Duration::from_secs(20)).await;
        let wanted = text.len() + bytes.len();
        while text.len() < wanted && !text.ends_with(b"]}") {
            let count = stream.read(&mut bytes).await.unwrap();
            assert!(count > 0, "the connection ends after {} bytes", text.len());
            text.extend_from_slice(&bytes[..count]);
        }
    }
    assert!(begun.elapsed() > Duration::from_secs(100), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn who_reads_too_slowly_loses_the_connection_at_last() {
    let served = with_results(64).await;
    let (mut stream, _) = asks(&served, "").await;
    tokio::time::pause();
    let (mut bytes, begun) = (vec![0; 200 * 1024], Instant::now());
    while stream.read_exact(&mut bytes).await.is_ok() {
        tokio::time::sleep(Duration::from_secs(25)).await;
        assert!(begun.elapsed().as_secs() < 400, "it may go on for ever");
    }
    assert!(begun.elapsed().as_secs() >= 290, "{:?}", begun.elapsed());
    assert_eq!(served.logged("does not take its answer").len(), 1);
}

#[tokio::test]
async fn a_connection_that_is_idle_is_closed_after_its_answer_too() {
    let served = Served::open().await;
    let mut stream = served.connect().await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut text = Vec::new();
    while !text.ends_with(b"{\"status\":\"ok\"}") {
        assert!(stream.read_buf(&mut text).await.unwrap() > 0);
    }
    tokio::time::pause();
    let begun = Instant::now();
    assert_eq!(stream.read_buf(&mut text).await.unwrap(), 0);
    assert!((9..=10).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}
