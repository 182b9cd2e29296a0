//! TLS right after the connection.

use super::super::ssl::starttls;
use super::conversation::greet;
use crate::protocol::expectations::{closed_early, timeout};
use crate::protocol::transport::TCP;
use crate::{Expect, Lab, LabError, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub(super) fn scenarios() -> Vec<Scenario> {
    let plain = Expect::fault(Code::Ssl, Phase::Tls, json!({"kind": "tls", "name": "wrong_version_number"}));
    vec![
        TCP.by("tls-echo", "what is sent over TLS comes back", Expect::pass(), |lab| {
            let (address, authority) = echo(lab)?;
            let fields = json!({
                "send": "ping", "expect": "ping", "tls": { "roots": "none", "ca": [authority] },
            });
            Ok(TCP.test(address, &fields, &["received contains ping"]))
        }),
        TCP.by(
            "starttls-echo",
            "what is sent comes back over TLS that was asked for in SMTP",
            Expect::pass(),
            |lab| {
                let address = starttls::tls(lab, starttls::SMTP, echo_over)?;
                let fields = json!({
                    "send": "ping", "expect": "ping", "starttls": "smtp",
                    "tls": { "roots": "none", "ca": [lab.pki().ca_pem()], "server_name": "shop.lab.test" },
                });
                Ok(TCP.test(address, &fields, &["received is ping"]))
            },
        ),
        TCP.by(
            "starttls-in-steps",
            "TLS begins in the middle of a conversation",
            Expect::pass(),
            |lab| {
                let address = starttls::tls(lab, starttls::SMTP, echo_over)?;
                let fields = json!({
                    "steps": [
                        { "expect_regex": "^220 " }, { "send": "EHLO probe.test\r\n" },
                        { "expect_regex": "^250[ -]STARTTLS" }, { "send": "STARTTLS\r\n" }, { "expect_regex": "^220 " },
                        { "starttls": true }, { "send": "ping\r\n" }, { "expect": "ping" },
                    ],
                    "tls": { "roots": "none", "ca": [lab.pki().ca_pem()], "server_name": "shop.lab.test" },
                });
                Ok(TCP.test(address, &fields, &["received contains ping"]))
            },
        ),
        TCP.by(
            "starttls-in-steps-injected",
            "what is awaited after TLS has come in plain text before",
            timeout(Phase::Wait).saying("but not \"ping\""),
            |lab| {
                let acceptor = TlsAcceptor::from(lab.pki().server_config(&[])?);
                let address = peer::tcp(lab, move |stream| injected(stream, acceptor.clone()))?;
                let fields = json!({
                    "steps": [{ "expect": "220" }, { "starttls": true }, { "expect": "ping" }],
                    "tls": { "roots": "none", "ca": [lab.pki().ca_pem()] },
                    "timeout": "1500ms",
                });
                Ok(TCP.test(address, &fields, &[]))
            },
        ),
        TCP.scenario(
            "starttls-in-steps-plaintext",
            "TLS begins in the middle of a conversation, and the peer goes on in plain text",
            Expect::fault(Code::Ssl, Phase::Tls, json!({"kind": "tls", "name": "wrong_version_number"})),
            json!({ "steps": [{ "expect": "220" }, { "send": "STARTTLS\r\n" }, { "starttls": true }] }),
            &[],
            |lab| peer::tcp(lab, super::conversation::mail),
        ),
        TCP.scenario(
            "starttls-malformed",
            "TLS is asked for in IMAP, and the peer is a mail server of another kind",
            Expect::fault(Code::Ssl, Phase::Open, json!({"kind": "tls", "name": "starttls_malformed"})),
            json!({ "starttls": "imap" }),
            &[],
            mail_server,
        ),
        TCP.scenario(
            "tls-plaintext",
            "a peer that does not speak TLS",
            plain,
            json!({ "tls": {} }),
            &[],
            mail_server,
        ),
        TCP.scenario(
            "tls-silent",
            "a peer that never answers the handshake",
            timeout(Phase::Tls),
            json!({ "tls": {}, "timeout": "1500ms" }),
            &[],
            peer::silent_tcp,
        ),
        TCP.scenario(
            "tls-fin",
            "a peer that closes inside the handshake",
            closed_early(Phase::Tls),
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

/// A mail server, which speaks first, and no TLS.
fn mail_server(lab: &Lab) -> Result<SocketAddr, LabError> {
    peer::tcp(lab, greet)
}

/// An echo over TLS, and the authority that its certificate is from.
fn echo(lab: &Lab) -> Result<(SocketAddr, String), LabError> {
    let acceptor = TlsAcceptor::from(lab.pki().server_config(&[])?);
    let address = peer::tcp(lab, move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                echo_over(stream).await;
            }
        }
    })?;
    Ok((address, lab.pki().ca_pem()))
}

/// Says in plain text what it should say over TLS, and nothing after that.
async fn injected(mut stream: TcpStream, acceptor: TlsAcceptor) {
    if stream.write_all(b"220 ready\r\nping\r\n").await.is_ok()
        && let Ok(mut stream) = acceptor.accept(stream).await
    {
        peer::drain(&mut stream).await;
    }
}

async fn echo_over(mut stream: TlsStream<TcpStream>) {
    let mut chunk = [0_u8; 4096];
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        let echoed = stream.write_all(chunk.get(..count).unwrap_or_default()).await;
        if echoed.is_err() || stream.flush().await.is_err() {
            break;
        }
    }
}
