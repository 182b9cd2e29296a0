//! HTTP/2 against peers that are written by hand: what is sent before the peer says a word, and which time is whose.
//!
//! Where times are checked, the clock is paused and the peer advances it, at moments when the client's frames show what the
//! client has done. So every duration is exact, and no test waits.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by a panic; what several tests share is not a `#[test]` itself"
)]

use faultfinder_http::taxonomy::{Phase, Report};
use faultfinder_http::{Body, HttpVersion, Request, Response, Vantage, probe};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a client sends first (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// What may be sent of a body before the peer says a word (RFC 9113 section 6.9.2).
const WINDOW_BYTES: usize = 65_535;
/// Types and flags of frames (RFC 9113 section 6).
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `:status: 200` (RFC 7541 appendix A), and `:status: 103` as a literal with the same name.
const STATUS_200: &[u8] = &[0x88];
const STATUS_103: &[u8] = &[0x08, 3, b'1', b'0', b'3'];

/// A client's connection, frame by frame.
struct Peer {
    stream: TcpStream,
}

impl Peer {
    /// Takes one connection, and reads its preface.
    async fn accept(listener: &TcpListener) -> Self {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut preface = [0; PREFACE.len()];
        stream.read_exact(&mut preface).await.unwrap();
        assert_eq!(preface, PREFACE);
        Self { stream }
    }

    /// Takes one connection and its request, and settles it, 50 ms later.
    async fn settled(listener: &TcpListener, clock: &StandingClock) -> Self {
        let mut peer = Self::accept(listener).await;
        peer.read_until(HEADERS, END_HEADERS).await;
        clock.advance(50).await;
        peer.settle().await;
        peer.until_read().await;
        peer
    }

    /// The next frame: type, flags, and length of its payload.
    async fn read(&mut self) -> (u8, u8, usize) {
        let mut header = [0; 9];
        self.stream.read_exact(&mut header).await.unwrap();
        let [high, middle, low, kind, flags, ..] = header;
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        self.stream.read_exact(&mut vec![0; length]).await.unwrap();
        (kind, flags, length)
    }

    /// Reads until a frame of this type with this flag.
    async fn read_until(&mut self, kind: u8, flag: u8) {
        loop {
            let (found, flags, _) = self.read().await;
            if found == kind && flags & flag != 0 {
                return;
            }
        }
    }

    /// Reads bytes of the body until there are so many, or the end of it.
    async fn read_body(&mut self, bytes: usize) -> usize {
        let mut count = 0;
        while count < bytes {
            let (kind, flags, length) = self.read().await;
            if kind == DATA {
                count += length;
                if flags & END_STREAM != 0 {
                    break;
                }
            }
        }
        count
    }

    async fn write(&mut self, kind: u8, flags: u8, stream: u8, payload: &[u8]) {
        let length = u8::try_from(payload.len()).unwrap();
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, stream];
        frame.extend_from_slice(payload);
        self.stream.write_all(&frame).await.unwrap();
    }

    async fn settle(&mut self) {
        self.write(SETTINGS, 0, 0, &[]).await;
    }

    /// Comes back when the client has read all that was sent.
    async fn until_read(&mut self) {
        self.write(PING, 0, 0, &[0; 8]).await;
        self.read_until(PING, ACK).await;
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn ask(address: SocketAddr, body_bytes: usize) -> Report<Response> {
    let mut request = Request::new(format!("http://{address}/"));
    request.version = HttpVersion::H2c;
    if body_bytes > 0 {
        request.method = "POST".to_owned();
        request.body = Body::Text("x".repeat(body_bytes));
    }
    request.client.timeout = Duration::from_secs(5);
    probe(&Vantage::system(), &request).await
}

/// Stops the clock of this test: it moves when the peer moves it, and never because everybody waits.
struct StandingClock(#[expect(dead_code, reason = "what is dropped ends the task")] mpsc::Sender<()>);

impl StandingClock {
    fn new() -> Self {
        tokio::time::pause();
        let (sender, receiver) = mpsc::channel();
        // While such a task runs, the paused clock does not go on by itself to the next timer.
        tokio::task::spawn_blocking(move || receiver.recv());
        Self(sender)
    }

    async fn advance(&self, millis: u64) {
        tokio::time::advance(Duration::from_millis(millis)).await;
    }
}

fn millis(report: &Report<Response>, phase: Phase) -> u128 {
    report.facts.timings.duration(phase).unwrap().as_millis()
}

#[tokio::test]
async fn a_body_is_sent_before_the_peer_says_a_word() {
    for bytes in [1, 5_000, 32_769, WINDOW_BYTES] {
        let (listener, address) = listen().await;
        let peer = tokio::spawn(async move {
            let mut peer = Peer::accept(&listener).await;
            let count = peer.read_body(bytes + 1).await;
            peer.settle().await;
            peer.write(HEADERS, END_HEADERS | END_STREAM, 1, STATUS_200).await;
            (count, peer)
        });
        let report = ask(address, bytes).await;
        let (count, _open) = peer.await.unwrap();
        assert_eq!((report.outcome.unwrap().status, count), (200, bytes));
    }
}

#[tokio::test]
async fn what_exceeds_the_first_window_waits_for_the_peer() {
    const MORE: usize = 1000;
    let (listener, address) = listen().await;
    let peer = tokio::spawn(async move {
        let mut peer = Peer::accept(&listener).await;
        assert_eq!(peer.read_body(WINDOW_BYTES).await, WINDOW_BYTES);
        peer.settle().await;
        let more = u32::try_from(MORE).unwrap().to_be_bytes();
        peer.write(WINDOW_UPDATE, 0, 0, &more).await;
        peer.write(WINDOW_UPDATE, 0, 1, &more).await;
        assert_eq!(peer.read_body(MORE + 1).await, MORE);
        peer.write(HEADERS, END_HEADERS | END_STREAM, 1, STATUS_200).await;
        peer
    });
    let report = ask(address, WINDOW_BYTES + MORE).await;
    peer.await.unwrap();
    assert_eq!(report.outcome.unwrap().status, 200);
}

#[tokio::test]
async fn waiting_ends_with_the_first_byte_of_the_answer_and_not_of_the_connection() {
    let clock = StandingClock::new();
    let (listener, address) = listen().await;
    let peer = tokio::spawn(async move {
        let mut peer = Peer::settled(&listener, &clock).await;
        clock.advance(700).await;
        peer.write(HEADERS, END_HEADERS, 1, STATUS_200).await;
        peer.until_read().await;
        clock.advance(300).await;
        peer.write(DATA, END_STREAM, 1, b"hello").await;
        peer
    });
    let report = ask(address, 0).await;
    peer.await.unwrap();
    let phases = [Phase::Send, Phase::Wait, Phase::Receive].map(|phase| millis(&report, phase));
    assert_eq!(phases, [0, 750, 300]);
}

#[tokio::test]
async fn sending_ends_with_the_last_byte_of_the_body() {
    let clock = StandingClock::new();
    let (listener, address) = listen().await;
    let peer = tokio::spawn(async move {
        let mut peer = Peer::accept(&listener).await;
        assert_eq!(peer.read_body(WINDOW_BYTES).await, WINDOW_BYTES);
        clock.advance(50).await;
        peer.settle().await;
        peer.write(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]).await;
        peer.until_read().await;
        clock.advance(100).await;
        peer.write(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]).await;
        assert_eq!(peer.read_body(2).await, 1);
        clock.advance(200).await;
        peer.write(HEADERS, END_HEADERS | END_STREAM, 1, STATUS_200).await;
        peer
    });
    let report = ask(address, WINDOW_BYTES + 1).await;
    peer.await.unwrap();
    let phases = [Phase::Send, Phase::Wait, Phase::Receive].map(|phase| millis(&report, phase));
    assert_eq!(phases, [150, 200, 0]);
}

#[tokio::test]
async fn an_interim_answer_is_timed_from_the_request_on() {
    let clock = StandingClock::new();
    let (listener, address) = listen().await;
    let peer = tokio::spawn(async move {
        let mut peer = Peer::settled(&listener, &clock).await;
        clock.advance(200).await;
        peer.write(HEADERS, END_HEADERS, 1, STATUS_103).await;
        peer.until_read().await;
        clock.advance(400).await;
        peer.write(HEADERS, END_HEADERS | END_STREAM, 1, STATUS_200).await;
        peer
    });
    let report = ask(address, 0).await;
    peer.await.unwrap();
    let response = report.outcome.as_ref().unwrap();
    let interim: Vec<_> = response.interim.iter().map(|one| (one.status, one.after.as_millis())).collect();
    assert_eq!(interim, [(103, 250)]);
    // The first byte of whatever answers the request ends the waiting, as over HTTP/1.1.
    assert_eq!([Phase::Wait, Phase::Receive].map(|phase| millis(&report, phase)), [250, 400]);
}
