//! TLS peers and the tests for them.

use crate::pki::{Identity, Pki, Server};
use crate::protocol::block;
use crate::{Expect, Lab, LabError, Peer, Scenario, peer};
use faultfinder_taxonomy::Protocol;
use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The name that tests ask for.
pub(super) const NAME: &str = "shop.lab.test";
/// What a peer says to monitors that speak HTTP after the handshake.
const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 3\r\nconnection: close\r\n\r\nok\n";

/// A TLS server, and the fields of the test that meets it.
pub(super) struct Endpoint {
    server: Server,
    fields: Map<String, Value>,
    assertions: Vec<&'static str>,
}

impl Endpoint {
    /// A server with this identity, and a test that trusts the lab's root and asks for [`NAME`].
    pub(super) fn new(pki: &Pki, identity: &Identity) -> Result<Self, LabError> {
        Ok(Self { server: Server::new(identity)?, fields: trusting(&[pki.ca_pem()]), assertions: Vec::new() })
    }

    /// The test has this field instead.
    pub(super) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// The test has no such field.
    pub(super) fn without(mut self, field: &str) -> Self {
        self.fields.remove(field);
        self
    }

    /// The test trusts only this (PEM).
    pub(super) fn trusts(self, pem: String) -> Self {
        self.with("ca", vec![pem])
    }

    /// The test presents this client certificate.
    pub(super) fn presents(self, client: &Identity) -> Self {
        self.with("client_cert", client.certificate_pem()).with("client_key", client.key_pem())
    }

    /// The test asserts this.
    pub(super) fn asserts(mut self, assertion: &'static str) -> Self {
        self.assertions.push(assertion);
        self
    }

    /// The server is changed so.
    pub(super) fn server(self, change: impl FnOnce(Server) -> Server) -> Self {
        Self { server: change(self.server), ..self }
    }

    /// Starts it.
    pub(super) fn serve(self, lab: &Lab) -> Result<Peer, LabError> {
        let address = accept(lab, self.server, |mut stream| async move { greet(&mut stream).await })?;
        Ok(ssl_peer(address, self.fields, &self.assertions))
    }
}

/// A scenario whose peer is a TLS server.
pub(super) fn endpoint(
    id: &str,
    shows: &'static str,
    expect: Expect,
    make: impl Fn(&Pki) -> Result<Endpoint, LabError> + Send + Sync + 'static,
) -> Scenario {
    Scenario::new(Protocol::Ssl, id, shows, expect, move |lab| make(lab.pki())?.serve(lab))
}

/// A scenario about the certificates `tls-cert/CASE` of a TLS server, asked by a test that trusts the lab's root.
pub(super) fn certificate(
    case: &str,
    shows: &'static str,
    expect: Expect,
    make: impl Fn(&Pki) -> Result<Identity, LabError> + Send + Sync + 'static,
) -> Scenario {
    endpoint(&format!("tls-cert/{case}"), shows, expect, move |pki| Endpoint::new(pki, &make(pki)?))
}

/// The TLS fields of a test that trusts these certificates (PEM) and asks for [`NAME`].
pub(super) fn trusting(ca: &[String]) -> Map<String, Value> {
    [("server_name", json!(NAME)), ("roots", json!("none")), ("ca", json!(ca))]
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value))
        .collect()
}

/// A peer for the `ssl` probe, and the test with these fields.
pub(super) fn ssl_peer(address: SocketAddr, mut fields: Map<String, Value>, assertions: &[&str]) -> Peer {
    fields.insert("host".to_owned(), json!(address.ip()));
    fields.insert("port".to_owned(), json!(address.port()));
    Peer::new(address.to_string(), block::test(Protocol::Ssl, fields, assertions))
}

/// A peer for the `http` probe, and the test that asks it for `/` by [`NAME`] with these TLS fields.
pub(super) fn http_peer(address: SocketAddr, mut tls: Map<String, Value>, assertions: &[&str]) -> Peer {
    tls.remove("server_name");
    let url = format!("https://{NAME}:{}/", address.port());
    let http = json!({ "url": url, "resolve": { NAME: address.ip() }, "tls": tls });
    Peer::new(url, block::test(Protocol::Http, http, assertions))
}

/// Accepts TLS connections and serves each with `serve`; failed handshakes are waited out.
pub(super) fn accept<F, Fut>(lab: &Lab, server: Server, serve: F) -> Result<SocketAddr, LabError>
where
    F: Fn(TlsStream<TcpStream>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let acceptor = TlsAcceptor::from(server.config()?);
    peer::tcp(lab, move |stream| {
        let (acceptor, serve) = (acceptor.clone(), serve.clone());
        async move {
            match acceptor.accept(stream).into_fallible().await {
                Ok(stream) => serve(stream).await,
                Err((_, stream)) => finish(stream).await,
            }
        }
    })
}

/// Sends a FIN after what was written, and waits for the other side's: unread bytes would turn the close into a RST
/// that can overtake what was written.
pub(super) async fn finish<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let _ = stream.shutdown().await;
    peer::drain(&mut stream).await;
}

/// Lets the other side talk; answers HTTP, so that any monitor can be pointed here, and closes in order.
pub(super) async fn greet<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) {
    if !peer::read_head(stream).await.is_empty() {
        let _ = stream.write_all(ANSWER).await;
    }
    finish(stream).await;
}
