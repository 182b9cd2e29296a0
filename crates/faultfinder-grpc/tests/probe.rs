//! The probe against servers of this file: what a library user sees.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by a panic; what several tests share is not a `#[test]` itself"
)]

use bytes::Bytes;
use faultfinder_grpc::{Call, Method, Report, Request, Response, Schema, Vantage, probe};
use faultfinder_grpc::{Descriptors, ProtoSource};
use faultfinder_net::DeniedNetworks;
use faultfinder_taxonomy::{Code, GrpcStatus, Phase};
use http::{HeaderMap, HeaderValue};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const CLOCK: &str = "syntax = \"proto3\"; package test; service Clock { rpc Now (Q) returns (A); } \
    message Q { string zone = 1; } message A { string zone = 1; int64 seconds = 2; }";

/// A server that answers every call with these messages and this status, after a while.
async fn serve(delay: Duration, body: &'static [u8], status: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((_, mut respond))) = connection.accept().await {
                    tokio::spawn(async move {
                        tokio::time::sleep(delay).await;
                        let mut response = http::Response::new(());
                        let grpc = HeaderValue::from_static("application/grpc");
                        response.headers_mut().insert("content-type", grpc);
                        let mut stream = respond.send_response(response, false).unwrap();
                        stream.send_data(Bytes::from_static(body), false).unwrap();
                        let mut trailers = HeaderMap::new();
                        trailers.insert("grpc-status", HeaderValue::from_static(status));
                        stream.send_trailers(trailers).unwrap();
                    });
                }
            });
        }
    });
    address
}

fn now(address: SocketAddr) -> Request {
    let schema = Descriptors::compile(&[ProtoSource::from_text(CLOCK)], &[]).unwrap();
    let method = Method {
        service: "test.Clock".to_owned(),
        method: "Now".to_owned(),
        message: r#"{"zone":"UTC"}"#.to_owned(),
        schema: Schema::Known(schema),
    };
    let mut request = Request::new(address.ip().to_string(), address.port(), Call::Method(method));
    request.plaintext = true;
    request
}

async fn ask(request: &Request) -> Report<Response> {
    probe(&Vantage::system(), request).await
}

#[tokio::test]
async fn an_answer_is_json_and_its_phases_are_measured() {
    let delay = Duration::from_millis(60);
    let address = serve(delay, b"\0\0\0\0\x07\x0a\x03UTC\x10\x05", "0").await;
    let report = ask(&now(address)).await;
    let waited = report.facts.timings.duration(Phase::Wait).unwrap();
    assert!(waited >= delay - Duration::from_millis(2), "{waited:?}");
    let reached: Vec<Phase> = report.facts.timings.phases().map(|(phase, _)| phase).collect();
    assert_eq!(reached, [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive, Phase::Trailers]);
    let response = report.outcome.unwrap();
    assert_eq!(response.status, GrpcStatus::Ok);
    assert_eq!(String::from_utf8(response.body).unwrap(), r#"{"zone":"UTC","seconds":5}"#);
}

#[tokio::test]
async fn a_status_is_a_fault_or_a_value_as_the_request_says() {
    let address = serve(Duration::ZERO, b"", "7").await;
    let mut request = now(address);
    let fault = ask(&request).await.outcome.unwrap_err();
    assert_eq!((fault.code, fault.detail.name()), (Code::Grpc, "PERMISSION_DENIED"));
    request.status_as_value = true;
    let response = ask(&request).await.outcome.unwrap();
    assert_eq!(response.status, GrpcStatus::PermissionDenied);
    assert_eq!(response.fault().map(|fault| fault.phase), Some(Phase::Trailers));
}

#[tokio::test]
async fn time_runs_out_in_the_phase_that_took_it() {
    let address = serve(Duration::from_secs(3600), b"", "0").await;
    let mut request = now(address);
    request.client.timeout = Duration::from_millis(100);
    let fault = ask(&request).await.outcome.unwrap_err();
    assert_eq!((fault.code, fault.phase), (Code::Timeout, Phase::Wait));
}

/// Reads frames until the client ends its stream, and yields the bytes of its message.
async fn read_message(stream: &mut TcpStream) -> usize {
    let mut count = 0;
    loop {
        let mut header = [0; 9];
        stream.read_exact(&mut header).await.unwrap();
        let [high, middle, low, kind, flags, ..] = header.map(usize::from);
        let length = high << 16 | middle << 8 | low;
        stream.read_exact(&mut vec![0; length]).await.unwrap();
        if kind == 0 {
            count += length;
            if flags & 1 != 0 {
                return count;
            }
        }
    }
}

/// Frames of an answer: an empty message and the status OK.
const ANSWER: &[&[u8]] = &[
    b"\0\0\x13\x01\x04\0\0\0\x01\x88\x5f\x10application/grpc",
    b"\0\0\x05\0\0\0\0\0\x01\0\0\0\0\0",
    b"\0\0\x0f\x01\x05\0\0\0\x01\0\x0bgrpc-status\x010",
];
const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0\0\0\0\0\0\0\0\0";
const PONG: &[u8] = b"\0\0\x08\x06\x01\0\0\0\0\0\0\0\0\0\0\0\0";

#[tokio::test]
async fn a_message_goes_before_the_peer_says_a_word_and_settings_are_no_answer() {
    // As much as the first windows take, but for the length before it and the field's own tag and length.
    for zone_bytes in [3, 65_535 - 5 - 4] {
        tokio::time::pause();
        // While such a task runs, the paused clock moves only when the peer moves it.
        let (stopped, running) = std::sync::mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || running.recv());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let peer = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_exact(&mut [0; 24]).await.unwrap();
            let count = read_message(&mut stream).await;
            tokio::time::advance(Duration::from_millis(50)).await;
            stream.write_all(&[SETTINGS, PING].concat()).await.unwrap();
            let mut came = Vec::new();
            while !came.ends_with(PONG) {
                came.push(stream.read_u8().await.unwrap());
            }
            tokio::time::advance(Duration::from_millis(700)).await;
            stream.write_all(&ANSWER.concat()).await.unwrap();
            (count, stream)
        });
        let mut request = now(address);
        if let Call::Method(method) = &mut request.call {
            method.message = format!(r#"{{"zone":"{}"}}"#, "x".repeat(zone_bytes));
        }
        let report = ask(&request).await;
        let (count, _open) = peer.await.unwrap();
        drop(stopped);
        tokio::time::resume();
        assert_eq!(report.outcome.unwrap().status, GrpcStatus::Ok);
        assert!(count > zone_bytes, "{count}");
        let phases = [Phase::Send, Phase::Wait, Phase::Receive]
            .map(|phase| report.facts.timings.duration(phase).unwrap().as_millis());
        assert_eq!(phases, [0, 750, 0]);
    }
}

#[tokio::test]
async fn a_transport_fault_keeps_its_own_code() {
    // Bound but never listening: the port is ours, so nobody else can answer on it.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let fault = ask(&now(socket.local_addr().unwrap())).await.outcome.unwrap_err();
    assert_eq!((fault.code, fault.phase), (Code::ConnRefused, Phase::Connect));
}

#[tokio::test]
async fn a_denied_network_is_not_connected_to() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    for host in ["127.0.0.1", "localhost", "::ffff:127.0.0.1", "a.test"] {
        let mut request = Request { host: host.to_owned(), ..now(address) };
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
