//! What peers write inside of TLS and behind proxies.

use super::{serve_one, wire::GET};
use crate::{Exhibit, Lab};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

fn address(exhibit: &Exhibit) -> SocketAddr {
    exhibit.target.trim_start_matches("https://").trim_end_matches('/').parse().unwrap()
}

/// A handshake over this connection by a client that trusts the lab.
async fn handshake(lab: &Lab, stream: TcpStream, alpn: &[&str]) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(lab.pki().root().certificate().clone()).unwrap();
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let name = ServerName::from(std::net::IpAddr::from([127, 0, 0, 1]));
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

async fn connect(lab: &Lab, exhibit: &Exhibit, alpn: &[&str]) -> io::Result<TlsStream<TcpStream>> {
    handshake(lab, TcpStream::connect(address(exhibit)).await.unwrap(), alpn).await
}

/// What comes after a request, and the error at its end, if any.
async fn answer<S: AsyncReadExt + AsyncWriteExt + Unpin>(mut stream: S) -> (String, Option<ErrorKind>) {
    stream.write_all(GET).await.unwrap();
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).await.err().map(|error| error.kind());
    (String::from_utf8(answer).unwrap(), end)
}

#[tokio::test]
async fn each_way_to_end_a_tls_connection_is_another() {
    for (id, end) in [
        ("http1/tls-fin-mid-body", None),
        ("http1/tls-cut-mid-body", Some(ErrorKind::UnexpectedEof)),
        ("http1/tls-cut-until-close", Some(ErrorKind::UnexpectedEof)),
        ("http1/tls-rst-mid-body", Some(ErrorKind::ConnectionReset)),
    ] {
        let (lab, exhibit) = serve_one(id);
        for _ in 0..3 {
            let (text, ended) = answer(connect(&lab, &exhibit, &[]).await.unwrap()).await;
            assert!(text.ends_with("\r\n\r\nhello"), "{id}");
            assert_eq!(ended, end, "{id}");
        }
    }
}

#[tokio::test]
async fn alpn_is_what_the_scenarios_say() {
    for (id, alpn) in [
        ("http2/alpn-ok", Some("h2")),
        ("http2/alpn-auto", Some("h2")),
        ("http2/alpn-auto-http11", Some("http/1.1")),
        ("http2/alpn-auto-none", None),
        ("http2/alpn-none", None),
    ] {
        let (lab, exhibit) = serve_one(id);
        let stream = connect(&lab, &exhibit, &["h2", "http/1.1"]).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), alpn.map(str::as_bytes), "{id}");
    }
    let (lab, exhibit) = serve_one("http2/alpn-http11-only");
    let error = connect(&lab, &exhibit, &["h2"]).await.unwrap_err();
    assert!(error.to_string().contains("NoApplicationProtocol"), "{error}");
}

#[tokio::test]
async fn certificates_are_as_broken_as_the_scenarios_say() {
    for (id, broken) in [
        ("http1/tls-ok", None),
        ("http1/tls-expired", Some("Expired")),
        ("http1/tls-self-signed", Some("UnknownIssuer")),
        ("http1/tls-wrong-name", Some("NotValidForName")),
    ] {
        let (lab, exhibit) = serve_one(id);
        let error = connect(&lab, &exhibit, &[]).await.err().map(|error| format!("{:?}", error.into_inner()));
        match (broken, error) {
            (None, None) => {}
            (Some(word), Some(error)) => assert!(error.contains(word), "{id}: {error}"),
            (broken, error) => panic!("{id}: wanted {broken:?}, found {error:?}"),
        }
    }
}

#[tokio::test]
async fn a_proxy_opens_a_tunnel_to_its_target_and_to_nobody_else() {
    let (lab, exhibit) = serve_one("proxy/proxy-tunnel-ok");
    let url = exhibit.definition["http"]["proxy"]["url"].as_str().unwrap();
    let proxy: SocketAddr = url.trim_start_matches("http://").parse().unwrap();
    let target = address(&exhibit);
    for (wanted, status) in [(target.to_string(), "200"), ("127.0.0.1:1".to_owned(), "403")] {
        let mut stream = TcpStream::connect(proxy).await.unwrap();
        stream.write_all(format!("CONNECT {wanted} HTTP/1.1\r\n\r\n").as_bytes()).await.unwrap();
        let head = String::from_utf8(crate::peer::read_head(&mut stream).await).unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        if status == "200" {
            let mut tls = handshake(&lab, stream, &[]).await.unwrap();
            tls.write_all(GET).await.unwrap();
            assert!(crate::peer::read_head(&mut tls).await.starts_with(b"HTTP/1.1 200 OK\r\n"));
        }
    }
}

#[tokio::test]
async fn connections_end_with_the_lab() {
    let (lab, exhibit) = serve_one("http1/hang");
    let mut stream = TcpStream::connect(super::address(&exhibit)).await.unwrap();
    stream.write_all(GET).await.unwrap();
    drop(lab);
    // FIN, or RST if the request was not read yet.
    assert!(!matches!(stream.read(&mut [0; 1]).await, Ok(count) if count > 0));
}
