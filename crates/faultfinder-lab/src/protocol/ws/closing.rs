//! Close frames, FIN and RST at the wrong moment.

use super::case::{Row, broken};
use super::frame::{CLOSE, FIN, TEXT, close, frame, header, text};
use super::server::Act;
use crate::Expect;
use crate::protocol::http::Script;

/// Case, what it shows, the close code, and what the peer answers a message with.
type Closing = (&'static str, &'static str, &'static str, fn() -> Script);

const CLOSINGS: &[Closing] = &[
    ("close-1000", "a normal close instead of the awaited message", "1000", || closing(1000, "")),
    ("close-1001", "a server that shuts down", "1001", || closing(1001, "restarting")),
    ("close-1002", "a server that objects to our frames", "1002", || closing(1002, "")),
    ("close-1003", "a server that takes no text", "1003", || closing(1003, "")),
    ("close-1007", "a server that cannot read the message", "1007", || closing(1007, "")),
    ("close-1008", "a server whose policy forbids it", "1008", || closing(1008, "not on the list")),
    ("close-1009", "a server to which the message is too long", "1009", || closing(1009, "")),
    ("close-1011", "a server that fails", "1011", || closing(1011, "database is down")),
    ("close-1012", "a server that restarts", "1012", || closing(1012, "")),
    ("close-1013", "an overloaded server", "1013", || closing(1013, "")),
    ("close-1014", "a gateway whose back end fails", "1014", || closing(1014, "")),
    ("close-3000", "a code of a library", "3000", || closing(3000, "")),
    ("close-4999", "a code of the application", "4999", || closing(4999, "session expired")),
    ("close-no-code", "a close frame without a code", "1005", || {
        Script::new().then(frame(FIN | CLOSE, "")).fin()
    }),
    ("abrupt-fin", "FIN without a close frame", "1006", || Script::new().fin()),
    ("abrupt-rst", "RST without a close frame", "1006", || Script::new().reset()),
    ("fin-mid-frame", "FIN in the middle of a frame", "1006", || {
        Script::new().then(header(FIN | TEXT, 100)).then("part").fin()
    }),
    ("fin-mid-message", "FIN between the fragments of a message", "1006", || {
        Script::new().then(frame(TEXT, "part")).fin()
    }),
];

fn closing(code: u16, reason: &str) -> Script {
    Script::new().then(close(code, reason)).fin()
}

pub(super) fn rows() -> Vec<Row> {
    let closings = CLOSINGS.iter().map(|&(case, shows, code, script)| {
        Row::acting(case, shows, broken(code), Act::Reply(script())).saying_hello()
    });
    closings.chain(asserted()).chain(at_once()).collect()
}

/// Peers that open a WebSocket and end it at once, and a test that only opens.
fn at_once() -> [Row; 2] {
    [
        Row::acting(
            "close-at-once",
            "a server that fails as soon as the WebSocket is open",
            broken("1011").saying("database is down"),
            Act::Greet(closing(1011, "database is down")),
        ),
        Row::acting(
            "fin-at-once",
            "FIN as soon as the WebSocket is open",
            Expect::pass().saying("without a close frame"),
            Act::Greet(Script::new().fin()),
        ),
    ]
}

/// The peer's end as a value.
fn asserted() -> Vec<Row> {
    let pass = Expect::pass;
    vec![
        Row::acting(
            "close-asserted",
            "a server that must close, and does",
            pass(),
            Act::Greet(closing(4401, "who are you?")),
        )
        .assert(&["close_code is 4401"]),
        Row::acting(
            "close-asserted-answer",
            "a close that is the right answer to a message",
            pass(),
            Act::Reply(closing(1008, "")),
        )
        .saying_hello()
        .assert(&["close_code is 1008", "status is 101"]),
        Row::acting(
            "abrupt-asserted",
            "an end without a close frame that is expected",
            pass(),
            Act::Greet(Script::new().fin()),
        )
        .assert(&["close_code is 1006"]),
        Row::acting(
            "close-echoed",
            "a close of ours that the peer answers",
            pass(),
            Act::Reply(Script::new().then(text("bye"))),
        )
        .saying_hello()
        .assert(&["close_code is 1000", "received is bye"]),
        Row::acting(
            "frames-after-close",
            "frames behind a close frame, which do not count",
            broken("1000"),
            Act::Reply(Script::new().then(close(1000, "")).then("this is not a frame").fin()),
        )
        .saying_hello(),
    ]
}
