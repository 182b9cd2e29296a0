//! HTTP and HTTPS: one request over a new connection.

use crate::server::NAME;
use anyhow::{Context as _, Result, ensure};
use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The request that the probe sends, byte for byte but for the order of its headers.
fn request(authority: &str, number: usize) -> String {
    format!(
        "GET /health/{number} HTTP/1.1\r\nuser-agent: faultfinder/0.1.0\r\naccept: */*\r\naccept-encoding: gzip, deflate, br, zstd\r\nhost: {authority}\r\n\r\n"
    )
}

/// One request over plain TCP.
pub(crate) async fn plain(target: SocketAddr, number: usize) -> Result<()> {
    let stream = TcpStream::connect(target).await?;
    stream.set_nodelay(true)?;
    exchange(stream, &request(&target.to_string(), number)).await
}

/// A connector that trusts the root alone and verifies with webpki.
pub(crate) fn connector(root_pem: &str) -> Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root_pem.as_bytes())?)?;
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// One request over TLS 1.3 with a full handshake.
pub(crate) async fn tls(target: SocketAddr, number: usize, connector: &TlsConnector) -> Result<()> {
    let stream = TcpStream::connect(target).await?;
    stream.set_nodelay(true)?;
    let stream = connector.connect(ServerName::try_from(NAME)?, stream).await?;
    exchange(stream, &request(&format!("{NAME}:{}", target.port()), number)).await
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, request: &str) -> Result<()> {
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut answer = [0; 4096];
    let mut length = 0;
    while !answer.get(..length).unwrap_or_default().ends_with(b"}") {
        let room = answer.get_mut(length..).context("the answer is longer than expected")?;
        let count = stream.read(room).await?;
        ensure!(count > 0, "the answer is shorter than expected");
        length += count;
    }
    ensure!(answer.starts_with(b"HTTP/1.1 200"), "the answer is not a success");
    Ok(())
}
