//! Connections that end, hang, or are never made; and peers that do not speak HTTP/2.

use super::super::dns;
use super::case::{Site, impatient, scenario, status, status_in};
use super::streams::{half, head, whole};
use super::wire::plain;
use crate::protocol::block::resolver;
use crate::protocol::expectations::{errno, name_missing, overall_timeout, timeout};
use crate::protocol::http::frame::{INITIAL_WINDOW_SIZE, MAX_CONCURRENT_STREAMS, data, headers, last_data};
use crate::protocol::http::{Answer, Greeting, Script, serve_http2};
use crate::{Expect, Lab, LabError, Scenario, peer};
use faultfinder_taxonomy::{Code, GrpcStatus, Phase};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::AsyncWriteExt as _;

/// Case, what it shows, what must come of it, and the answer.
type Ended = (&'static str, &'static str, fn() -> Expect, Answer);

const ENDED: &[Ended] = &[
    (
        "tcp-fin-no-response",
        "FIN instead of an answer",
        || closed_early(Phase::Wait),
        |_| Script::new().fin(),
    ),
    ("tcp-fin-mid-message", "FIN inside a message", || closed_early(Phase::Receive), |id| half(id).fin()),
    (
        "tcp-fin-before-trailers",
        "FIN after the message",
        || closed_early(Phase::Trailers),
        |id| head(id).then(data(id, &plain(b"\x08\x01"))).fin(),
    ),
    ("tcp-rst-no-response", "RST instead of an answer", || reset(Phase::Wait), |_| Script::new().reset()),
    ("tcp-rst-mid-message", "RST inside a message", || reset(Phase::Receive), |id| half(id).reset()),
];

const SILENT: &[Ended] = &[
    ("hang", "no answer at all", || timeout(Phase::Wait), |_| Script::new().hang()),
    ("hang-after-headers", "a head, and then silence", || timeout(Phase::Receive), |id| head(id).hang()),
    (
        "hang-mid-message",
        "half of a message, and then silence",
        || timeout(Phase::Receive),
        |id| half(id).hang(),
    ),
    (
        "hang-before-trailers",
        "a message, and no trailers",
        || timeout(Phase::Trailers),
        |id| head(id).then(data(id, &plain(b"\x08\x01"))).hang(),
    ),
];

fn closed_early(phase: Phase) -> Expect {
    errno(Code::ConnReset, phase, "premature-close")
}

fn reset(phase: Phase) -> Expect {
    errno(Code::ConnReset, phase, "ECONNRESET")
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let answered = |(case, shows, expect, answer): (&'static str, &'static str, fn() -> Expect, Answer),
                    fields| {
        scenario(case, shows, expect(), fields, &[], move |lab| {
            serve_http2(lab, Greeting::settings(&[]), answer).map(Site::from)
        })
    };
    let ended = ENDED.iter().map(|row| answered(*row, json!({})));
    let silent = SILENT.iter().map(|row| answered(*row, impatient()));
    ended.chain(silent).chain(connections()).chain(strangers()).chain(names()).collect()
}

fn connections() -> Vec<Scenario> {
    vec![
        scenario(
            "ok",
            "a server that is well",
            Expect::pass(),
            json!({}),
            &["grpc_status is OK", "health is SERVING", "jsonpath $.status is SERVING"],
            |lab| serve_http2(lab, Greeting::settings(&[]), whole).map(Site::from),
        ),
        scenario(
            "refused",
            "a port that refuses connections",
            errno(Code::ConnRefused, Phase::Connect, "ECONNREFUSED"),
            json!({}),
            &[],
            peer::closed_tcp,
        ),
        scenario(
            "unanswered",
            "a port that answers no SYN",
            timeout(Phase::Connect).showing("\"unanswered\":[\"127.0.0.1:"),
            impatient(),
            &[],
            peer::full_tcp,
        ),
        scenario(
            "no-settings-hang",
            "a server that accepts and says nothing",
            timeout(Phase::Wait),
            impatient(),
            &[],
            |lab| serve_http2(lab, Greeting::Silent, |_| Script::new().hang()).map(Site::from),
        ),
        scenario(
            "tls-server-fin",
            "a server that closes without a byte, as TLS servers do when they read plain HTTP/2",
            closed_early(Phase::Wait)
                .showing("check whether this port expects TLS, and if so remove `plaintext`"),
            json!({}),
            &[],
            |lab| serve_http2(lab, Greeting::Silent, |_| Script::new().fin()).map(Site::from),
        ),
        scenario(
            "initial-window-0",
            "a server that lets no byte of a message through",
            timeout(Phase::Send).saying(
                "the server lets no request out within 1500 ms: its SETTINGS_INITIAL_WINDOW_SIZE is 0",
            ),
            impatient(),
            &[],
            |lab| {
                serve_http2(lab, Greeting::settings(&[(INITIAL_WINDOW_SIZE, 0)]), |_| Script::new().hang())
                    .map(Site::from)
            },
        ),
        scenario(
            "max-streams-0",
            "a server that lets no call through",
            timeout(Phase::Send).saying(
                "the server lets no request out within 1500 ms: its SETTINGS_MAX_CONCURRENT_STREAMS is 0",
            ),
            impatient(),
            &[],
            |lab| {
                serve_http2(lab, Greeting::settings(&[(MAX_CONCURRENT_STREAMS, 0)]), |_| Script::new().hang())
                    .map(Site::from)
            },
        ),
        scenario(
            "overall-timeout",
            "no answer within the attempt's time",
            overall_timeout(Phase::Wait),
            json!({ "overall_timeout": "1500ms" }),
            &[],
            |lab| serve_http2(lab, Greeting::settings(&[]), |_| Script::new().hang()).map(Site::from),
        ),
    ]
}

/// Peers that do not speak HTTP/2.
fn strangers() -> Vec<Scenario> {
    let says = |lab: &Lab, bytes: &'static [u8]| {
        peer::tcp(lab, move |mut stream| async move {
            let mut request = [0; 24];
            let _ = tokio::io::AsyncReadExt::read_exact(&mut stream, &mut request).await;
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
            peer::drain(&mut stream).await;
        })
    };
    vec![
        scenario(
            "http1-server",
            "a server that speaks HTTP/1.1 only",
            status_in(Phase::Wait, GrpcStatus::Unavailable).saying("HTTP/1"),
            json!({}),
            &[],
            move |lab| {
                says(lab, b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            },
        ),
        scenario(
            "garbage",
            "bytes that are not HTTP/2",
            Expect::fault(Code::Http2, Phase::Wait, json!({ "kind": "h2", "scope": "local" })),
            json!({}),
            &[],
            move |lab| says(lab, b"220 mx.zone.test ESMTP is ready for you\r\n"),
        ),
        scenario(
            "plaintext-to-tls",
            "a TLS server that is spoken to without TLS",
            Expect::fault(Code::Http2, Phase::Wait, json!({ "kind": "h2", "name": "PROTOCOL_ERROR" }))
                .saying("uses TLS"),
            json!({}),
            &[],
            |lab| peer::tls(lab, lab.pki().server_config(&["h2"])?, |_| async {}),
        ),
        scenario(
            "bad-frame",
            "DATA on stream 0 in the middle of an answer",
            Expect::fault(Code::Http2, Phase::Receive, json!({ "kind": "h2", "scope": "local" })),
            json!({}),
            &[],
            |lab| {
                serve_http2(lab, Greeting::settings(&[]), |id| half(id).pause(50).then(data(0, b"x")))
                    .map(Site::from)
            },
        ),
        scenario(
            "http-502-page-later",
            "a proxy's page that comes behind its head",
            status_in(Phase::Wait, GrpcStatus::Unavailable).showing("a page of the proxy"),
            json!({}),
            &[],
            |lab| {
                serve_http2(lab, Greeting::settings(&[]), |id| {
                    let head = headers(id, &[(":status", "502"), ("content-type", "text/html")]);
                    Script::new().then(head).pause(50).then(last_data(id, b"a page of the proxy"))
                })
                .map(Site::from)
            },
        ),
        scenario(
            "rst-after-status",
            "a full answer with a status, after which the connection is reset",
            status(GrpcStatus::Internal),
            json!({}),
            &[],
            |lab| {
                serve_http2(lab, Greeting::settings(&[]), |id| {
                    let trailers = [("grpc-status", "13")];
                    head(id).then(crate::protocol::http::frame::last_headers(id, &trailers)).reset()
                })
                .map(Site::from)
            },
        ),
    ]
}

/// Host names.
fn names() -> Vec<Scenario> {
    let asking =
        |names: SocketAddr| -> Value { json!({ "host": "grpc.zone.test", "resolver": resolver(names) }) };
    let by_name = move |case: &str,
                        shows: &'static str,
                        expect: Expect,
                        fields: Value,
                        names: fn(&Lab) -> Result<SocketAddr, LabError>| {
        scenario(case, shows, expect, fields, &[], move |lab| {
            let server = serve_http2(lab, Greeting::settings(&[]), whole)?;
            Ok(Site::from(server).with(asking(names(lab)?)))
        })
    };
    vec![
        by_name("dns-nxdomain", "a host name that does not exist", name_missing(), json!({}), dns::missing),
        by_name(
            "dns-hang",
            "a name server that says nothing, and the request's time ends first",
            timeout(Phase::Resolve),
            impatient(),
            dns::silent,
        ),
        by_name(
            "dns-ok",
            "a host name that the lab's name server knows",
            Expect::pass(),
            json!({}),
            dns::dual_stack,
        ),
    ]
}
