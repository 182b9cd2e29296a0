//! The peer that both sides of a comparison talk to, in a process of its own.

use anyhow::{Context as _, Result};
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::Write as _;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// The answer, which ends the connection.
pub(crate) const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"status\":\"ok\"}";

/// The name that the certificate is for.
pub(crate) const NAME: &str = "bench.test";

/// Serves plain HTTP and HTTPS until standard input ends; prints both ports and the root's certificate as JSON.
pub(crate) async fn serve() -> Result<()> {
    let plain = TcpListener::bind("127.0.0.1:0").await?;
    let tls = TcpListener::bind("127.0.0.1:0").await?;
    let chain = Chain::new()?;
    let greeting = serde_json::json!({
        "plain": plain.local_addr()?.port(),
        "tls": tls.local_addr()?.port(),
        "root": chain.root_pem,
    });
    println!("{greeting}");
    std::io::stdout().flush()?;
    let acceptor = TlsAcceptor::from(chain.config);
    tokio::spawn(async move {
        while let Ok((stream, _)) = plain.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = tls.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer(stream).await;
                }
            });
        }
    });
    // The parent holds the other end: when it is gone, so is this process.
    tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    Ok(())
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let mut head = Vec::new();
    let mut chunk = [0; 2048];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => head.extend_from_slice(chunk.get(..count).unwrap_or_default()),
            _ => return,
        }
    }
    if stream.write_all(ANSWER).await.is_ok() && stream.flush().await.is_ok() {
        let _ = stream.shutdown().await;
    }
}

/// A root, an intermediate and a leaf, all P-256.
struct Chain {
    root_pem: String,
    config: Arc<ServerConfig>,
}

impl Chain {
    fn new() -> Result<Self> {
        let key = || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).context("cannot make a key");
        let (root_key, middle_key, leaf_key) = (key()?, key()?, key()?);
        let authority = |name: &str| -> Result<CertificateParams> {
            let mut params = CertificateParams::new(Vec::new())?;
            params.distinguished_name.push(rcgen::DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            Ok(params)
        };
        let root_params = authority("bench root")?;
        let root = root_params.self_signed(&root_key)?;
        let root_issuer = Issuer::new(root_params, &root_key);
        let middle_params = authority("bench intermediate")?;
        let middle = middle_params.signed_by(&middle_key, &root_issuer)?;
        let middle_issuer = Issuer::new(middle_params, &middle_key);
        let mut leaf_params = CertificateParams::new(vec![NAME.to_owned()])?;
        leaf_params.use_authority_key_identifier_extension = true;
        leaf_params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf_params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = leaf_params.signed_by(&leaf_key, &middle_issuer)?;
        let certificates: Vec<CertificateDer<'static>> = vec![leaf.der().clone(), middle.der().clone()];
        let private = PrivateKeyDer::try_from(leaf_key.serialize_der()).map_err(anyhow::Error::msg)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(certificates, private)?;
        config.send_tls13_tickets = 0;
        Ok(Self { root_pem: root.pem(), config: Arc::new(config) })
    }
}
