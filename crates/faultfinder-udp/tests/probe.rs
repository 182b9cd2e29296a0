//! The UDP probe against peers of every temper.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, its helpers included"
)]

use faultfinder_net::DeniedNetworks;
use faultfinder_udp::taxonomy::{Code, Fault, Phase};
use faultfinder_udp::{ClientOptions, Report, Request, Response, Vantage, probe};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;

/// Answers every datagram with what `answer` makes of it.
async fn peer(answer: fn(&[u8]) -> Vec<u8>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = vec![0; 65_535];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            socket.send_to(&answer(&buffer[..length]), from).await.unwrap();
        }
    });
    address
}

/// A port that nobody listens on: its socket is connected to itself.
async fn closed(address: &str) -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind(address).await.unwrap();
    let bound = socket.local_addr().unwrap();
    socket.connect(bound).await.unwrap();
    (socket, bound)
}

fn request(address: SocketAddr, message: &[u8]) -> Request {
    Request { message: message.to_vec(), ..Request::new(address.ip().to_string(), address.port()) }
}

async fn run(request: &Request) -> Report<Response> {
    probe(&Vantage::system(), request).await
}

#[track_caller]
fn expect(fault: &Fault, code: Code, phase: Phase, name: &str) {
    assert_eq!((fault.code, fault.phase, fault.detail.name()), (code, phase, name), "{fault}");
}

#[tokio::test]
async fn the_first_datagram_that_comes_back_is_the_answer() {
    let address = peer(<[u8]>::to_vec).await;
    let report = run(&request(address, b"ping")).await;
    assert_eq!(report.facts.peer, Some(address));
    assert!(report.facts.timings.duration(Phase::Wait).is_some());
    let response = report.outcome.unwrap();
    assert_eq!((response.received.as_slice(), response.peer), (&b"ping"[..], address));
}

#[tokio::test]
async fn the_longest_message_is_sent_and_answered_whole() {
    let address = peer(<[u8]>::to_vec).await;
    let message = vec![7; Request::MESSAGE_BYTES_MAX];
    assert_eq!(run(&request(address, &message)).await.outcome.unwrap().received, message);
}

#[tokio::test]
async fn one_byte_more_is_refused_before_anything_is_sent() {
    let address = peer(<[u8]>::to_vec).await;
    let report = run(&request(address, &vec![7; Request::MESSAGE_BYTES_MAX + 1])).await;
    expect(&report.outcome.unwrap_err(), Code::InvalidRequest, Phase::Config, "EMSGSIZE");
    assert_eq!(report.facts.timings.phases().count(), 0);
}

#[tokio::test]
async fn a_closed_port_is_refused_and_the_evidence_says_by_whom() {
    let (_socket, address) = closed("127.0.0.1:0").await;
    let report = run(&request(address, b"ping")).await;
    assert_eq!(report.facts.connects.len(), 1);
    let fault = report.outcome.unwrap_err();
    expect(&fault, Code::ConnRefused, Phase::Wait, "ECONNREFUSED");
    if cfg!(target_os = "linux") {
        assert_eq!(fault.message, format!("{address} answered the datagram with ICMP port unreachable"));
        let told = |name: &str| fault.evidence.fact(name).and_then(|fact| fact.as_str().map(str::to_owned));
        assert_eq!(told("offender").as_deref(), Some("127.0.0.1"));
        assert_eq!(told("icmp").as_deref(), Some("port unreachable (type 3, code 3)"));
    }
}

#[tokio::test]
async fn an_address_that_refuses_is_followed_by_the_next() {
    let address = peer(<[u8]>::to_vec).await;
    let refusing = SocketAddr::new("127.0.0.2".parse().unwrap(), address.port());
    let (_socket, _) = closed(&refusing.to_string()).await;
    let resolve = [refusing, address].map(|address| ("two.test".to_owned(), address.ip())).to_vec();
    let client = ClientOptions { resolve, ..ClientOptions::default() };
    let request = Request {
        client: client.into(),
        message: b"ping".to_vec(),
        ..Request::new("two.test", address.port())
    };
    let report = run(&request).await;
    assert_eq!(report.outcome.unwrap().peer, address);
    assert_eq!(report.facts.connects.iter().map(|attempt| attempt.address).collect::<Vec<_>>(), [refusing]);
}

#[tokio::test]
async fn silence_runs_into_the_deadline_and_names_whom_was_asked() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let client = ClientOptions { timeout: Duration::from_millis(50), ..ClientOptions::default() };
    let fault =
        run(&Request { client: client.into(), ..request(address, b"ping") }).await.outcome.unwrap_err();
    expect(&fault, Code::Timeout, Phase::Wait, "request");
    assert_eq!(fault.message, format!("no datagram from {address} within 50 ms"));
    // The datagram did arrive.
    assert_eq!(socket.recv(&mut [0; 8]).await.unwrap(), 4);
}

#[tokio::test]
async fn a_source_address_that_is_not_ours_is_the_definitions_fault() {
    let address = peer(<[u8]>::to_vec).await;
    let source_address = Some(IpAddr::from([192, 0, 2, 1]));
    let client = ClientOptions { source_address, ..ClientOptions::default() };
    let fault = run(&Request { client: client.into(), ..request(address, b"") }).await.outcome.unwrap_err();
    expect(&fault, Code::InvalidRequest, Phase::Config, "EADDRNOTAVAIL");
}

#[tokio::test]
async fn port_0_is_refused() {
    let fault = run(&Request::new("127.0.0.1", 0)).await.outcome.unwrap_err();
    expect(&fault, Code::InvalidRequest, Phase::Config, "ERR_SOCKET_BAD_PORT");
}

#[tokio::test]
async fn nothing_is_sent_into_a_denied_network() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let address = socket.local_addr().unwrap();
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    for host in ["127.0.0.1", "localhost", "::ffff:127.0.0.1", "a.test"] {
        let mut request = Request::new(host, address.port());
        request.client.resolve = vec![("a.test".to_owned(), address.ip())];
        let fault = probe(&vantage, &request).await.outcome.unwrap_err();
        expect(&fault, Code::Denied, Phase::Connect, "ERR_NETWORK_DENIED");
    }
    assert!(socket.recv(&mut [0; 9]).is_err(), "somebody came");
}
