//! Peers that take too long.

use super::case::Row;
use super::frame::{FIN, PING, TEXT, frame, header, text};
use super::server::{Act, accept};
use crate::Expect;
use crate::protocol::expectations::timeout;
use crate::protocol::http::Script;
use faultfinder_taxonomy::Phase;
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let impatient = || json!({ "message": "hello", "timeout": "1500ms" });
    vec![
        Row::acting(
            "hang-in-handshake",
            "no answer to the handshake",
            timeout(Phase::Open),
            Act::Answer(|_| Script::new().hang()),
        )
        .with(json!({ "timeout": "1500ms" })),
        Row::acting(
            "hang-mid-answer",
            "half an answer to the handshake, then silence",
            timeout(Phase::Open)
                .saying("the head of the response is not complete after 1500 ms: 54 bytes so far"),
            Act::Answer(|_| {
                Script::new().then("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n").hang()
            }),
        )
        .with(json!({ "timeout": "1500ms" })),
        Row::acting(
            "silent",
            "open, and no message",
            timeout(Phase::Receive),
            Act::Greet(Script::new().hang()),
        )
        .with(impatient()),
        Row::acting(
            "silent-unawaited",
            "open and silent, and no message is awaited",
            Expect::pass(),
            Act::Greet(Script::new()),
        ),
        Row::acting(
            "silent-asserted",
            "open and silent, and an assertion reads a message",
            timeout(Phase::Receive),
            Act::Greet(Script::new().hang()),
        )
        .with(json!({ "timeout": "1500ms" }))
        .assert(&["received contains tick"]),
        Row::acting(
            "pings-only",
            "pings and no message",
            timeout(Phase::Receive).saying("no message from the peer within 1500 ms, only "),
            Act::Greet(Script::new().forever(frame(FIN | PING, ""), 20)),
        )
        .with(impatient()),
        Row::acting(
            "hang-mid-message",
            "half a message, then silence",
            timeout(Phase::Receive)
                .saying("did not end within 1500 ms; what has come is 4 of the 100 bytes of a text frame"),
            Act::Reply(Script::new().then(header(FIN | TEXT, 100)).then("half").hang()),
        )
        .with(impatient()),
        Row::acting(
            "hang-mid-header",
            "half the header of a frame, then silence",
            timeout(Phase::Receive).saying("; what has come is 1 of the bytes of a frame's header"),
            Act::Reply(Script::new().then(vec![FIN | TEXT]).hang()),
        )
        .with(impatient()),
        Row::acting(
            "slow-message",
            "a fragment now and then, for ever",
            timeout(Phase::Receive),
            Act::Reply(Script::new().then(frame(TEXT, "a")).forever(frame(0, "b"), 20)),
        )
        .with(impatient()),
        Row::acting(
            "no-close",
            "a peer that does not answer the close: the test has what it wants",
            Expect::pass(),
            Act::Answer(|request| accept(request, "").then(text("welcome")).hang()),
        )
        .assert(&["received is welcome", "response_time < 5 s"]),
    ]
}
