//! Scripts of several steps, pings.

use super::basics::ECHO;
use super::case::{Row, broken};
use super::frame::{FIN, PONG, close, frame, text};
use super::server::Act;
use crate::Expect;
use crate::protocol::http::Script;
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let pass = Expect::pass;
    vec![
        Row::acting("ok-steps", "a conversation of several steps", pass(), ECHO)
            .with(json!({ "steps": [
                { "send": "one" }, { "send": "two" }, { "expect": "two" }, { "send_base64": "dGhyZWU=" }, { "expect": "three" },
            ] }))
            .assert(&["received is three"]),
        Row::acting("ok-bytes", "bytes that are sent and come back", pass(), ECHO)
            .with(json!({ "steps": [{ "send_base64": "AAH/gA==" }, { "expect_base64": "/4A=" }] })),
        Row::acting(
            "close-before-bytes",
            "the peer closes before the awaited bytes have come",
            broken("1000").saying("before a message with the bytes \\xff\\x80 arrived"),
            Act::Reply(Script::new().then(text("hello")).then(close(1000, "")).fin()),
        )
        .with(json!({ "steps": [{ "send": "hello" }, { "expect_base64": "/4A=" }] })),
        Row::acting("ok-ping", "a ping that comes back", pass(), ECHO)
            .with(json!({ "steps": [{ "ping": "are you there?" }] }))
            .assert(&["wait_time < 5 s"]),
        Row::acting(
            "pong-unasked",
            "a pong that nobody asked for before the one that is awaited",
            pass(),
            Act::Greet(Script::new().then(frame(FIN | PONG, "unasked")).then(text("ready"))),
        )
        .with(json!({ "steps": [{ "expect": "ready" }] })),
        Row::acting(
            "expect-behind-others",
            "messages that are read over until the awaited one comes",
            pass(),
            Act::Greet(Script::new().then(text("tick 1")).then(text("tick 2")).then(text("trade 7"))),
        )
        .with(json!({ "steps": [{ "expect": "trade" }] }))
        .assert(&["received is \"trade 7\""]),
        Row::acting(
            "expect-never",
            "message after message, and never the awaited one",
            broken("too_many_messages"),
            Act::Greet(Script::new().times(200, text("tick"))),
        )
        .with(json!({ "steps": [{ "expect": "trade" }] })),
        Row::acting(
            "close-in-script",
            "the peer closes in the middle of the script",
            broken("1008").saying("before a message with \"data\" arrived"),
            Act::Reply(Script::new().then(text("hello")).then(close(1008, "not subscribed")).fin()),
        )
        .with(json!({ "steps": [{ "send": "hello" }, { "expect": "hello" }, { "expect": "data" }] })),
    ]
}
