//! QUIC connections to small servers on loopback.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure there is a failure of the test")]

use faultfinder_net::quic::QuicConnection;
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Deadline, Host, Pem, Trace, Vantage, connect_quic};
use faultfinder_taxonomy::word::{Roots, TlsVersion};
use faultfinder_taxonomy::{Code, Fault, Phase, QuicErrorCode, Report, TimeoutScope};
use quinn::crypto::rustls::QuicServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// What a server does with a connection whose handshake is complete.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Nothing,
    Close(u32),
    Refuse,
}

struct World {
    vantage: Vantage,
    ca: String,
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        Self {
            vantage: Vantage::system(),
            ca: made.cert.pem(),
            certificate: made.cert.der().clone(),
            key: made.signing_key.serialize_der(),
        }
    }

    /// A server that speaks `test` and ends with the test's runtime.
    fn serve(&self, then: Then) -> SocketAddr {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![self.certificate.clone()],
                PrivateKeyDer::try_from(self.key.clone()).unwrap(),
            )
            .unwrap();
        tls.alpn_protocols = vec![b"test".to_vec()];
        let config = quinn::ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls).unwrap()));
        let endpoint = quinn::Endpoint::server(config, "127.0.0.1:0".parse().unwrap()).unwrap();
        let address = endpoint.local_addr().unwrap();
        tokio::spawn(async move {
            while let Some(incoming) = endpoint.accept().await {
                if then == Then::Refuse {
                    incoming.refuse();
                    continue;
                }
                tokio::spawn(async move {
                    let Ok(connection) = incoming.await else { return };
                    if let Then::Close(code) = then {
                        connection.close(code.into(), b"enough");
                    }
                    connection.closed().await;
                });
            }
        });
        address
    }

    fn trusting(&self) -> TlsOptions {
        TlsOptions {
            roots: Roots::None,
            ca: vec![Pem::Inline(self.ca.clone())],
            alpn: vec!["test".to_owned()],
            ..TlsOptions::default()
        }
    }

    async fn connect(&self, peer: SocketAddr, tls: &TlsOptions) -> Report<QuicConnection> {
        let way = ClientOptions {
            resolve: vec![("localhost".to_owned(), peer.ip())],
            timeout: Duration::from_millis(500),
            ..ClientOptions::default()
        };
        let client = self.vantage.tls_client(tls, "tls").unwrap();
        let mut trace = Trace::start();
        let host = Host::Name("localhost".to_owned());
        let deadline = Deadline::after(way.timeout, TimeoutScope::Request);
        let work = connect_quic(&self.vantage, &host, peer.port(), &client, &way, &mut trace);
        let outcome = match deadline.limit(work).await {
            Some(outcome) => outcome,
            None => Err(trace.timed_out(&deadline)),
        };
        trace.into_report(outcome)
    }

    async fn fails(&self, peer: SocketAddr, tls: &TlsOptions) -> Fault {
        self.connect(peer, tls).await.outcome.unwrap_err()
    }
}

fn triple(fault: &Fault) -> (Code, Phase, &str) {
    (fault.code, fault.phase, fault.detail.name())
}

#[tokio::test]
async fn a_complete_handshake_has_its_phases_and_its_chain() {
    let world = World::new();
    let report = world.connect(world.serve(Then::Nothing), &world.trusting()).await;
    assert_eq!(report.outcome.unwrap().alpn(), Some(&b"test"[..]));
    let phases: Vec<Phase> = report.facts.timings.phases().map(|(phase, _)| phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Tls]);
    let tls = report.facts.tls.unwrap();
    assert_eq!((tls.verified, tls.chain.len(), tls.version.as_deref()), (Some(true), 1, Some("TLSv1.3")));
}

#[tokio::test]
async fn certificates_are_judged_as_over_tcp() {
    let world = World::new();
    let peer = world.serve(Then::Nothing);
    let untrusting = TlsOptions { ca: Vec::new(), ..world.trusting() };
    let fault = world.fails(peer, &untrusting).await;
    assert_eq!(triple(&fault), (Code::Ssl, Phase::Tls, "DEPTH_ZERO_SELF_SIGNED_CERT"), "{fault}");
    let elsewhere = TlsOptions { server_name: Some("other.test".to_owned()), ..world.trusting() };
    let fault = world.fails(peer, &elsewhere).await;
    assert_eq!(triple(&fault), (Code::Ssl, Phase::Tls, "HOSTNAME_MISMATCH"), "{fault}");
}

#[tokio::test]
async fn no_protocol_in_common_is_an_alert() {
    let world = World::new();
    let options = TlsOptions { alpn: vec!["other".to_owned()], ..world.trusting() };
    let fault = world.fails(world.serve(Then::Nothing), &options).await;
    assert_eq!(triple(&fault), (Code::Ssl, Phase::Tls, "no_application_protocol"), "{fault}");
}

#[tokio::test]
async fn a_closed_port_refuses_before_time_runs_out() {
    let world = World::new();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let peer = socket.local_addr().unwrap();
    // Connected to itself, it receives nothing from other senders, and keeps the port.
    socket.connect(peer).unwrap();
    let fault = world.fails(peer, &world.trusting()).await;
    assert_eq!(triple(&fault), (Code::ConnRefused, Phase::Connect, "ECONNREFUSED"), "{fault}");
}

#[tokio::test]
async fn a_silent_port_is_a_timeout_of_the_connect_phase() {
    let world = World::new();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let fault = world.fails(socket.local_addr().unwrap(), &world.trusting()).await;
    assert_eq!(triple(&fault), (Code::Timeout, Phase::Connect, "request"), "{fault}");
}

#[tokio::test]
async fn a_server_may_refuse_new_connections() {
    let world = World::new();
    let fault = world.fails(world.serve(Then::Refuse), &world.trusting()).await;
    assert_eq!(triple(&fault), (Code::ConnRefused, Phase::Connect, "CONNECTION_REFUSED"), "{fault}");
}

#[tokio::test]
async fn tls_1_3_is_needed() {
    let world = World::new();
    let options = TlsOptions { max_version: Some(TlsVersion::Tls12), ..world.trusting() };
    let fault = world.fails(world.serve(Then::Nothing), &options).await;
    assert_eq!(triple(&fault), (Code::InvalidRequest, Phase::Config, "ERR_SSL_NO_PROTOCOLS_AVAILABLE"));
}

#[tokio::test]
async fn a_peer_that_closes_is_quoted() {
    let world = World::new();
    let report = world.connect(world.serve(Then::Close(0x102)), &world.trusting()).await;
    let session = report.outcome.unwrap();
    let error = session.connection().closed().await;
    let fault = session.fault(&error, Phase::Wait, "receive an answer", QuicErrorCode::Http3);
    assert_eq!(triple(&fault), (Code::ConnReset, Phase::Wait, "H3_INTERNAL_ERROR"), "{fault}");
}
