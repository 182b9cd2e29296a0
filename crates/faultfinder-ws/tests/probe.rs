//! The WebSocket probe against peers that are written by hand.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, its helpers included"
)]

use faultfinder_net::DeniedNetworks;
use faultfinder_ws::taxonomy::{Code, Fault, Phase};
use faultfinder_ws::{Message, Report, Request, Response, Step, Vantage, probe};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tungstenite::handshake::derive_accept_key;

/// Opens the WebSocket of a client.
async fn accept(stream: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let key = head.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).unwrap();
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n",
        derive_accept_key(key.as_bytes())
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}

/// The next frame of a client: its first byte, and the payload without its mask.
async fn read_frame(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut header = [0; 6];
    stream.read_exact(&mut header).await.ok()?;
    let mut payload = vec![0; usize::from(header[1] & 0x7f)];
    stream.read_exact(&mut payload).await.ok()?;
    for (at, byte) in payload.iter_mut().enumerate() {
        *byte ^= header[2 + at % 4];
    }
    Some((header[0], payload))
}

/// A peer that opens the WebSocket, says this, and hands on every frame that the client sends.
async fn peer(says: Vec<u8>) -> (String, mpsc::Receiver<(u8, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/feed", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        accept(&mut stream).await;
        stream.write_all(&says).await.unwrap();
        while let Some(frame) = read_frame(&mut stream).await {
            if sender.send(frame).await.is_err() {
                break;
            }
        }
    });
    (url, receiver)
}

async fn run(request: &Request) -> Report<Response> {
    probe(&Vantage::system(), request).await
}

fn receiving(url: &str) -> Request {
    Request { steps: vec![Step::Receive], ..Request::new(url) }
}

#[track_caller]
fn expect(fault: &Fault, code: Code, phase: Phase, name: &str) {
    assert_eq!((fault.code, fault.phase, fault.detail.name()), (code, phase, name), "{fault}");
}

#[tokio::test]
async fn what_is_sent_is_masked_and_the_answer_is_kept() {
    let (url, mut frames) = peer(b"\x81\x05hello\x88\x02\x03\xe8".to_vec()).await;
    let request = Request {
        steps: vec![Step::Send(Message::Text("ping".into())), Step::Expect(b"ell".to_vec())],
        ..Request::new(url)
    };
    let report = run(&request).await;
    let response = report.outcome.unwrap();
    assert_eq!(response.answer(), Some(&Message::Text("hello".into())));
    assert_eq!((response.opening.status, response.close.map(|close| close.code)), (101, Some(1000)));
    assert_eq!(frames.recv().await, Some((0x81, b"ping".to_vec())));
    for phase in [Phase::Connect, Phase::Open, Phase::Send, Phase::Wait, Phase::Receive] {
        assert!(report.facts.timings.duration(phase).is_some(), "{phase}");
    }
}

#[tokio::test]
async fn a_peer_that_breaks_a_rule_is_told_which_kind_of_rule() {
    for (says, name, answer) in [
        (&b"\x83\x00"[..], "WS_ERR_INVALID_OPCODE", 1002_u16),
        (b"\x81\x01\xff", "WS_ERR_INVALID_UTF8", 1007),
        (b"\x82\x7f\0\0\0\0\x40\0\0\0", "Received message longer than the maximum supported length", 1009),
    ] {
        let (url, mut frames) = peer(says.to_vec()).await;
        let fault = run(&receiving(&url)).await.outcome.unwrap_err();
        expect(&fault, Code::WebSocket, Phase::Receive, name);
        assert_eq!(frames.recv().await, Some((0x88, answer.to_be_bytes().to_vec())), "{name}");
    }
}

#[tokio::test]
async fn a_message_may_have_as_many_bytes_as_the_limit_and_not_one_more() {
    for (length, fits) in [(Request::MESSAGE_BYTES_MAX, true), (Request::MESSAGE_BYTES_MAX + 1, false)] {
        let mut says = vec![0x82, 126];
        says.extend(u16::try_from(length).unwrap().to_be_bytes());
        says.resize(says.len() + length, 0);
        let (url, _frames) = peer(says).await;
        assert_eq!(run(&receiving(&url)).await.outcome.is_ok(), fits, "{length}");
    }
}

#[tokio::test]
async fn the_closing_handshake_counts_for_no_phase_and_is_bounded() {
    // This peer never answers the close.
    let (url, mut frames) = peer(b"\x81\x02hi".to_vec()).await;
    let report = run(&receiving(&url)).await;
    assert_eq!(report.outcome.unwrap().close, None);
    assert!(report.facts.timings.total() < Duration::from_millis(300), "{:?}", report.facts.timings);
    assert_eq!(frames.recv().await, Some((0x88, 1000_u16.to_be_bytes().to_vec())));
}

#[tokio::test]
async fn what_came_before_time_ran_out_is_kept() {
    let (url, _frames) = peer(b"\x81\x04tick\x81\x05half".to_vec()).await;
    let mut request = Request { steps: vec![Step::Expect(b"trade".to_vec())], ..Request::new(url) };
    request.client.timeout = Duration::from_millis(150);
    let fault = run(&request).await.outcome.unwrap_err();
    expect(&fault, Code::Timeout, Phase::Receive, "request");
    let what =
        "the peer's message did not end within 150 ms; what has come is 4 of the 5 bytes of a text frame";
    assert_eq!(fault.message, what);
    assert_eq!(fault.evidence.fact("last_message"), Some(&"tick".into()));
}

#[tokio::test]
async fn messages_have_a_limit_in_number() {
    let ticks = |count: usize| b"\x81\x04tick".repeat(count);
    for (count, name) in [(100, "1000"), (101, "too_many_messages")] {
        let (url, _frames) = peer([ticks(count), b"\x88\x02\x03\xe8".to_vec()].concat()).await;
        let request = Request { steps: vec![Step::Expect(b"trade".to_vec())], ..Request::new(url) };
        expect(&run(&request).await.outcome.unwrap_err(), Code::WebSocket, Phase::Receive, name);
    }
}

#[tokio::test]
async fn a_denied_network_is_not_connected_to() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    for host in ["127.0.0.1", "localhost", "::ffff:127.0.0.1", "a.test"] {
        let mut request = Request::new(format!("ws://{}:{}/", bracketed(host), address.port()));
        request.client.resolve = vec![("a.test".to_owned(), address.ip())];
        let fault = probe(&vantage, &request).await.outcome.unwrap_err();
        assert_eq!(
            (fault.code, fault.phase, fault.detail.name()),
            (Code::Denied, Phase::Connect, "ERR_NETWORK_DENIED"),
            "{host}: {fault}"
        );
    }
    assert!(listener.accept().is_err(), "somebody came");
}

/// An IPv6 address as it is in a URL.
fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}
