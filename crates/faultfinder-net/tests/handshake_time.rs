//! The TLS phase is the time of the handshake, not that of a process which has something else to do.
#![cfg(target_os = "linux")]

use faultfinder_net::tls::{TlsOptions, handshake};
use faultfinder_net::{ClientOptions, Host, Pem, Trace, Vantage, connect};
use faultfinder_taxonomy::Phase;
use faultfinder_taxonomy::word::Roots;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{TryRecvError, channel};
use std::time::Duration;

/// How long the thread of the probe does something else while the server's messages are there.
const BUSY: Duration = Duration::from_millis(60);
/// The kernel begins to stamp a moment after it was asked to.
const TRIES: usize = 20;

#[tokio::test]
async fn a_thread_that_is_busy_does_not_lengthen_the_handshake() {
    let certified = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let ((asks, asked), (bids, bidden)) = (channel(), channel::<()>());
    // Says when it has a ClientHello, and answers when it is bidden to.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut session) =
                (stream.unwrap(), ServerConnection::new(Arc::clone(&config)).unwrap());
            while !session.wants_write() {
                session.read_tls(&mut stream).unwrap();
                session.process_new_packets().unwrap();
            }
            if asks.send(()).is_err() || bidden.recv().is_err() {
                return;
            }
            let _ = session.complete_io(&mut stream);
        }
    });
    let vantage = Vantage::system();
    let ca = vec![Pem::Inline(certified.cert.pem())];
    let options = TlsOptions { roots: Roots::None, ca, ..TlsOptions::default() };
    let client = vantage.tls_client(&options, "tls").unwrap();
    let way = ClientOptions::default();
    let host = Host::parse("127.0.0.1", "host").unwrap();
    let mut found = Vec::new();
    for _ in 0..TRIES {
        let mut trace = Trace::start();
        let probe = async {
            let stream = connect(&vantage, &host, port, &way, &mut trace).await.unwrap();
            handshake(&vantage, stream, &host, &client, &way, &mut trace).await.map(|_| ())
        };
        let busy = async {
            while asked.try_recv() == Err(TryRecvError::Empty) {
                tokio::task::yield_now().await;
            }
            bids.send(()).unwrap();
            std::thread::sleep(BUSY);
        };
        let (outcome, ()) = tokio::join!(probe, busy);
        outcome.unwrap();
        let took = trace.into_report(Ok(())).facts.timings.duration(Phase::Tls).unwrap();
        if took < BUSY / 2 {
            return;
        }
        found.push(took);
    }
    panic!("our own time counted as the server's: {found:?}");
}
