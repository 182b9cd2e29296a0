//! What the handshake agrees on: subprotocols, extensions, credentials, headers and cookies.

use super::case::{Row, not_opened};
use super::server::{Act, accept, status};
use crate::Expect;
use crate::protocol::http::{Request, Script};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    [subprotocols(), credentials(), sent()].into_iter().flatten().collect()
}

fn subprotocols() -> Vec<Row> {
    let offering = || json!({ "subprotocols": ["chat.v2", "chat.v1"] });
    let choosing_v1 = Act::Echo(|request| accept(request, "Sec-WebSocket-Protocol: chat.v1\r\n"));
    let compressing =
        Act::Echo(|request| accept(request, "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
    vec![
        Row::acting("ok-subprotocol", "a subprotocol that both speak", Expect::pass(), choosing_v1.clone())
            .with(offering())
            .assert(&["subprotocol is chat.v1"]),
        Row::acting(
            "subprotocol-unrequested",
            "a subprotocol that nobody offered",
            not_opened("Server sent a subprotocol but none was requested"),
            choosing_v1,
        ),
        Row::acting(
            "subprotocol-invalid",
            "another subprotocol than those that were offered",
            not_opened("Server sent an invalid subprotocol"),
            Act::Echo(|request| accept(request, "Sec-WebSocket-Protocol: mqtt\r\n")),
        )
        .with(offering()),
        Row::acting(
            "subprotocol-none-answered",
            "none of the subprotocols that were offered",
            not_opened("Server sent no subprotocol"),
            Act::Echo(|request| accept(request, "")),
        )
        .with(offering()),
        Row::acting(
            "extension-unrequested",
            "an extension that nobody offered",
            not_opened("Server sent a Sec-WebSocket-Extensions header but no extension was requested"),
            compressing,
        ),
    ]
}

/// Opens the WebSocket to a user named `lab` with the password `right`, or the token `right`.
fn guarded(request: &Request) -> Script {
    match request.header("authorization") {
        Some("Basic bGFiOnJpZ2h0" | "Bearer right") => accept(request, ""),
        _ => status("401 Unauthorized", "WWW-Authenticate: Basic realm=\"lab\"\r\n", "who are you?"),
    }
}

fn credentials() -> Vec<Row> {
    let pass = Expect::pass;
    let refused = || {
        Expect::fault(
            Code::AuthenticationError,
            Phase::Open,
            json!({ "kind": "http", "name": "401", "status": 401 }),
        )
    };
    let wrong = || json!({ "auth": { "basic": { "username": "lab", "password": "wrong" } } });
    vec![
        Row::acting("ok-basic", "basic authentication", pass(), Act::Echo(guarded))
            .with(json!({ "auth": { "basic": { "username": "lab", "password": "right" } }, "message": "hi" }))
            .assert(&["received is hi"]),
        Row::acting("ok-bearer", "a bearer token", pass(), Act::Echo(guarded))
            .with(json!({ "auth": { "bearer": "right" } }))
            .assert(&["status is 101"]),
        Row::acting("401-basic-bad", "credentials that are refused", refused(), Act::Answer(guarded))
            .with(wrong()),
        Row::acting(
            "401-asserted",
            "credentials that must be refused, and are",
            pass(),
            Act::Answer(guarded),
        )
        .with(wrong())
        .assert(&["status is 401"]),
        Row::acting(
            "401-not-accepted",
            "credentials that are refused where another status is asserted",
            refused(),
            Act::Answer(guarded),
        )
        .with(wrong())
        .assert(&["status is 101"]),
    ]
}

/// Servers that look at what goes along with the handshake.
fn sent() -> Vec<Row> {
    let looks = Act::Echo(|request| {
        let is_whole = request.method == "GET"
            && request.target == "/feed"
            && request.header("origin") == Some("https://shop.lab.test")
            && request.header("cookie") == Some("session=7; theme=dark")
            && request.header("sec-websocket-version") == Some("13")
            && request.header("sec-websocket-extensions").is_none();
        if is_whole { accept(request, "") } else { status("400 Bad Request", "", "") }
    });
    vec![
        Row::acting("headers-sent", "a server that looks for headers and cookies", Expect::pass(), looks)
            .with(json!({
                "headers": { "Origin": "https://shop.lab.test" },
                "cookies": { "session": "7", "theme": "dark" },
            })),
    ]
}
