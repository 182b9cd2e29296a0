//! HTTPS: certificates from files, and what they are replaced by.

use crate::served::{Answer, Served, request};
use faultfinder_service::{Config, TlsFiles};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

/// Puts a certificate and its key into files.
fn put_pair(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    cert.der().clone()
}

/// A service with a certificate, which is in its folder.
async fn secure() -> (Served, CertificateDer<'static>) {
    let folder = tempfile::tempdir().unwrap();
    let cert = put_pair(folder.path());
    let tls = Some(TlsFiles { cert: folder.path().join("cert.pem"), key: folder.path().join("key.pem") });
    (Served::start_in(folder, Config { tls, ..Config::default() }).await, cert)
}

/// What is answered over TLS to a client that trusts this certificate.
async fn exchange(
    served: &Served,
    trusted: &CertificateDer<'static>,
    version: &'static SupportedProtocolVersion,
    request: &[u8],
) -> Result<Answer, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, served.connect().await).await?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    stream.write_all(request).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(Answer::read(bytes).unwrap())
}

#[tokio::test]
async fn it_answers_over_tls() {
    let (served, cert) = secure().await;
    assert!(served.running.url().starts_with("https://127.0.0.1:"), "{}", served.running.url());
    for version in [&TLS12, &TLS13] {
        let answer =
            exchange(&served, &cert, version, &request("GET", "/healthz", None, None)).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        // The library's own refusals, and bodies that nobody wants, are what they are without TLS.
        let answer = exchange(&served, &cert, version, b"no http at all\r\n\r\n").await.unwrap();
        answer.envelope(400, "BadRequest");
        let body = vec![b' '; 12_000_000];
        let head = "POST /api/v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-length: 12000000\r\n\r\n";
        let answer = exchange(&served, &cert, version, &[head.as_bytes(), &body].concat()).await.unwrap();
        answer.envelope(400, "BodyTooLarge");
    }
    // The origin of its pages is another one than without TLS.
    for (origin, status) in [("https://localhost", 200), ("http://localhost", 403)] {
        let head = format!(
            "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\norigin: {origin}\r\n\r\n"
        );
        assert_eq!(exchange(&served, &cert, &TLS13, head.as_bytes()).await.unwrap().status, status);
    }
}

#[tokio::test]
async fn what_is_no_tls_is_told_so_and_what_is_too_old_gets_an_alert() {
    let (served, _) = secure().await;
    let answer = served.get("/healthz").await;
    answer.envelope(400, "BadRequest");
    assert!(answer.text.contains("This port speaks HTTPS"), "{answer:?}");
    assert_eq!(answer.header("connection"), Some("close"));
    // The ClientHello of TLS 1.1: version, random, no session, one cipher suite, no compression, signature algorithms.
    let extensions = [0, 8, 0, 13, 0, 4, 0, 2, 4, 3];
    let hello = [&[3, 2][..], &[7; 32], &[0], &[0, 2, 0xc0, 0x13], &[1, 0], &extensions].concat();
    let length = u8::try_from(hello.len()).unwrap();
    let record = [&[22, 3, 1, 0, length + 4, 1, 0, 0, length][..], &hello].concat();
    let mut stream = served.connect().await;
    stream.write_all(&record).await.unwrap();
    let mut alert = [0; 7];
    stream.read_exact(&mut alert).await.unwrap();
    // RFC 8446 section 6.2: protocol_version.
    assert_eq!((alert[0], alert[6]), (21, 70), "{alert:?}");
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_not_waited_for() {
    let (served, _) = secure().await;
    tokio::time::pause();
    for sent in [&b""[..], &[22, 3, 1]] {
        let mut stream = served.connect().await;
        stream.write_all(sent).await.unwrap();
        let begun = Instant::now();
        let _ = stream.read_to_end(&mut Vec::new()).await;
        assert_eq!(begun.elapsed().as_secs(), 10, "{sent:?}");
    }
}

#[tokio::test]
async fn files_that_change_are_read_again_and_broken_ones_change_nothing() {
    let (served, old) = secure().await;
    let folder = served.folder.path();
    let get = request("GET", "/healthz", None, None);
    served.running.reload_tls().unwrap();
    assert!(served.logged("TLS files").is_empty(), "nothing has changed");
    // On demand.
    let new = put_pair(folder);
    served.running.reload_tls().unwrap();
    assert!(exchange(&served, &old, &TLS13, &get).await.is_err());
    assert_eq!(exchange(&served, &new, &TLS13, &get).await.unwrap().status, 200);
    // With everything else that is read again.
    let new = put_pair(folder);
    served.running.reload();
    assert_eq!(served.logged("the TLS files were reloaded").len(), 2);
    assert_eq!(exchange(&served, &new, &TLS13, &get).await.unwrap().status, 200);
    // A key that is not that of the certificate.
    let key = std::fs::read(folder.join("key.pem")).unwrap();
    put_pair(folder);
    std::fs::write(folder.join("key.pem"), key).unwrap();
    let error = served.running.reload_tls().unwrap_err().to_string();
    assert!(error.contains("cert.pem") && error.contains("key.pem"), "{error}");
    let said = served.logged("the previous ones stay in use").len();
    assert!(said > 0 && served.running.reload_tls().is_err(), "as long as it is so");
    assert_eq!(served.logged("the previous ones stay in use").len(), said, "it is said once");
    assert_eq!(exchange(&served, &new, &TLS13, &get).await.unwrap().status, 200);
    // By itself.
    let last = put_pair(folder);
    tokio::time::pause();
    served.until_logged("the TLS files were reloaded", 3).await;
    tokio::time::resume();
    assert_eq!(exchange(&served, &last, &TLS13, &get).await.unwrap().status, 200);
}

#[tokio::test]
async fn certificates_that_tests_trust_are_read_again_when_the_service_is_bidden_to() {
    let (target, _cert) = secure().await;
    let (trust, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let authority = trust.path().join("ca.pem");
    let CertifiedKey { cert: another, .. } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&authority, another.pem()).unwrap();
    let url = format!("https://localhost:{}/healthz", target.running.address().port());
    let text = format!(
        "tests:\n  - {{ name: secure, http: {{ url: \"{url}\", resolve: {{ localhost: 127.0.0.1 }}, tls: {{ ca: {:?} }} }}, assert: [ status is 200 ] }}\n",
        authority
    );
    std::fs::write(folder.path().join("a.yaml"), text).unwrap();
    let config = Config { definitions: vec![folder.path().to_owned()], ..Config::default() };
    let served = Served::start(config).await;
    let listed = served.get("/api/v1/tests").await;
    let path = format!("/api/v1/tests/{}/run", listed.body["items"][0]["id"].as_str().unwrap());
    let run = async || served.call("POST", &path, None, None).await.body["status"].clone();
    assert_eq!(run().await, "failed");
    std::fs::copy(target.folder.path().join("cert.pem"), &authority).unwrap();
    assert_eq!(run().await, "failed", "it is read when it is needed first");
    served.running.reload();
    assert_eq!(run().await, "passed");
}
