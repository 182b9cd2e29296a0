//! The handshake breaks, byte by byte.

use super::endpoint::{Endpoint, accept, endpoint, finish, greet, ssl_peer, trusting};
use super::expect::{alert, reset, tls};
use super::script::{SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, Then, play, server_hello, truncated_certificate};
use crate::pki::{Identity, Server};
use crate::protocol::expectations::timeout;
use crate::{Expect, Lab, Scenario, peer};
use faultfinder_taxonomy::{Errno, Phase, Protocol};
use rustls::CipherSuite;
use rustls::version::{TLS12, TLS13};
use rustls_pki_types::CertificateDer;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

/// How long a test waits for a server that says nothing.
const PATIENCE: &str = "1500ms";
/// Suites for RSA keys.
const RSA_SUITES: &[CipherSuite] =
    &[CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384];

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = other_protocols();
    all.extend(broken_records());
    all.extend(ends());
    all.extend(hellos());
    all.extend(signatures());
    all
}

/// A server that reads the ClientHello, writes these bytes and then does that.
fn scripted(case: &str, shows: &'static str, expect: Expect, bytes: Vec<u8>, then: Then) -> Scenario {
    let patience = matches!(then, Then::Hang).then_some(PATIENCE);
    Scenario::new(Protocol::Ssl, format!("tls-handshake/{case}"), shows, expect, move |lab: &Lab| {
        let bytes = bytes.clone();
        let address = peer::tcp(lab, move |stream| {
            let bytes = bytes.clone();
            async move { play(stream, &bytes, then).await }
        })?;
        let mut fields = trusting(&[lab.pki().ca_pem()]);
        fields.extend(patience.map(|patience| ("timeout".to_owned(), json!(patience))));
        Ok(ssl_peer(address, fields, &[]))
    })
}

fn other_protocols() -> Vec<Scenario> {
    const HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n\
        The plain HTTP request was sent to HTTPS port\n";
    vec![
        scripted(
            "plain-http-server",
            "a plain HTTP server answers the ClientHello with 400",
            tls("wrong_version_number").showing("\"first_bytes\":\"HTTP/1.1 400"),
            HTTP.to_vec(),
            Then::Fin,
        ),
        Scenario::new(
            Protocol::Ssl,
            "tls-handshake/plain-smtp-server",
            "a mail server greets before it reads",
            tls("wrong_version_number").showing("`starttls: smtp`"),
            |lab| {
                let address = peer::tcp(lab, |mut stream| async move {
                    let _ = stream.write_all(b"220 mail.lab.test ESMTP ready\r\n").await;
                    super::script::client_hello(&mut stream).await;
                    finish(stream).await;
                })?;
                Ok(ssl_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
            },
        ),
        scripted(
            "garbage",
            "bytes of no protocol",
            tls("wrong_version_number"),
            (0..64_u8).map(|byte| byte.wrapping_mul(151).wrapping_add(143)).collect(),
            Then::Fin,
        ),
    ]
}

fn broken_records() -> Vec<Scenario> {
    let oversized = [&[22, 3, 3, 0xff, 0xff][..], &[0; 64]].concat();
    vec![
        scripted(
            "oversized-record",
            "a record of 65,535 bytes, four times what is allowed",
            tls("packet_length_too_long"),
            oversized,
            Then::Fin,
        ),
        scripted(
            "empty-record",
            "a handshake record without a byte",
            tls("length_mismatch").saying("a record of the peer is empty").omitting("more than TLS allows"),
            vec![22, 3, 3, 0, 0],
            Then::Fin,
        ),
        scripted(
            "truncated-certificate-message",
            "the list of certificates claims to be longer than its message",
            tls("length_mismatch").saying("malformed (message too short)"),
            [server_hello(TLS_1_2), truncated_certificate()].concat(),
            Then::Fin,
        ),
        scripted(
            "alert-behind-server-hello",
            "the server has chosen a version, and then refuses",
            alert(50).showing("\"peer_version\":\"TLSv1.2\""),
            [server_hello(TLS_1_2), super::script::alert(TLS_1_2, 2, 50)].concat(),
            Then::Fin,
        ),
        endpoint(
            "tls-handshake/certificate-not-der",
            "what the server sends as its certificate is text",
            tls("header_too_long"),
            |pki| {
                let text = CertificateDer::from(b"this is not a certificate".to_vec());
                let identity: Identity = pki.good().clone().with_chain(vec![text]);
                Endpoint::new(pki, &identity)
            },
        ),
    ]
}

fn ends() -> Vec<Scenario> {
    vec![
        scripted(
            "fin-on-client-hello",
            "the server closes without a byte",
            reset(Phase::Tls, Errno::PrematureClose).showing("secp384r1"),
            Vec::new(),
            Then::Fin,
        ),
        scripted(
            "fin-after-server-hello",
            "the server closes in the middle of its answer",
            reset(Phase::Tls, Errno::PrematureClose),
            server_hello(TLS_1_2),
            Then::Fin,
        ),
        scripted(
            // Only once the ClientHello is there: a RST before would sometimes meet the client in its connect.
            "rst-on-accept",
            "the server resets the connection at once",
            reset(Phase::Tls, Errno::ConnReset),
            Vec::new(),
            Then::Rst,
        ),
        scripted(
            "rst-after-server-hello",
            "the server resets the connection in the middle of its answer",
            reset(Phase::Tls, Errno::ConnReset),
            server_hello(TLS_1_2),
            Then::Rst,
        ),
        scripted(
            "hang-on-client-hello",
            "the server never answers",
            timeout(Phase::Tls).showing("TLSv1.3"),
            Vec::new(),
            Then::Hang,
        ),
        scripted(
            "hang-after-server-hello",
            "the server falls silent in the middle of its answer",
            timeout(Phase::Tls),
            server_hello(TLS_1_2),
            Then::Hang,
        ),
    ]
}

fn hellos() -> Vec<Scenario> {
    let picks = |case, shows, version| {
        scripted(case, shows, tls("unsupported_protocol"), server_hello(version), Then::Fin)
    };
    vec![
        picks("server-hello-sslv3", "the server picks SSL 3.0", SSL_3_0),
        picks("server-hello-tls10", "the server picks TLS 1.0", TLS_1_0),
        picks("server-hello-tls11", "the server picks TLS 1.1", TLS_1_1),
        scripted(
            "tls11-only",
            "the server knows nothing newer than TLS 1.1 and says so",
            alert(70),
            super::script::alert(TLS_1_1, 2, 70),
            Then::Fin,
        ),
        endpoint(
            "tls-handshake/no-common-cipher",
            "the server's only suites do not go with its key",
            alert(40).showing("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256").showing("rsa_pss_rsae_sha256"),
            |pki| Ok(Endpoint::new(pki, pki.good())?.server(|server| server.only(&TLS12).suites(RSA_SUITES))),
        ),
        endpoint(
            "tls-handshake/alpn-h2-only-alert",
            "the server speaks h2 alone, the client http/1.1 alone",
            alert(120),
            |pki| {
                let endpoint = Endpoint::new(pki, pki.good())?.server(|server| server.alpn(&["h2"]));
                Ok(endpoint.with("alpn", vec!["http/1.1"]))
            },
        ),
        Scenario::new(
            Protocol::Ssl,
            "tls-handshake/alert-unrecognized-name-warning",
            "a warning that the name is not known, and then a good handshake",
            Expect::pass(),
            |lab| {
                let acceptor = tokio_rustls::TlsAcceptor::from(Server::new(lab.pki().good())?.config()?);
                let address = peer::tcp(lab, move |mut stream| {
                    let acceptor = acceptor.clone();
                    async move {
                        let _ = stream.peek(&mut [0]).await;
                        let _ = stream.write_all(&super::script::alert(TLS_1_2, 1, 112)).await;
                        match acceptor.accept(stream).into_fallible().await {
                            Ok(mut stream) => greet(&mut stream).await,
                            Err((_, stream)) => finish(stream).await,
                        }
                    }
                })?;
                Ok(ssl_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
            },
        ),
    ]
}

/// The server has somebody else's certificate, but not the key to it.
fn signatures() -> Vec<Scenario> {
    let replayed = |case: &str, shows, version| {
        Scenario::new(
            Protocol::Ssl,
            format!("tls-handshake/{case}"),
            shows,
            tls("bad_signature"),
            move |lab| {
                let key = lab.pki().stranger().key().for_rustls()?;
                let server = Server::new(lab.pki().good())?.only(version).signing_with(key);
                let address = accept(lab, server, |mut stream| async move { greet(&mut stream).await })?;
                Ok(ssl_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
            },
        )
    };
    vec![
        replayed(
            "bad-server-key-exchange-signature",
            "TLS 1.2 with somebody else's certificate: the signature is not by its key",
            &TLS12,
        ),
        replayed(
            "bad-certificate-verify-signature",
            "TLS 1.3 with somebody else's certificate: the signature is not by its key",
            &TLS13,
        ),
    ]
}
