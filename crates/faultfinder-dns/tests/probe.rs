//! The DNS probe against servers with scripted answers.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, its helpers included"
)]

use faultfinder_dns::taxonomy::{Blame, Code, Fault, Phase};
use faultfinder_dns::{RecordType, Report, Request, Response, Transport, Vantage, probe};
use faultfinder_net::DeniedNetworks;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};

/// What a server makes of a question, if it answers.
type Answer = fn(&[u8]) -> Option<Vec<u8>>;

/// The transports that this build has.
const TRANSPORTS: &[Transport] = &[
    Transport::Udp,
    Transport::Tcp,
    #[cfg(feature = "tls")]
    Transport::Dot,
    #[cfg(feature = "tls")]
    Transport::Doh,
    #[cfg(feature = "quic")]
    Transport::Doq,
];

const A_RECORD: &[u8] = &[0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];

/// The question sent back as an answer with these flags, and the A record when there is one.
fn reply(message: &[u8], flags: u16, with_record: bool) -> Vec<u8> {
    let end = 12 + message[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
    let mut bytes = message[..end].to_vec();
    bytes[2..4].copy_from_slice(&flags.to_be_bytes());
    bytes[7] = u8::from(with_record);
    bytes[8..12].fill(0);
    if with_record {
        bytes.extend_from_slice(A_RECORD);
    }
    bytes
}

async fn udp(answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 2048];
        while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
            if let Some(bytes) = answer(&buffer[..length]) {
                let _ = socket.send_to(&bytes, client).await;
            }
        }
    });
    address
}

/// A server on TCP that reads the question and sends what `answer` makes of it, length and all, before it closes.
async fn tcp(listener: TcpListener, answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static) {
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let length = stream.read_u16().await.unwrap();
            let mut message = vec![0; usize::from(length)];
            stream.read_exact(&mut message).await.unwrap();
            match answer(&message) {
                Some(bytes) => stream.write_all(&bytes).await.unwrap(),
                None => stream.set_zero_linger().unwrap(),
            }
        }
    });
}

fn framed(message: &[u8]) -> Vec<u8> {
    [&u16::try_from(message.len()).unwrap().to_be_bytes()[..], message].concat()
}

fn request(server: SocketAddr) -> Request {
    Request { server: Some(server.ip().to_string()), port: Some(server.port()), ..Request::new("a.test") }
}

async fn run(request: &Request) -> Report<Response> {
    probe(&Vantage::system(), request).await
}

#[track_caller]
fn expect(fault: &Fault, code: Code, phase: Phase, name: &str) {
    assert_eq!((fault.code, fault.phase, fault.detail.name()), (code, phase, name), "{fault}");
}

#[tokio::test]
async fn an_answer_has_its_records_server_and_time() {
    let server = udp(|message| Some(reply(message, 0x8580, true))).await;
    let report = run(&request(server)).await;
    assert_eq!(report.facts.peer, Some(server));
    assert!(
        report.facts.timings.duration(Phase::Resolve).is_some()
            && report.facts.timings.duration(Phase::Connect).is_none()
    );
    let response = report.outcome.unwrap();
    assert_eq!(
        (response.answers[0].name.as_str(), response.answers[0].value.as_str()),
        ("a.test", "192.0.2.1")
    );
    assert_eq!((response.answers[0].record_type, response.answers[0].ttl), (RecordType::A, 60));
    assert_eq!(response.flags, ["aa", "rd", "ra"]);
    assert_eq!((response.server, response.over_tcp), (Some(server.ip()), false));
}

#[tokio::test]
async fn answers_without_what_was_asked_for_are_told_apart() {
    let rows: [(Answer, &str); 4] = [
        (|message| Some(reply(message, 0x8183, false)), "NXDOMAIN"),
        (|message| Some(reply(message, 0x8180, false)), "NODATA"),
        (|message| Some(reply(message, 0x818f, false)), "RCODE15"),
        (|message| Some(message[..3].to_vec()), "MALFORMED"),
    ];
    for (answer, name) in rows {
        let server = udp(answer).await;
        let fault = run(&request(server)).await.outcome.unwrap_err();
        expect(&fault, Code::Dns, Phase::Resolve, name);
    }
}

#[tokio::test]
async fn a_failure_can_be_a_value_but_nonsense_cannot() {
    let server = udp(|message| Some(reply(message, 0x8183, false))).await;
    let response = run(&Request { failure_as_value: true, ..request(server) }).await.outcome.unwrap();
    assert_eq!(response.rcode.mnemonic(), "NXDOMAIN");
    let server = udp(|message| Some(message[..3].to_vec())).await;
    let fault = run(&Request { failure_as_value: true, ..request(server) }).await.outcome.unwrap_err();
    expect(&fault, Code::Dns, Phase::Resolve, "MALFORMED");
}

#[tokio::test]
async fn the_tests_own_budget_ends_in_a_timeout_in_the_resolve_phase() {
    let server = udp(|_| None).await;
    let mut request = request(server);
    request.client.timeout = Duration::from_millis(50);
    let fault = run(&request).await.outcome.unwrap_err();
    expect(&fault, Code::Timeout, Phase::Resolve, "request");
}

#[tokio::test]
async fn a_closed_port_is_the_name_servers_refusal() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    // Ours, so that nobody else gets the port, and connected elsewhere, so that the kernel refuses everybody.
    socket.connect("127.0.0.1:9").await.unwrap();
    let fault = run(&request(socket.local_addr().unwrap())).await.outcome.unwrap_err();
    expect(&fault, Code::Dns, Phase::Resolve, "CONNECTION_REFUSED");
}

#[tokio::test]
async fn truncation_leads_to_tcp_and_says_what_happened_there() {
    let rows: [(Answer, Option<&str>); 4] = [
        (|message| Some(framed(&reply(message, 0x8180, true))), None),
        (|_| Some(Vec::new()), Some("it closes the connection before the answer is complete")),
        (|_| Some(vec![1, 0, 7]), Some("it closes the connection before the answer is complete")),
        (|_| None, Some("it resets the connection")),
    ];
    for (answer, told) in rows {
        let (server, listener) = loop {
            let server = udp(|message| Some(reply(message, 0x8380, false))).await;
            if let Ok(listener) = TcpListener::bind(server).await {
                break (server, listener);
            }
        };
        tcp(listener, answer).await;
        match (run(&request(server)).await.outcome, told) {
            (Ok(response), None) => assert!(response.over_tcp),
            (Err(fault), Some(told)) => {
                expect(&fault, Code::Dns, Phase::Resolve, "TRUNCATED");
                assert_eq!(fault.evidence.fact("tcp"), Some(&told.into()));
            }
            (outcome, told) => panic!("{outcome:?} instead of {told:?}"),
        }
    }
}

#[tokio::test]
async fn over_tcp_an_end_is_a_reset_and_the_connection_has_a_phase_of_its_own() {
    let rows: [(Answer, Option<&str>); 3] = [
        (|message| Some(framed(&reply(message, 0x8180, true))), None),
        (|_| Some(Vec::new()), Some("premature-close")),
        (|_| None, Some("ECONNRESET")),
    ];
    for (answer, told) in rows {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap();
        tcp(listener, answer).await;
        let report = run(&Request { transport: Transport::Tcp, ..request(server) }).await;
        assert!(report.facts.timings.duration(Phase::Connect).is_some());
        match told {
            None => assert!(report.outcome.unwrap().over_tcp),
            Some(name) => expect(&report.outcome.unwrap_err(), Code::ConnReset, Phase::Resolve, name),
        }
    }
}

/// A request whose own time runs out before the server gives up.
fn brief(server: SocketAddr) -> Request {
    let mut request = request(server);
    request.client.timeout = Duration::from_secs(2);
    request
}

#[tokio::test]
async fn a_server_that_is_silent_is_named_with_the_question_and_the_test_s_time() {
    let silent = udp(|_| None).await;
    let fault = run(&brief(silent)).await.outcome.unwrap_err();
    expect(&fault, Code::Timeout, Phase::Resolve, "request");
    assert_eq!(fault.message, format!("no answer from {silent} for a.test A within 2000 ms"));
    assert_eq!(fault.blame, Blame::Network);
    assert!(!fault.hints.iter().any(|hint| hint.contains("spelling")), "{:?}", fault.hints);
}

#[tokio::test]
async fn the_server_or_zone_under_test_is_to_blame_for_its_answers() {
    let rows: [(Answer, &str); 4] = [
        (|message| Some(reply(message, 0x8182, false)), "SERVFAIL"),
        (|message| Some(reply(message, 0x8183, false)), "NXDOMAIN"),
        (|message| Some(reply(message, 0x8180, false)), "NODATA"),
        (|message| Some(message[..3].to_vec()), "MALFORMED"),
    ];
    for (answer, name) in rows {
        let server = udp(answer).await;
        let fault = run(&request(server)).await.outcome.unwrap_err();
        assert_eq!((fault.detail.name(), fault.blame), (name, Blame::Target), "{fault}");
        let false_hint = |hint: &&String| hint.contains("ask the name server directly");
        assert_eq!(fault.hints.iter().find(false_hint), None, "{fault}");
        let spelling = fault.hints.iter().any(|hint| hint.contains("spelling"));
        assert_eq!(spelling, name == "NXDOMAIN", "{:?}", fault.hints);
    }
}

#[tokio::test]
async fn a_server_is_asked_at_each_of_its_addresses() {
    let server = udp(|message| Some(reply(message, 0x8180, true))).await;
    let mut request = brief(server);
    request.server = Some("ns.test".to_owned());
    // Nobody listens on that port of the first address; the second one answers.
    let other = |text: &str| ("ns.test".to_owned(), text.parse().unwrap());
    request.client.resolve = vec![other("127.0.0.2"), other("127.0.0.1")];
    let report = run(&request).await;
    assert_eq!(report.outcome.unwrap().server, Some(server.ip()));
    assert_eq!(report.facts.peer, Some(server));
    let warning = format!("the name server is not reached at 127.0.0.2:{}", server.port());
    assert!(report.facts.warnings[0].starts_with(&warning), "{:?}", report.facts.warnings);
    request.client.address = faultfinder_dns::taxonomy::word::AddressChoice::First;
    let fault = run(&request).await.outcome.unwrap_err();
    expect(&fault, Code::Dns, Phase::Resolve, "CONNECTION_REFUSED");
}

#[tokio::test]
async fn the_verdict_on_a_server_without_edns_says_whether_it_answers_without() {
    let has_edns = |message: &[u8]| message[11] == 1;
    let old =
        udp(move |message| Some(reply(message, if has_edns(message) { 0x8181 } else { 0x8180 }, true))).await;
    let fault = run(&request(old)).await.outcome.unwrap_err();
    expect(&fault, Code::Dns, Phase::Resolve, "FORMERR");
    assert!(fault.message.ends_with("; without EDNS it answers NOERROR"), "{fault}");
    assert!(fault.hints[0].contains("edns: off"), "{:?}", fault.hints);
    run(&Request { edns: false, ..request(old) }).await.outcome.unwrap();
    // That it is silent then is not reported as an answer that lay unread.
    let silent = udp(move |message| has_edns(message).then(|| reply(message, 0x8181, true))).await;
    let report = run(&request(silent)).await;
    expect(&report.outcome.unwrap_err(), Code::Dns, Phase::Resolve, "FORMERR");
    assert!(report.facts.own_delay < Duration::from_millis(300), "{:?}", report.facts.own_delay);
    // A server that does not understand the question at all: EDNS is not to blame.
    let broken = udp(|message| Some(reply(message, 0x8181, false))).await;
    let fault = run(&request(broken)).await.outcome.unwrap_err();
    assert!(!fault.message.contains("EDNS") && !fault.hints[0].contains("edns: off"), "{fault}");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_before_anything_is_sent() {
    let good = || request("127.0.0.1:53".parse().unwrap());
    let rows = [
        (Request { name: "a..test".to_owned(), ..good() }, "EBADNAME"),
        (Request { name: "a.".repeat(130), ..good() }, "EBADNAME"),
        (Request { server: Some("a server".to_owned()), ..good() }, "ERR_INVALID_URL"),
        (Request { port: Some(0), ..good() }, "ERR_SOCKET_BAD_PORT"),
        (Request { server: Some("127.0.0.1#54".to_owned()), ..good() }, "ERR_SOCKET_BAD_PORT"),
        (Request { edns: false, dnssec: faultfinder_dns::Dnssec::Request, ..good() }, "EBADQUERY"),
    ];
    for (request, name) in rows {
        let report = run(&request).await;
        assert_eq!(report.facts.timings.total(), Duration::ZERO);
        expect(&report.outcome.unwrap_err(), Code::InvalidRequest, Phase::Config, name);
    }
}

#[tokio::test]
async fn a_server_in_a_denied_network_is_not_asked() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let address = socket.local_addr().unwrap();
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    for transport in TRANSPORTS.iter().copied() {
        for server in ["127.0.0.1", "localhost", "::ffff:127.0.0.1"] {
            let server = Some(server.to_owned());
            let request = Request { server, port: Some(address.port()), transport, ..Request::new("a.test") };
            let fault = probe(&vantage, &request).await.outcome.unwrap_err();
            assert_eq!(
                (fault.code, fault.phase, fault.detail.name()),
                (Code::Denied, Phase::Connect, "ERR_NETWORK_DENIED"),
                "{fault}"
            );
        }
    }
    assert!(socket.recv(&mut [0; 9]).is_err(), "it was asked");
}

/// What a build lacks is refused before anything is sent.
#[cfg(not(any(feature = "tls", feature = "dnssec")))]
#[tokio::test]
async fn a_feature_that_is_missing_is_named() {
    use faultfinder_dns::Dnssec;
    let request = || Request { server: Some("127.0.0.1".into()), port: Some(1), ..Request::new("a.test") };
    for (request, feature) in [
        (Request { transport: Transport::Dot, ..request() }, "`tls`"),
        (Request { transport: Transport::Doh, ..request() }, "`tls`"),
        (Request { transport: Transport::Doq, ..request() }, "`quic`"),
        (Request { dnssec: Dnssec::Validate, ..request() }, "`dnssec`"),
    ] {
        assert_eq!(faultfinder_dns::check(&request).len(), 1, "{feature}");
        let fault = probe(&Vantage::system(), &request).await.outcome.unwrap_err();
        assert_eq!((fault.code, fault.detail.name()), (Code::InvalidRequest, "ERR_FEATURE_UNAVAILABLE"));
        assert!(fault.message.contains(feature), "{fault}");
    }
}
