//! The TCP probe against peers of every temper.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, its helpers included"
)]

use faultfinder_net::{DeniedNetworks, ResolverOptions};
use faultfinder_tcp::taxonomy::{Code, Fault, Phase};
use faultfinder_tcp::{
    ClientOptions, Connection, Pattern, Report, Request, Response, Step, TrackHops, Vantage, probe,
};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UdpSocket};

async fn peer<Fut: Future<Output = ()> + Send + 'static>(serve: fn(TcpStream) -> Fut) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

fn request(address: SocketAddr, steps: &[Step]) -> Request {
    Request { steps: steps.to_vec(), ..Request::new(address.ip().to_string(), address.port()) }
}

async fn run(request: &Request) -> Report<Response> {
    probe(&Vantage::system(), request).await
}

fn send(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

fn awaited(text: &str) -> Step {
    Step::Expect(text.to_owned())
}

#[track_caller]
fn expect(fault: &Fault, code: Code, phase: Phase, name: &str) {
    assert_eq!((fault.code, fault.phase, fault.detail.name()), (code, phase, name), "{fault}");
}

async fn echo(mut stream: TcpStream) {
    let mut chunk = [0; 1024];
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        stream.write_all(&chunk[..count]).await.unwrap();
    }
}

async fn silent(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 1]).await;
}

async fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
}

async fn reset_on_data(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 64]).await;
    stream.set_zero_linger().unwrap();
}

async fn close_in_the_middle(mut stream: TcpStream) {
    stream.write_all(b"220 mx").await.unwrap();
}

#[tokio::test]
async fn a_conversation_is_held_step_by_step() {
    let address = peer(echo).await;
    let report = run(&request(
        address,
        &[send("one one"), awaited("one"), awaited("one"), send("two"), awaited("two")],
    ))
    .await;
    let response = report.outcome.unwrap();
    assert_eq!((response.connection, response.received), (Connection::Established, b"one onetwo".to_vec()));
    for phase in [Phase::Connect, Phase::Send, Phase::Wait, Phase::Receive] {
        assert!(report.facts.timings.duration(phase).is_some(), "{phase}");
    }
}

/// A line in two pieces, then a prompt.
async fn pieces(mut stream: TcpStream) {
    for piece in ["* hello\r\n* to", "ken=ab\r\n", "> "] {
        stream.write_all(piece.as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
    }
    echo(stream).await;
}

#[tokio::test]
async fn lines_that_match_are_awaited_and_their_groups_sent() {
    let matches = |pattern: &str| Step::ExpectMatch(Pattern::new(pattern).unwrap());
    let reply = |text: &str| Step::Reply(text.as_bytes().to_vec());
    let steps = [
        matches("token=(?<t>[a-z]+)$"),
        matches("^> $"),
        reply("<${t}${1}>"),
        reply("<${0}>"),
        awaited("<> >"),
    ];
    // The groups are those of the last pattern, which has none but the whole.
    let report = run(&request(peer(pieces).await, &steps)).await;
    assert!(report.outcome.is_ok(), "{:?}", report.outcome);
    let steps = [matches("token=(?<t>[a-z]+)$"), reply("<${t}${1}>"), awaited("<abab>")];
    let report = run(&request(peer(pieces).await, &steps)).await;
    assert!(report.outcome.is_ok(), "{:?}", report.outcome);
    // What earlier lines have matched is not searched again.
    let mut twice = request(peer(pieces).await, &[matches("token"), matches("token")]);
    twice.client.timeout = Duration::from_millis(600);
    let fault = run(&twice).await.outcome.unwrap_err();
    assert!(fault.message.contains("but not a line that matches \"token\""), "{fault}");
}

#[tokio::test]
async fn a_silent_peer_passes_when_nothing_is_awaited_and_the_look_at_it_counts_for_no_phase() {
    let report = run(&request(peer(silent).await, &[])).await;
    assert!(report.outcome.is_ok());
    assert!(report.facts.timings.total() < Duration::from_millis(15), "{:?}", report.facts.timings);
}

#[tokio::test]
async fn resets_are_told_by_when_they_come() {
    let rows: [(SocketAddr, &[Step], Phase); 4] = [
        (peer(reset).await, &[], Phase::Connect),
        (peer(reset).await, &[awaited("x")], Phase::Wait),
        (peer(reset_on_data).await, &[send("x"), awaited("y")], Phase::Wait),
        (peer(reset_on_data).await, &[send("x")], Phase::Wait),
    ];
    for (address, steps, phase) in rows {
        let fault = run(&request(address, steps)).await.outcome.unwrap_err();
        expect(&fault, Code::ConnReset, phase, "ECONNRESET");
    }
}

#[tokio::test]
async fn an_end_before_what_is_awaited_is_premature() {
    let fault =
        run(&request(peer(close_in_the_middle).await, &[awaited("220 mx.test")])).await.outcome.unwrap_err();
    expect(&fault, Code::ConnReset, Phase::Receive, "premature-close");
    assert_eq!(fault.evidence.fact("received"), Some(&"220 mx".into()));
    let fault = run(&request(peer(|stream| async move { drop(stream) }).await, &[awaited("2")]))
        .await
        .outcome
        .unwrap_err();
    expect(&fault, Code::ConnReset, Phase::Wait, "premature-close");
}

#[tokio::test]
async fn what_never_comes_ends_with_the_budget_or_with_the_limit() {
    let mut waiting = request(peer(echo).await, &[send("ping"), awaited("pong")]);
    waiting.client.timeout = Duration::from_millis(100);
    expect(&run(&waiting).await.outcome.unwrap_err(), Code::Timeout, Phase::Receive, "request");
    let flood =
        peer(|mut stream| async move { while stream.write_all(&[b'.'; 4096]).await.is_ok() {} }).await;
    let fault = run(&request(flood, &[awaited("needle")])).await.outcome.unwrap_err();
    expect(&fault, Code::BodyTooLarge, Phase::Receive, "RECEIVED_TOO_LARGE");
}

#[tokio::test]
async fn a_refusal_is_a_fault_or_a_value() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let refusing = request(socket.local_addr().unwrap(), &[]);
    expect(&run(&refusing).await.outcome.unwrap_err(), Code::ConnRefused, Phase::Connect, "ECONNREFUSED");
    let response = run(&Request { connection_as_value: true, ..refusing }).await.outcome.unwrap();
    assert_eq!(response.connection, Connection::Refused);
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn a_peer_that_speaks_no_tls_is_told_by_its_bytes() {
    let address = peer(close_in_the_middle).await;
    let request = Request { tls: Some(faultfinder_tcp::Shared::default()), ..request(address, &[]) };
    expect(&run(&request).await.outcome.unwrap_err(), Code::Ssl, Phase::Tls, "wrong_version_number");
}

#[tokio::test]
async fn hosts_and_ports_that_cannot_be_are_refused() {
    for (host, port, name) in
        [("", 1, "EBADNAME"), ("a b", 1, "ERR_INVALID_URL"), ("127.0.0.1", 0, "ERR_SOCKET_BAD_PORT")]
    {
        let fault = run(&Request::new(host, port)).await.outcome.unwrap_err();
        expect(&fault, Code::InvalidRequest, Phase::Config, name);
    }
}

/// A name server that knows the name of 127.0.0.1, and nothing else.
async fn names() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut question = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut question).await {
            // The header and the question: a name that ends with a zero byte, type and class.
            let name_end = 12 + question[12..length].iter().position(|byte| *byte == 0).unwrap();
            let asked = &question[..name_end + 5];
            assert!(asked[12..].starts_with(b"\x011\x010\x010\x03127\x07in-addr"), "{asked:?}");
            let mut answer = asked.to_vec();
            answer[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
            let data = b"\x04here\x04test\0";
            answer.extend([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, u8::try_from(data.len()).unwrap()]);
            answer.extend(data);
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    address
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_peer_on_this_host_is_one_hop_away_and_its_name_is_looked_up() {
    let (address, names) = (peer(silent).await, names().await);
    let resolver = ResolverOptions { port: names.port(), ..ResolverOptions::new(names.ip()) };
    let client = ClientOptions { resolver: Some(resolver), ..ClientOptions::default() };
    let request = Request { track_hops: TrackHops::Names, client: client.into(), ..request(address, &[]) };
    let report = run(&request).await;
    assert!(report.outcome.is_ok() && report.facts.warnings.is_empty(), "{:?}", report.facts.warnings);
    let [hop] = report.facts.hops.as_slice() else { panic!("{:?}", report.facts.hops) };
    assert!(hop.target);
    assert_eq!((hop.hop, hop.sent, hop.answered, hop.round_trips_ms.len()), (1, 3, 3, 3));
    let [host] = hop.hosts.as_slice() else { panic!("{:?}", hop.hosts) };
    assert_eq!((host.address, host.name.as_deref()), (address.ip(), Some("here.test")));
    assert_eq!(host.answer, "connection accepted");
    // None of it is sold as the target's time.
    assert_eq!(report.facts.timings.phases().map(|(phase, _)| phase).collect::<Vec<_>>(), [Phase::Connect]);
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn the_route_to_a_port_that_refuses_is_traced_too() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let request = Request { track_hops: TrackHops::On, ..request(socket.local_addr().unwrap(), &[]) };
    let report = run(&request).await;
    expect(&report.outcome.unwrap_err(), Code::ConnRefused, Phase::Connect, "ECONNREFUSED");
    assert_eq!(report.facts.hops.len(), 1);
    assert_eq!(report.facts.hops[0].hosts[0].answer, "connection refused");
}

#[tokio::test]
async fn a_denied_network_is_not_connected_to() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    for host in ["127.0.0.1", "localhost", "::ffff:127.0.0.1", "a.test"] {
        let mut request = Request::new(host, address.port());
        request.client.resolve = vec![("a.test".to_owned(), address.ip())];
        let fault = probe(&vantage, &request).await.outcome.unwrap_err();
        expect(&fault, Code::Denied, Phase::Connect, "ERR_NETWORK_DENIED");
    }
    assert!(listener.accept().is_err(), "somebody came");
}
