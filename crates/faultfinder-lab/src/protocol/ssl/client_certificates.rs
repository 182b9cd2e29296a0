//! The server wants to know who asks.
//!
//! Under TLS 1.3 the client believes in a complete handshake before the server has looked at its certificate: the
//! refusal arrives in place of an answer. Those scenarios are HTTP's.

use super::endpoint::{Endpoint, accept, endpoint, finish, greet, http_peer, ssl_peer, trusting};
use super::expect::alert;
use super::script::{self, TLS_1_2};
use crate::pki::extensions::{DIGITAL_SIGNATURE, basic_constraints, extended_key_usage, key_usage};
use crate::pki::{DAY, Identity, Pki, Server, Template, before, oids};
use crate::{Expect, LabError, Scenario, peer};
use faultfinder_taxonomy::Protocol;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, ServerConnection};
use serde_json::json;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const HANDSHAKE_FAILURE: u8 = 40;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = accepted();
    all.extend(refused_in_the_handshake());
    all.extend(refused_at_the_first_read());
    all.extend(judged_late());
    all
}

fn accepted() -> Vec<Scenario> {
    let accepted = |case: &str, shows, version| {
        endpoint(&format!("tls-handshake/{case}"), shows, Expect::pass(), move |pki| {
            let endpoint = Endpoint::new(pki, pki.good())?
                .server(|server| server.only(version).clients(pki.root(), pki.now()));
            Ok(endpoint.presents(&pki.client()?))
        })
    };
    vec![
        accepted(
            "client-cert-accepted-tls12",
            "TLS 1.2 with the client certificate that the server wants",
            &TLS12,
        ),
        accepted(
            "client-cert-accepted-tls13",
            "TLS 1.3 with the client certificate that the server wants",
            &TLS13,
        ),
    ]
}

fn refused_in_the_handshake() -> Vec<Scenario> {
    vec![
        Scenario::new(
            Protocol::Ssl,
            "tls-handshake/client-cert-absent-tls12",
            "the server wants a client certificate, the test has none",
            alert(HANDSHAKE_FAILURE)
                .showing("the server asked for a client certificate, and the test has none")
                .omitting("no common parameters"),
            |lab| {
                let config = Server::new(lab.pki().good())?
                    .only(&TLS12)
                    .clients(lab.pki().root(), lab.pki().now())
                    .config()?;
                let address = peer::tcp(lab, move |stream| handshake_failure(stream, Arc::clone(&config)))?;
                Ok(ssl_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
            },
        ),
        endpoint(
            "tls-handshake/client-cert-unknown-ca-tls12",
            "the client certificate is of an authority that the server does not know",
            alert(48),
            |pki| {
                let client = pki.stranger().issue(&Template::client(pki.now(), "Stranger"))?;
                let endpoint = Endpoint::new(pki, pki.good())?
                    .server(|server| server.only(&TLS12).clients(pki.root(), pki.now()));
                Ok(endpoint.presents(&client))
            },
        ),
    ]
}

/// Makes a client certificate, or none.
type Client = fn(&Pki) -> Result<Option<Identity>, LabError>;

fn refused_at_the_first_read() -> Vec<Scenario> {
    let refused = |case: &str, shows, number, client: Client| {
        Scenario::new(Protocol::Http, format!("tls-handshake/{case}"), shows, alert(number), move |lab| {
            let server =
                Server::new(lab.pki().good())?.only(&TLS13).clients(lab.pki().root(), lab.pki().now());
            let address = accept(lab, server, |mut stream| async move { greet(&mut stream).await })?;
            let mut fields = trusting(&[lab.pki().ca_pem()]);
            if let Some(client) = client(lab.pki())? {
                fields.insert("client_cert".to_owned(), json!(client.certificate_pem()));
                fields.insert("client_key".to_owned(), json!(client.key_pem()));
            }
            Ok(http_peer(address, fields, &[]))
        })
    };
    vec![
        refused(
            "client-cert-absent-tls13",
            "TLS 1.3: no client certificate where one is wanted",
            116,
            |_| Ok(None),
        ),
        refused(
            "client-cert-unknown-ca-tls13",
            "TLS 1.3: a client certificate of an unknown authority",
            48,
            |pki| pki.stranger().issue(&Template::client(pki.now(), "Stranger")).map(Some),
        ),
        refused("client-cert-expired-tls13", "TLS 1.3: an expired client certificate", 45, |pki| {
            let template = Template::client(pki.now(), "Late Client");
            pki.issuing()
                .issue(&template.valid(before(pki.now(), DAY * 91), before(pki.now(), DAY)))
                .map(Some)
        }),
        refused(
            "client-cert-wrong-eku-tls13",
            "TLS 1.3: a client certificate that is for servers",
            43,
            |pki| {
                let template = Template::client(pki.now(), "Server in Disguise").with_extensions(vec![
                    key_usage(&[DIGITAL_SIGNATURE]),
                    extended_key_usage(&[oids::SERVER_AUTH]),
                    basic_constraints(false, None),
                ]);
                pki.issuing().issue(&template).map(Some)
            },
        ),
    ]
}

/// How long after the handshake a server that is late judges the client's certificate.
const LATE: Duration = Duration::from_millis(400);

/// Servers whose verdict comes after the handshake, as far as the client can see, or never.
fn judged_late() -> [Scenario; 3] {
    let row = |case: &str, shows, expect: Expect, has_client: bool, is_silent: bool| {
        Scenario::new(Protocol::Ssl, format!("tls-handshake/{case}"), shows, expect, move |lab| {
            let server =
                Server::new(lab.pki().good())?.only(&TLS13).clients(lab.pki().root(), lab.pki().now());
            let mut config = server.config()?.as_ref().clone();
            if is_silent {
                config.send_tls13_tickets = 0;
            }
            let config = Arc::new(config);
            let address = peer::tcp(lab, move |stream| judge_late(stream, Arc::clone(&config)))?;
            let mut fields = trusting(&[lab.pki().ca_pem()]);
            if has_client {
                let client = lab.pki().client()?;
                fields.insert("client_cert".to_owned(), json!(client.certificate_pem()));
                fields.insert("client_key".to_owned(), json!(client.key_pem()));
            }
            Ok(ssl_peer(address, fields, &[]))
        })
    };
    let warned = Expect::pass().saying("it may still refuse it");
    [
        row(
            "client-cert-absent-late",
            "TLS 1.3: the refusal comes 400 ms after the handshake",
            alert(116),
            false,
            false,
        ),
        row(
            "client-cert-accepted-late",
            "TLS 1.3: the session tickets come 400 ms after the handshake",
            Expect::pass().omitting("may still refuse"),
            true,
            false,
        ),
        row("client-cert-no-verdict", "TLS 1.3: a server that sends no session ticket", warned, true, true),
    ]
}

/// A TLS 1.3 server that sends nothing for a while after the client's last flight.
async fn judge_late(mut stream: TcpStream, config: Arc<ServerConfig>) {
    let mut chunk = [0; 4096];
    let Ok(mut connection) = ServerConnection::new(config) else { return };
    let mut has_answered = false;
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        let mut read = chunk.get(..count).unwrap_or_default();
        let mut outcome = Ok(());
        while !read.is_empty() && outcome.is_ok() {
            outcome = connection
                .read_tls(&mut read)
                .and_then(|_| connection.process_new_packets().map(drop).map_err(io::Error::other));
        }
        let mut answer = Vec::new();
        while connection.wants_write() && connection.write_tls(&mut answer).is_ok() {}
        if has_answered && !answer.is_empty() {
            tokio::time::sleep(LATE).await;
        }
        has_answered |= !answer.is_empty();
        if stream.write_all(&answer).await.is_err() || outcome.is_err() {
            break;
        }
    }
    finish(stream).await;
}

/// Refuses a client without a certificate as most TLS 1.2 servers do: RFC 5246 section 7.4.6 wants
/// `handshake_failure`, where rustls would send TLS 1.3's `certificate_required`.
async fn handshake_failure(mut stream: TcpStream, config: Arc<ServerConfig>) {
    if shake_hands(&mut stream, config).await.is_err() {
        let _ = stream.write_all(&script::alert(TLS_1_2, 2, HANDSHAKE_FAILURE)).await;
    }
    finish(stream).await;
}

/// A server's handshake up to its end or its first error, whose alert is not sent.
async fn shake_hands(stream: &mut TcpStream, config: Arc<ServerConfig>) -> io::Result<()> {
    let mut connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut chunk = [0; 4096];
    while connection.is_handshaking() {
        let count = stream.read(&mut chunk).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut read = chunk.get(..count).unwrap_or_default();
        while !read.is_empty() {
            connection.read_tls(&mut read)?;
            connection.process_new_packets().map_err(io::Error::other)?;
        }
        let mut answer = Vec::new();
        while connection.wants_write() {
            connection.write_tls(&mut answer)?;
        }
        stream.write_all(&answer).await?;
    }
    Ok(())
}
