//! TLS right after the connection.

use super::case::{peer as test_of, scenario, timeout};
use crate::{Expect, Lab, LabError, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls_pki_types::PrivateKeyDer;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

pub(super) fn scenarios() -> Vec<Scenario> {
    let plain = Expect::fault(Code::Ssl, Phase::Tls, json!({"kind": "tls", "name": "wrong_version_number"}));
    vec![
        Scenario::new(
            Protocol::Tcp,
            "tcp/tls-echo",
            "what is sent over TLS comes back",
            Expect::pass(),
            |lab| {
                let (address, authority) = echo(lab)?;
                let fields = json!({
                    "send": "ping", "expect": "ping", "tls": { "roots": "none", "ca": [authority] },
                });
                Ok(test_of(address, &fields, &["received contains ping"]))
            },
        ),
        scenario(
            "tls-plaintext",
            "a peer that does not speak TLS",
            plain,
            json!({ "tls": {} }),
            &[],
            |lab| {
                peer::tcp(lab, |mut stream| async move {
                    let _ = stream.write_all(b"220 mx.zone.test ESMTP\r\n").await;
                    peer::drain(&mut stream).await;
                })
            },
        ),
        scenario(
            "tls-silent",
            "a peer that never answers the handshake",
            timeout(Phase::Tls),
            json!({ "tls": {}, "timeout": "400ms" }),
            &[],
            |lab| peer::tcp(lab, |mut stream| async move { peer::drain(&mut stream).await }),
        ),
        scenario(
            "tls-fin",
            "a peer that closes inside the handshake",
            super::case::errno(Code::ConnReset, Phase::Tls, "premature-close"),
            json!({ "tls": {} }),
            &[],
            |lab| {
                peer::tcp(lab, |mut stream| async move {
                    let _ = tokio::io::AsyncWriteExt::shutdown(&mut stream).await;
                    peer::drain(&mut stream).await;
                })
            },
        ),
    ]
}

/// An echo over TLS, and the authority that its certificate is from.
fn echo(lab: &Lab) -> Result<(SocketAddr, String), LabError> {
    let (config, authority) = identity()?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let address = peer::tcp(lab, move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut chunk = [0_u8; 4096];
            while let Ok(count @ 1..) = stream.read(&mut chunk).await {
                let echoed = stream.write_all(chunk.get(..count).unwrap_or_default()).await;
                if echoed.is_err() || stream.flush().await.is_err() {
                    break;
                }
            }
        }
    })?;
    Ok((address, authority))
}

/// A certificate for 127.0.0.1, and its authority as PEM.
fn identity() -> Result<(rustls::ServerConfig, String), LabError> {
    let failed = |error: rcgen::Error| LabError::Certificate(error.to_string());
    let mut authority = CertificateParams::new(Vec::<String>::new()).map_err(failed)?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, "Faultfinder lab, TCP");
    let authority_key = KeyPair::generate().map_err(failed)?;
    let pem = authority.self_signed(&authority_key).map_err(failed)?.pem();
    let key = KeyPair::generate().map_err(failed)?;
    let issuer = Issuer::new(authority, authority_key);
    let mut leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).map_err(failed)?;
    leaf.use_authority_key_identifier_extension = true;
    let leaf = leaf.signed_by(&key, &issuer).map_err(failed)?;
    let key = PrivateKeyDer::try_from(key.serialize_der())
        .map_err(|error| LabError::Certificate(error.to_owned()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)?;
    Ok((config, pem))
}
