//! Answers that open nothing.

use super::case::{Row, not_opened};
use super::server::{Act, accept, accept_over, status};
use crate::Expect;
use crate::protocol::expectations::{closed_early, reset, timeout};
use crate::protocol::http::{Request, Script};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

/// Case, what it shows, and the answer.
type Refusal = (&'static str, &'static str, &'static str, fn(&Request) -> Script);

const REFUSALS: &[Refusal] = &[
    ("http-200", "200: a web page where a WebSocket should be", "200", |_| {
        status("200 OK", "Content-Type: text/html\r\n", "<h1>It works</h1>")
    }),
    ("http-301", "a redirect instead of an upgrade", "301", |_| {
        status("301 Moved Permanently", "Location: wss://shop.lab.test/feed\r\n", "")
    }),
    ("http-401", "401 to a test without credentials", "401", |_| {
        status("401 Unauthorized", "WWW-Authenticate: Bearer\r\n", "")
    }),
    ("http-403", "403, with the reason in the body", "403", |_| {
        status("403 Forbidden", "Content-Type: application/json\r\n", r#"{"error":"origin not allowed"}"#)
    }),
    ("http-404", "nothing at this path", "404", |_| status("404 Not Found", "", "")),
    ("http-429", "too many handshakes", "429", |_| status("429 Too Many Requests", "Retry-After: 5\r\n", "")),
    ("http-502", "a proxy whose back end is gone", "502", |_| {
        status("502 Bad Gateway", "Server: lab\r\n", "")
    }),
    ("http-503", "an overloaded server", "503", |_| status("503 Service Unavailable", "", "")),
    ("http-400-endless", "an error page that never ends", "400", |_| {
        Script::new()
            .then("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\n")
            .forever("all wrong ", 5)
    }),
];

/// Tests whose redirects are followed, and where they end.
fn followed() -> Vec<Row> {
    let on = || json!({ "follow_redirects": true, "max_redirects": 3 });
    let nowhere = not_opened("Unexpected server response: 404").saying("after 1 redirect from ws://");
    vec![
        Row::acting(
            "redirect-followed",
            "a redirect to the path that opens",
            Expect::pass(),
            Act::Answer(|request| match request.target.as_str() {
                "/opened" => accept(request, ""),
                _ => status("307 Temporary Redirect", "Location: /opened\r\n", ""),
            }),
        )
        .with(on())
        .assert(&["url ends with /opened", "redirect_time > 0 ms"]),
        Row::acting(
            "redirect-to-silence",
            "a redirect to where nobody answers",
            timeout(Phase::Open).saying("after 1 redirect from ws://"),
            Act::Answer(|request| match request.target.as_str() {
                "/silent" => Script::new().hang(),
                _ => status("308 Permanent Redirect", "Location: /silent\r\n", ""),
            }),
        )
        .with(json!({ "follow_redirects": true, "timeout": "1500ms" })),
        Row::acting(
            "redirect-endless",
            "redirects in a circle",
            too_many(),
            Act::Answer(|_| status("302 Found", "Location: /again\r\n", "")),
        )
        .with(on()),
        Row::acting(
            "redirect-to-404",
            "a redirect to where nothing is",
            nowhere,
            Act::Answer(|request| match request.target.as_str() {
                "/gone" => status("404 Not Found", "", ""),
                _ => status("301 Moved Permanently", "Location: /gone\r\n", ""),
            }),
        )
        .with(on()),
    ]
}

/// More redirects than the test permits.
fn too_many() -> Expect {
    let detail = json!({ "kind": "http", "name": "ERR_TOO_MANY_REDIRECTS" });
    Expect::fault(Code::TooManyRedirects, Phase::Open, detail)
}

/// Case, what it shows, the rule that is broken, and the answer.
type Wrong = (&'static str, &'static str, &'static str, fn(&Request) -> Script);

const WRONG: &[Wrong] = &[
    (
        "missing-accept",
        "101 without a proof that the key was read",
        "Invalid Sec-WebSocket-Accept header",
        |_| switching("Upgrade: websocket\r\nConnection: Upgrade\r\n"),
    ),
    ("wrong-accept", "101 with the proof for another key", "Invalid Sec-WebSocket-Accept header", |_| {
        switching(
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
        )
    }),
    ("wrong-upgrade", "101 to another protocol", "Invalid Upgrade header", |_| {
        switching("Upgrade: h2c\r\nConnection: Upgrade\r\n")
    }),
    ("missing-upgrade", "101 to no protocol at all", "Invalid Upgrade header", |_| {
        switching("Connection: Upgrade\r\n")
    }),
    ("missing-connection", "101 on a connection that is not upgraded", "Invalid Connection header", |_| {
        switching("Upgrade: websocket\r\nConnection: keep-alive\r\n")
    }),
];

/// 101 with these lines.
fn switching(lines: &str) -> Script {
    Script::new().then(format!("HTTP/1.1 101 Switching Protocols\r\n{lines}\r\n")).hang()
}

pub(super) fn rows() -> Vec<Row> {
    let refusals = REFUSALS.iter().map(|&(case, shows, status, answer)| {
        let name = format!("Unexpected server response: {status}");
        Row::acting(case, shows, not_opened(&name), Act::Answer(answer))
    });
    let wrong = WRONG
        .iter()
        .map(|&(case, shows, name, answer)| Row::acting(case, shows, not_opened(name), Act::Answer(answer)));
    refusals
        .chain([envelope(), other_version()])
        .chain(followed())
        .chain(wrong)
        .chain(good())
        .chain(broken())
        .collect()
}

/// A server that speaks older versions of the protocol (RFC 6455 section 4.2.2).
fn other_version() -> Row {
    Row::acting(
        "http-426",
        "another version of the protocol is wanted",
        not_opened("Unexpected server response: 426")
            .showing("the server speaks other versions of the WebSocket protocol than 13")
            .showing("sec-websocket-version: 7"),
        Act::Answer(|_| status("426 Upgrade Required", "Sec-WebSocket-Version: 7\r\n", "")),
    )
}

/// The platform's error envelope instead of an upgrade.
fn envelope() -> Row {
    Row::acting(
        "http-503-envelope",
        "an overloaded server that says so in the platform's error envelope",
        not_opened("Unexpected server response: 503").saying("the API says: The service is overloaded."),
        Act::Answer(|_| {
            status(
                "503 Service Unavailable",
                "Content-Type: application/json\r\nRetry-After: 1\r\n",
                r#"{"error":{"code":503,"message":"The service is overloaded.","retryAfterSeconds":1}}"#,
            )
        }),
    )
}

/// Answers that look odd and are good.
fn good() -> Vec<Row> {
    let pass = Expect::pass;
    vec![
        Row::acting(
            "early-hints",
            "an interim answer before 101",
            pass(),
            Act::Answer(|request| {
                Script::new()
                    .then("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
                    .then_all(accept(request, ""))
            }),
        )
        .assert(&["status is 101"]),
        Row::acting(
            "connection-list",
            "a connection header with several tokens, in any case",
            pass(),
            Act::Answer(|request| accept_over(request, "keep-alive, upgrade", "X-Served-By: lab\r\n")),
        )
        .assert(&["header x-served-by is lab"]),
        Row::acting(
            "status-asserted",
            "a handshake that must be refused, and is",
            pass(),
            Act::Answer(|_| status("403 Forbidden", "", "")),
        )
        .assert(&["status is 403"]),
    ]
}

/// Responses that are not HTTP, and connections that end before there is one.
fn broken() -> Vec<Row> {
    let malformed = |rule: &str| {
        Expect::fault(Code::MalformedResponse, Phase::Open, json!({ "kind": "http", "name": rule }))
    };
    let too_large = Expect::fault(
        Code::HeaderTooLarge,
        Phase::Open,
        json!({ "kind": "http", "name": "HPE_HEADER_OVERFLOW" }),
    );
    vec![
        Row::acting(
            "malformed-response",
            "an answer that is not HTTP, then silence",
            malformed("HPE_INVALID_CONSTANT"),
            Act::Answer(|_| Script::new().then("SSH-2.0-OpenSSH_9.9\r\n").hang()),
        ),
        Row::acting(
            "malformed-header",
            "a space between a header's name and its colon",
            malformed("HPE_INVALID_HEADER_TOKEN"),
            Act::Answer(|_| switching("Upgrade : websocket\r\n")),
        ),
        Row::acting(
            "header-too-large",
            "an answer with 80 KiB of headers",
            too_large,
            Act::Answer(|_| {
                Script::new()
                    .then("HTTP/1.1 101 Switching Protocols\r\n")
                    .times(20, format!("X-Padding: {}\r\n", "x".repeat(4096)))
                    .hang()
            }),
        ),
        Row::acting(
            "rst-in-handshake",
            "RST instead of an answer",
            reset(Phase::Open),
            Act::Answer(|_| Script::new().reset()),
        ),
        Row::acting(
            "fin-in-handshake",
            "FIN instead of an answer",
            closed_early(Phase::Open)
                .showing("check whether this port expects TLS, and if so use a wss:// URL"),
            Act::Answer(|_| Script::new().fin()),
        ),
        Row::acting(
            "fin-mid-answer",
            "FIN in the middle of the answer",
            closed_early(Phase::Open),
            Act::Answer(|_| Script::new().then("HTTP/1.1 101 Switching Protocols\r\nUpgr").fin()),
        ),
    ]
}
