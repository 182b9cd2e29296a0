//! WebSockets as they should be.

use super::case::{Row, Site};
use super::frame::{BINARY, CONTINUATION, FIN, PING, TEXT, binary, frame, text};
use super::server::{self, Act, accept};
use crate::protocol::expectations::refused;
use crate::protocol::http::expectations::status;
use crate::protocol::http::{Script, forbidding, relay, through_proxy, through_ungrateful};
use crate::{Expect, peer};
use faultfinder_taxonomy::{Blame, Code, Phase};
use serde_json::json;

/// A peer that sends every message back.
pub(super) const ECHO: Act = Act::Echo(|request| accept(request, ""));

pub(super) fn rows() -> Vec<Row> {
    let pass = Expect::pass;
    let refused = refused();
    let refused_proxy = refused.clone().saying("cannot connect to the proxy").blaming(Blame::Network);
    vec![
        Row::new("refused", "nobody listens on the port", refused, |lab| {
            Ok(Site::new(format!("ws://{}/feed", peer::closed_tcp(lab)?)))
        }),
        Row::new("proxy-tunnel-ok", "a tunnel through a proxy to a peer that answers", pass(), |lab| {
            let address = peer::tcp(lab, |stream| server::converse(stream, ECHO))?;
            let proxy = through_proxy(relay(lab, address)?);
            Ok(Site::new(format!("ws://{address}/feed")).with(proxy))
        })
        .saying_hello()
        .assert(&["received is hello"]),
        Row::new("proxy-refused", "nobody listens where the proxy should be", refused_proxy, |lab| {
            Ok(Site::new("ws://127.0.0.1:9/feed").with(through_proxy(peer::closed_tcp(lab)?)))
        }),
        Row::new(
            "proxy-connect-403",
            "a proxy that forbids the tunnel",
            status(Code::Tunnel, Phase::Proxy, 403),
            |lab| Ok(Site::new("ws://127.0.0.1:9/feed").with(through_proxy(forbidding(lab)?))),
        ),
        Row::new(
            "proxy-connect-407",
            "credentials that the proxy does not take",
            status(Code::AuthenticationError, Phase::Proxy, 407),
            |lab| Ok(Site::new("ws://127.0.0.1:9/feed").with(through_ungrateful(lab)?)),
        ),
        Row::acting("ok-open", "a WebSocket that opens, with nothing to say", pass(), ECHO).assert(&[
            "status is 101",
            "header upgrade is websocket",
            "open_time < 5 s",
        ]),
        Row::acting("ok-text", "a text message that comes back", pass(), ECHO).saying_hello().assert(&[
            "received is hello",
            "body contains hello",
            "response_time < 5 s",
        ]),
        Row::acting(
            "ok-greeting",
            "a message that comes without being asked for",
            pass(),
            Act::Greet(Script::new().then(text("welcome to the feed"))),
        )
        .assert(&["received contains welcome"]),
        Row::acting("ok-empty", "an empty text message", pass(), Act::Reply(Script::new().then(text(""))))
            .saying_hello()
            .assert(&["received is \"\""]),
        Row::acting("ok-binary", "a binary message that comes back", pass(), ECHO)
            .with(json!({ "message_base64": "AAH/" }))
            .assert(&["received >= 3 bytes"]),
        Row::acting(
            "ok-json",
            "a message of JSON",
            pass(),
            Act::Reply(Script::new().then(text(r#"{"type":"tick","prices":[1,2]}"#))),
        )
        .saying_hello()
        .assert(&["jsonpath $.type is tick", "jsonpath $.prices[1] is 2"]),
        Row::acting(
            "fragmented-with-ping",
            "a message in fragments, with a ping between them",
            pass(),
            Act::Reply(
                Script::new()
                    .then(frame(TEXT, "hel"))
                    .then(frame(FIN | PING, "still there?"))
                    .then(frame(CONTINUATION, ""))
                    .then(frame(FIN | CONTINUATION, "lo")),
            ),
        )
        .saying_hello()
        .assert(&["received is hello"]),
        Row::acting(
            "fragmented-character",
            "a character that is cut in two by fragments",
            pass(),
            Act::Reply(Script::new().then(frame(TEXT, [0xc3])).then(frame(FIN | CONTINUATION, [0xa9]))),
        )
        .saying_hello()
        .assert(&["received is é"]),
        Row::acting(
            "fragmented-binary",
            "bytes in fragments, one byte at a time",
            pass(),
            Act::Reply(
                [frame(BINARY, [1]), frame(FIN | CONTINUATION, [2])]
                    .concat()
                    .into_iter()
                    .fold(Script::new(), |script, byte| script.then(vec![byte])),
            ),
        )
        .saying_hello()
        .assert(&["received is \"\\u0001\\u0002\""]),
        Row::acting(
            "greeting-with-answer",
            "a message that comes in one piece with the answer 101",
            pass(),
            Act::Answer(|request| accept(request, "").then(binary("welcome"))),
        )
        .assert(&["received is welcome"]),
    ]
}
