//! Name servers behind TLS, HTTPS and QUIC.

use super::wire::{A, Asked, a, record};
use crate::pki::{Identity, Pki, Server};
use crate::protocol::expectations::{closed_early, timeout};
use crate::{Expect, Lab, LabError, Peer, Scenario, peer};
use bytes::Bytes;
use faultfinder_taxonomy::{Code, Phase, Protocol, VerifyCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// The name in the servers' certificates.
const NAME: &str = "dns.lab.test";
/// Most bytes of a question.
const QUESTION_BYTES_MAX: usize = 4096;
/// `DOQ_INTERNAL_ERROR` and `DOQ_PROTOCOL_ERROR` (RFC 9250 section 4.3).
const DOQ_INTERNAL_ERROR: u32 = 1;
const DOQ_PROTOCOL_ERROR: u32 = 2;

/// Who the server says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identified {
    Well,
    /// Its certificate has expired.
    Expired,
    /// Its certificate is for another name.
    AsAnother,
}

/// What it does with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Answer,
    /// It closes the connection.
    Close,
    /// It says nothing.
    Nothing,
    /// It sends bytes that are not a message.
    Garbage,
    /// It answers with this HTTP status.
    Status(u16),
    /// It answers with JSON.
    Json,
    /// It breaks off the stream of QUIC.
    ResetStream,
    /// It says nonsense instead of the beginning of an answer.
    NotHttp,
}

pub(super) fn scenarios() -> Vec<Scenario> {
    [dot(), doh(), doq(), resolvers()].into_iter().flatten().collect()
}

fn identity(pki: &Pki, who: Identified) -> Result<Identity, LabError> {
    match who {
        Identified::Well => pki.leaf(&[NAME]),
        Identified::Expired => pki.expired(),
        Identified::AsAnother => pki.leaf(&["another.lab.test"]),
    }
}

fn trusting(pki: &Pki) -> Value {
    json!({ "roots": "none", "ca": [pki.ca_pem()], "server_name": NAME })
}

fn test(lab: &Lab, transport: &str, server: SocketAddr, timeout: Option<&str>) -> Peer {
    let mut dns = json!({
        "name": super::case::NAME, "server": server.ip(), "port": server.port(), "transport": transport,
        "tls": trusting(lab.pki()),
    });
    if let (Some(fields), Some(timeout)) = (dns.as_object_mut(), timeout) {
        fields.insert("timeout".to_owned(), Value::from(timeout));
    }
    Peer::new(server.to_string(), json!({ "dns": dns, "assert": ["every A record is 192.0.2.1"] }))
}

fn scenario(
    transport: &'static str,
    case: &str,
    shows: &'static str,
    expect: Expect,
    timeout: Option<&'static str>,
    serve: impl Fn(&Lab) -> Result<SocketAddr, LabError> + Send + Sync + 'static,
) -> Scenario {
    let id = format!("dns/{transport}-{case}");
    Scenario::new(Protocol::Dns, id, shows, expect, move |lab| Ok(test(lab, transport, serve(lab)?, timeout)))
}

fn verify(code: VerifyCode) -> Expect {
    Expect::fault(Code::Ssl, Phase::Tls, json!({"kind": "verify", "name": code.as_str(), "depth": 0}))
}

fn refused() -> Expect {
    Expect::fault(Code::Dns, Phase::Connect, json!({"kind": "dns", "name": "CONNECTION_REFUSED"}))
}

fn ended_somehow() -> Expect {
    Expect::fault(Code::ConnReset, Phase::Resolve, json!({"kind": "errno"}))
}

fn verdict(name: &str) -> Expect {
    Expect::fault(Code::Dns, Phase::Resolve, json!({"kind": "dns", "name": name, "alias": "EBADRESP"}))
}

/// Long enough for a handshake on a machine that has much to do.
const BRIEF: Option<&str> = Some("2s");

fn dot() -> Vec<Scenario> {
    let over = |case: &str, shows, expect, timeout, who, does| {
        scenario("dot", case, shows, expect, timeout, move |lab| serve_dot(lab, who, does))
    };
    use {Does as D, Identified as I};
    let not_tls =
        Expect::fault(Code::Ssl, Phase::Tls, json!({"kind": "tls", "name": "wrong_version_number"}));
    vec![
        over("ok", "a question over TLS", Expect::pass(), None, I::Well, D::Answer),
        over(
            "expired",
            "a certificate that has expired",
            verify(VerifyCode::CertHasExpired),
            None,
            I::Expired,
            D::Answer,
        ),
        over(
            "name",
            "a certificate for another name",
            verify(VerifyCode::HostnameMismatch),
            None,
            I::AsAnother,
            D::Answer,
        ),
        over(
            "fin",
            "the connection closed after the question",
            closed_early(Phase::Resolve),
            None,
            I::Well,
            D::Close,
        ),
        over("garbage", "an answer that is none", verdict("MALFORMED"), None, I::Well, D::Garbage),
        over("silent", "no answer", timeout(Phase::Resolve), BRIEF, I::Well, D::Nothing),
        scenario("dot", "refused", "nobody listens", refused(), None, peer::closed_tcp),
        scenario("dot", "plain", "plain text on the port of TLS", not_tls, None, |lab| {
            peer::tcp(lab, |mut stream| async move {
                let _ = stream.write_all(b"220 this is not TLS\r\n").await;
                peer::drain(&mut stream).await;
            })
        }),
    ]
}

fn doh() -> Vec<Scenario> {
    let over = |case: &str, shows, expect, timeout, alpn: &'static str, who, does| {
        scenario("doh", case, shows, expect, timeout, move |lab| serve_doh(lab, alpn, who, does))
    };
    use {Does as D, Identified as I};
    let mut scenarios = vec![
        scenario("doh", "refused", "nobody listens", refused(), None, peer::closed_tcp),
        over(
            "expired",
            "a certificate that has expired",
            verify(VerifyCode::CertHasExpired),
            None,
            "h2",
            I::Expired,
            D::Answer,
        ),
        over(
            "h1-not-http",
            "an answer that is not HTTP",
            verdict("MALFORMED"),
            None,
            "http/1.1",
            I::Well,
            D::NotHttp,
        ),
    ];
    for (prefix, alpn) in [("", "h2"), ("h1-", "http/1.1")] {
        let case = |name: &str| format!("{prefix}{name}");
        for (name, shows, expect, timeout, does) in [
            ("ok", "a question over HTTPS", Expect::pass(), None, D::Answer),
            ("404", "an HTTP status that is not 200", verdict("HTTP_STATUS"), None, D::Status(404)),
            ("429", "an HTTP status that asks to come later", verdict("HTTP_STATUS"), None, D::Status(429)),
            ("json", "a body of another content type", verdict("CONTENT_TYPE"), None, D::Json),
            ("garbage", "a body that is not a message", verdict("MALFORMED"), None, D::Garbage),
            // Whether it is a FIN or a RST depends on what the client has sent meanwhile.
            ("end", "the connection ended after the question", ended_somehow(), None, D::Close),
            ("silent", "no answer", timeout(Phase::Resolve), BRIEF, D::Nothing),
        ] {
            scenarios.push(over(&case(name), shows, expect, timeout, alpn, I::Well, does));
        }
    }
    scenarios.push(Scenario::new(
        Protocol::Dns,
        "dns/doh-url",
        "a server that is given as a URL",
        Expect::pass(),
        |lab| {
            let server = serve_doh(lab, "h2", Identified::Well, Does::Answer)?;
            let mut tls = trusting(lab.pki());
            if let Some(fields) = tls.as_object_mut() {
                fields.remove("server_name");
            }
            let url = format!("https://{NAME}:{}/dns-query{{?dns}}", server.port());
            let dns = json!({
                "name": super::case::NAME, "server": url, "tls": tls, "resolve": { NAME: server.ip() },
            });
            Ok(Peer::new(url, json!({ "dns": dns })))
        },
    ));
    scenarios
}

fn doq() -> Vec<Scenario> {
    let over = |case: &str, shows, expect, timeout, alpn: &'static str, who, does| {
        scenario("doq", case, shows, expect, timeout, move |lab| serve_doq(lab, alpn, who, does))
    };
    let quic = |code: Code, name: &str, number: u32, scope: &str| {
        let detail = json!({"kind": "quic", "name": name, "number": number, "scope": scope});
        Expect::fault(code, Phase::Resolve, detail)
    };
    use {Does as D, Identified as I};
    let no_protocol =
        Expect::fault(Code::Ssl, Phase::Tls, json!({"kind": "tls", "name": "no_application_protocol"}));
    let reset = quic(Code::ConnReset, "DOQ_INTERNAL_ERROR", DOQ_INTERNAL_ERROR, "RESET_STREAM");
    let closed = quic(Code::ConnReset, "DOQ_PROTOCOL_ERROR", DOQ_PROTOCOL_ERROR, "CONNECTION_CLOSE");
    vec![
        over("ok", "a question over QUIC", Expect::pass(), None, "doq", I::Well, D::Answer),
        over(
            "expired",
            "a certificate that has expired",
            verify(VerifyCode::CertHasExpired),
            None,
            "doq",
            I::Expired,
            D::Answer,
        ),
        over("alpn", "a server that speaks HTTP/3 alone", no_protocol, None, "h3", I::Well, D::Answer),
        over(
            "reset",
            "the stream broken off after the question",
            reset,
            None,
            "doq",
            I::Well,
            D::ResetStream,
        ),
        over("close", "the connection closed after the question", closed, None, "doq", I::Well, D::Close),
        over("garbage", "an answer that is none", verdict("MALFORMED"), None, "doq", I::Well, D::Garbage),
        over("silent", "no answer", timeout(Phase::Resolve), BRIEF, "doq", I::Well, D::Nothing),
        scenario("doq", "refused", "nobody listens", refused(), None, peer::closed_udp),
    ]
}

/// Name servers with TLS that another protocol's test resolves its host with.
fn resolvers() -> Vec<Scenario> {
    let row = |transport: &'static str, case: &str, shows, expect, who| {
        let id = format!("dns/resolver-{transport}-{case}");
        Scenario::new(Protocol::Tcp, id, shows, expect, move |lab| {
            let server = match transport {
                "dot" => serve_dot(lab, who, Does::Answer)?,
                "doh" => serve_doh(lab, "h2", who, Does::Answer)?,
                _ => serve_doq(lab, "doq", who, Does::Answer)?,
            };
            let target = peer::silent_tcp(lab)?;
            let resolver = json!({
                "server": server.ip(), "port": server.port(), "transport": transport, "tls": trusting(lab.pki()),
            });
            let tcp =
                json!({ "host": "local.zone.test", "port": target.port(), "resolver": resolver, "ip": "4" });
            Ok(Peer::new(server.to_string(), json!({ "tcp": tcp })))
        })
    };
    let failed = || Expect::fault(Code::Dns, Phase::Resolve, json!({"kind": "dns", "name": "TLS_FAILED"}));
    use Identified as I;
    vec![
        row("dot", "ok", "a name resolved over TLS", Expect::pass(), I::Well),
        row("doh", "ok", "a name resolved over HTTPS", Expect::pass(), I::Well),
        row("doq", "ok", "a name resolved over QUIC", Expect::pass(), I::Well),
        row("dot", "expired", "a resolver whose certificate has expired", failed(), I::Expired),
        row("doh", "expired", "a resolver over HTTPS whose certificate has expired", failed(), I::Expired),
        row("doq", "expired", "a resolver over QUIC whose certificate has expired", failed(), I::Expired),
    ]
}

/// The message that answers: `local...` is on this host.
fn answer(question: &[u8], does: Does) -> Vec<u8> {
    let Some(asked) = Asked::read(question) else { return Vec::new() };
    match (does, asked.record_type()) {
        (Does::Garbage, _) => vec![0xff; 7],
        (_, A) if asked.question.starts_with(b"\x05local") => asked.answer(&[record(A, 60, &[127, 0, 0, 1])]),
        (_, A) => asked.answer(&[a()]),
        _ => asked.answer(&[]),
    }
}

/// A message with its length before it.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], message].concat()
}

fn serve_dot(lab: &Lab, who: Identified, does: Does) -> Result<SocketAddr, LabError> {
    let config = identity(lab.pki(), who)?.server_config(&[])?;
    peer::tls(lab, config, move |mut stream| async move {
        loop {
            let Ok(length) = stream.read_u16().await else { return };
            let mut question = vec![0_u8; usize::from(length).min(QUESTION_BYTES_MAX)];
            if stream.read_exact(&mut question).await.is_err() {
                return;
            }
            match does {
                Does::Nothing => return peer::drain(&mut stream).await,
                Does::Close => {
                    let _ = stream.shutdown().await;
                    return;
                }
                _ => {
                    let _ = stream.write_all(&framed(&answer(&question, does))).await;
                    let _ = stream.flush().await;
                }
            }
        }
    })
}

fn serve_doh(lab: &Lab, alpn: &'static str, who: Identified, does: Does) -> Result<SocketAddr, LabError> {
    let config = identity(lab.pki(), who)?.server_config(&[alpn])?;
    peer::tls(lab, config, move |stream| async move {
        if alpn == "h2" { http2(stream, does).await } else { http1(stream, does).await }
    })
}

/// Status, content type and body.
fn reply(question: &[u8], does: Does) -> (u16, &'static str, Vec<u8>) {
    match does {
        Does::Status(status) => (status, "text/plain", b"not here\n".to_vec()),
        Does::Json => (200, "application/dns-json", b"{\"Status\":0}".to_vec()),
        _ => (200, "application/dns-message", answer(question, does)),
    }
}

async fn http2(stream: TlsStream<TcpStream>, does: Does) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let mut body = request.into_body();
        let mut question = Vec::new();
        // The connection is driven by `accept`; the question comes with its head, as far as the client sends both at
        // once, so it is polled beside it.
        while question.len() < QUESTION_BYTES_MAX && !body.is_end_stream() {
            tokio::select! {
                chunk = body.data() => match chunk {
                    Some(Ok(chunk)) => question.extend_from_slice(&chunk),
                    _ => break,
                },
                _ = std::future::poll_fn(|context| connection.poll_closed(context)) => return,
            }
        }
        match does {
            Does::Close => return,
            Does::Nothing => {
                let _ = std::future::poll_fn(|context| connection.poll_closed(context)).await;
                return;
            }
            _ => {
                let (status, media, body) = reply(&question, does);
                let head = http::Response::builder().status(status).header("content-type", media).body(());
                let Ok(head) = head else { return };
                if let Ok(mut send) = respond.send_response(head, false) {
                    let _ = send.send_data(Bytes::from(body), true);
                }
            }
        }
    }
}

async fn http1(mut stream: TlsStream<TcpStream>, does: Does) {
    loop {
        let Some(question) = read_post(&mut stream).await else { return };
        match does {
            Does::Close => {
                let _ = stream.shutdown().await;
                return;
            }
            Does::Nothing => return peer::drain(&mut stream).await,
            Does::NotHttp => {
                let _ = stream.write_all(b"220 this is not HTTP\r\n\r\n").await;
                return peer::drain(&mut stream).await;
            }
            _ => {}
        }
        let (status, media, body) = reply(&question, does);
        let head =
            format!("HTTP/1.1 {status} X\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\r\n", body.len());
        let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
        let _ = stream.flush().await;
    }
}

/// The body of a POST.
async fn read_post(stream: &mut TlsStream<TcpStream>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let head_end = bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
        if let Some(at) = head_end {
            let head = String::from_utf8_lossy(bytes.get(..at)?).to_ascii_lowercase();
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())?;
            if bytes.len() >= at + length {
                return bytes.get(at..at + length).map(<[u8]>::to_vec);
            }
        }
        let mut chunk = [0_u8; 2048];
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(chunk.get(..count)?);
        if bytes.len() > peer::REQUEST_BYTES_MAX {
            return None;
        }
    }
}

fn serve_doq(lab: &Lab, alpn: &'static str, who: Identified, does: Does) -> Result<SocketAddr, LabError> {
    let identity = identity(lab.pki(), who)?;
    let config = Server::new(&identity)?.alpn(&[alpn]).only(&rustls::version::TLS13).config()?;
    peer::quic(lab, config, move |connection| streams(connection, does))
}

async fn streams(connection: quinn::Connection, does: Does) {
    while let Ok((mut send, mut receive)) = connection.accept_bi().await {
        let Ok(question) = receive.read_to_end(QUESTION_BYTES_MAX).await else { continue };
        match does {
            Does::Close => connection.close(quinn::VarInt::from_u32(DOQ_PROTOCOL_ERROR), b"no"),
            Does::ResetStream => {
                let _ = send.reset(quinn::VarInt::from_u32(DOQ_INTERNAL_ERROR));
            }
            Does::Nothing => {
                connection.closed().await;
                return;
            }
            _ => {
                let message = answer(question.get(2..).unwrap_or_default(), does);
                let _ = send.write_all(&framed(&message)).await;
                let _ = send.finish();
            }
        }
    }
}
