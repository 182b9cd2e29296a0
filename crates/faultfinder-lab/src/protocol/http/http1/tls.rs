//! https.

use super::answers::status;
use crate::peer;
use crate::pki::Identity;
use crate::protocol::http::expectations::{closed_early, reset, tls, verify};
use crate::protocol::http::row::{Row, Site};
use crate::protocol::http::script::Script;
use crate::protocol::http::secure::{self, Answers};
use crate::{Expect, Lab, LabError};
use faultfinder_taxonomy::Phase;
use rustls::{ServerConfig, ServerConnection};
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Case, what it shows, what a probe must say, and what comes instead of a ServerHello.
type Instead = (&'static str, &'static str, fn() -> Expect, fn() -> Script);

const INSTEAD: &[Instead] = &[
    (
        "tls-plaintext",
        "a server that speaks HTTP where TLS was wanted",
        || tls("wrong_version_number"),
        || status("400 Bad Request").fin(),
    ),
    ("tls-fin", "FIN instead of a ServerHello", || closed_early(Phase::Tls), || Script::new().fin()),
    ("tls-rst", "RST instead of a ServerHello", || reset(Phase::Tls), || Script::new().reset()),
];

/// Case, what it shows, what a probe must say, and the answer inside of TLS.
const BODIES: &[Instead] = &[
    ("tls-ok", "200 over TLS", Expect::pass, super::ok),
    (
        "tls-fin-mid-body",
        "close_notify and FIN inside the body",
        || closed_early(Phase::Receive),
        || half().fin(),
    ),
    (
        "tls-cut-mid-body",
        "FIN without close_notify inside the body",
        || closed_early(Phase::Receive),
        || half().cut(),
    ),
    ("tls-rst-mid-body", "RST inside the body, over TLS", || reset(Phase::Receive), || half().reset()),
    (
        "tls-cut-until-close",
        "FIN without close_notify where the end of the connection ends the body, as widely done",
        Expect::pass,
        || Script::new().then("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello").cut(),
    ),
];

/// A head and half of a body.
fn half() -> Script {
    Script::new().then("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
}

pub(super) fn rows() -> Vec<Row> {
    let instead = INSTEAD.iter().map(|&(case, shows, expect, script)| {
        Row::new(format!("http1/{case}"), shows, expect(), move |lab| {
            Ok(Site::new(format!("https://{}/", after_hello(lab, script)?)))
        })
    });
    let bodies = BODIES.iter().map(|&(case, shows, expect, script)| {
        let answers = Answers::http1(script);
        Row::new(format!("http1/{case}"), shows, expect(), move |lab| {
            secure::site(lab, &["http/1.1"], answers)
        })
        .assert(&["status is 200", "body contains hello"])
    });
    let alerted = Row::new(
        "http1/tls-alert-behind-answer",
        "a whole answer and a fatal alert in one segment",
        Expect::pass(),
        |lab| {
            let config = lab.pki().good().server_config(&[])?;
            let address = peer::tcp(lab, move |stream| answer_and_alert(stream, Arc::clone(&config)))?;
            Ok(Site::new(format!("https://{address}/")).with(secure::trusting(lab)))
        },
    )
    .assert(&["status is 200", "body is hello"]);
    instead.chain(bodies).chain(certificates()).chain([alerted]).collect()
}

/// Reads a request over TLS, and sends the answer together with an alert.
async fn answer_and_alert(mut stream: TcpStream, config: Arc<ServerConfig>) {
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    /// A record that cannot be decrypted: it makes the session send `bad_record_mac`.
    const NONSENSE: &[u8] = &[23, 3, 3, 0, 1, 0];
    let Ok(mut session) = ServerConnection::new(config) else { return };
    let (mut chunk, mut request) = ([0; 4096], Vec::new());
    while !request.ends_with(b"\r\n\r\n") {
        let Ok(count @ 1..) = stream.read(&mut chunk).await else { return };
        let mut read = chunk.get(..count).unwrap_or_default();
        while !read.is_empty() && session.read_tls(&mut read).is_ok() {
            if session.process_new_packets().is_err() {
                return;
            }
        }
        // It ends with "nothing more yet".
        let _ = session.reader().read_to_end(&mut request);
        if stream.write_all(&written(&mut session)).await.is_err() {
            return;
        }
    }
    let _ = session.writer().write_all(ANSWER);
    let mut nonsense = NONSENSE;
    let _ = session.read_tls(&mut nonsense);
    let _ = session.process_new_packets();
    let _ = stream.write_all(&written(&mut session)).await;
    let _ = stream.shutdown().await;
    peer::drain(&mut stream).await;
}

/// What a session wants to send.
fn written(session: &mut ServerConnection) -> Vec<u8> {
    let mut bytes = Vec::new();
    while session.wants_write() && session.write_tls(&mut bytes).is_ok() {}
    bytes
}

/// Certificates; the scenarios of the `ssl` probe have all the ways in which one can be wrong.
fn certificates() -> Vec<Row> {
    let row = |case: &str, shows, expect, identity: Make| {
        Row::new(format!("http1/{case}"), shows, expect, move |lab| {
            let address = secure::serve(lab, &identity(lab)?, &[], Answers::OK)?;
            Ok(Site::new(format!("https://{address}/")).with(secure::trusting(lab)))
        })
    };
    vec![
        row("tls-expired", "a certificate that has expired", verify("CERT_HAS_EXPIRED"), |lab| {
            lab.pki().expired()
        }),
        row(
            "tls-self-signed",
            "a certificate that signed itself",
            verify("DEPTH_ZERO_SELF_SIGNED_CERT"),
            |lab| lab.pki().self_signed(),
        ),
        row("tls-wrong-name", "a certificate for another name", verify("IP_ADDRESS_MISMATCH"), |lab| {
            lab.pki().leaf(&["other.lab.test"])
        }),
    ]
}

/// Makes a certificate.
type Make = fn(&Lab) -> Result<Identity, LabError>;

/// A server that plays this script once a ClientHello has begun to come.
fn after_hello(lab: &Lab, script: fn() -> Script) -> Result<SocketAddr, LabError> {
    /// A ClientHello comes in one piece of at most this size, or what is left of it is drained.
    const HELLO_BYTES: usize = 16 << 10;
    peer::tcp(lab, move |mut stream| async move {
        let mut hello = vec![0; HELLO_BYTES];
        let _ = stream.read(&mut hello).await;
        script().play(stream).await;
    })
}
