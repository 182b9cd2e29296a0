//! Too many connections of one address.

use crate::served::{Served, request};
use faultfinder_service::Config;
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
