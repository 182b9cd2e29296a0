//! Messages up to the limit and beyond.

use super::case::{Row, broken};
use super::frame::{BINARY, CONTINUATION, FIN, TEXT, frame, header, text};
use super::server::Act;
use crate::Expect;
use crate::protocol::http::Script;
use serde_json::json;

/// What is said of a message that is too long.
const TOO_LONG: &str = "Received message longer than the maximum supported length";

/// Case, what it shows, and the length of the message in bytes.
const FITTING: &[(&str, &str, usize)] = &[
    ("size-50000", "a message of 50,000 bytes", 50_000),
    ("size-50KiB-1", "a message of one byte less than the limit", 51_199),
    ("size-50KiB", "a message of exactly 51,200 bytes", 51_200),
];

pub(super) fn rows() -> Vec<Row> {
    let fitting = FITTING.iter().map(|&(case, shows, length)| {
        Row::acting(case, shows, Expect::pass(), Act::Reply(Script::new().then(text(vec![b'x'; length]))))
            .saying_hello()
            .assert(&["received >= 50000 bytes"])
    });
    let too_long = |case, shows, script: Script| {
        let expect = broken(TOO_LONG).saying(TOO_LONG);
        Row::acting(case, shows, expect, Act::Reply(script.hang())).saying_hello()
    };
    let fragments = |count: usize| {
        (1..count)
            .fold(Script::new().then(frame(TEXT, [b'x'; 1024])), |script, _| {
                script.then(frame(CONTINUATION, [b'x'; 1024]))
            })
            .then(frame(FIN | CONTINUATION, "x"))
    };
    let others = [
        too_long(
            "size-50KiB+1",
            "a message of one byte more than the limit",
            Script::new().then(text([b'x'; 51_201])),
        ),
        too_long("size-1MiB", "a message of 1 MiB", Script::new().then(text(vec![b'x'; 1 << 20]))),
        too_long(
            "size-announced-1GiB",
            "a frame that announces 1 GiB, and nothing of it",
            Script::new().then(header(FIN | BINARY, 1 << 30)),
        ),
        too_long("size-in-fragments", "a message that is too long over its fragments", fragments(50)),
        too_long(
            "size-own-limit",
            "a message beyond the test's own limit",
            Script::new().then(text("hello")),
        )
        .with(json!({ "message": "hello", "max_message_bytes": 4 })),
        Row::acting(
            "size-raised",
            "a message of 1 MiB to a test that takes as much",
            Expect::pass(),
            Act::Reply(Script::new().then(text(vec![b'x'; 1 << 20]))),
        )
        .with(json!({ "message": "hello", "max_message_bytes": 1 << 20 }))
        .assert(&["received >= 1 MiB"]),
    ];
    fitting.chain(others).collect()
}
