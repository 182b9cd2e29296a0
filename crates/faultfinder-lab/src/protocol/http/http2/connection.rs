//! Faults of the connection as a whole, which the client has to find itself.

use super::basics::whole;
use super::frame::{END_HEADERS, frame, headers, kind, last_data, settings, window_update};
use super::{Answer, Greeting};
use crate::Expect;
use crate::protocol::http::expectations::h2;
use crate::protocol::http::row::{Row, h2c, h2c_greeting};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

/// Case, what it shows, the error of RFC 9113 that it is, what a probe must say of it, and the answer.
type Broken = (&'static str, &'static str, &'static str, &'static str, Answer);

/// After a proper greeting.
const GREETED: &[Broken] = &[
    (
        "settings-bad-length",
        "SETTINGS whose length is not a multiple of six",
        "FRAME_SIZE_ERROR",
        "a SETTINGS frame has 5 bytes (RFC 9113 section 6.5)",
        |_| Script::new().then(frame(kind::SETTINGS, 0, 0, &[0, 4, 0, 0, 1])),
    ),
    (
        "settings-on-stream",
        "SETTINGS on a stream",
        "PROTOCOL_ERROR",
        "a SETTINGS frame came on stream 1 (RFC 9113 section 6)",
        |id| Script::new().then(frame(kind::SETTINGS, 0, id, &[])),
    ),
    (
        "settings-bad-frame-size",
        "SETTINGS with a frame size below the least",
        "PROTOCOL_ERROR",
        "SETTINGS_MAX_FRAME_SIZE is 100, it must be from 16384 to 16777215 (RFC 9113 section 6.5)",
        |_| Script::new().then(settings(&[(5, 100)])),
    ),
    (
        "window-overflow",
        "more room than 31 bits can count",
        "FLOW_CONTROL_ERROR",
        "a WINDOW_UPDATE frame on stream 0 opens the window by 2147483647 bytes",
        |_| Script::new().then(window_update(0, 0x7fff_ffff)),
    ),
    (
        "window-update-zero",
        "no more room, said with a frame",
        "PROTOCOL_ERROR",
        "a WINDOW_UPDATE frame on stream 0 opens the window by 0 (RFC 9113 section 6.9)",
        |_| Script::new().then(window_update(0, 0)),
    ),
    (
        "headers-on-idle-stream",
        "an answer on a stream that nobody opened",
        "PROTOCOL_ERROR",
        "a HEADERS frame came on stream 101, which no request has opened (RFC 9113 section 5.1)",
        |id| Script::new().then(headers(id + 100, &[(":status", "200")])),
    ),
    (
        "headers-on-stream-0",
        "an answer on the connection itself",
        "PROTOCOL_ERROR",
        "a HEADERS frame came on stream 0 (RFC 9113 section 6)",
        |_| Script::new().then(headers(0, &[(":status", "200")])),
    ),
    (
        "data-on-stream-0",
        "a body on the connection itself",
        "PROTOCOL_ERROR",
        "a DATA frame came on stream 0 (RFC 9113 section 6)",
        |_| Script::new().then(last_data(0, b"hello")),
    ),
    (
        "continuation-missing",
        "a field block that goes on with DATA",
        "PROTOCOL_ERROR",
        "a DATA frame on stream 1 came where a CONTINUATION frame on stream 1 must follow",
        |id| {
            Script::new()
                .then(frame(kind::HEADERS, 0, id, &super::frame::block(&[(":status", "200")])))
                .then(last_data(id, b"hello"))
        },
    ),
    (
        "continuation-alone",
        "CONTINUATION of nothing",
        "PROTOCOL_ERROR",
        "a CONTINUATION frame on stream 1 came without a HEADERS frame that it continues",
        |id| Script::new().then(frame(kind::CONTINUATION, END_HEADERS, id, &[])),
    ),
    (
        "frame-too-large",
        "a frame larger than we allow",
        "FRAME_SIZE_ERROR",
        "a DATA frame has 131072 bytes, the maximum is 16384 (RFC 9113 section 4.2)",
        |id| Script::new().then(headers(id, &[(":status", "200")])).then(last_data(id, &[b'a'; 1 << 17])),
    ),
    (
        "bad-hpack-index",
        "a field by an index outside of the table",
        "COMPRESSION_ERROR",
        "the fields cannot be decompressed: the index 255 is outside of the tables (RFC 7541 section 2.3.3)",
        |id| Script::new().then(frame(kind::HEADERS, END_HEADERS, id, &[0xff, 0x80, 0x01])),
    ),
    (
        "bad-hpack-huffman",
        "a Huffman string with the end-of-string symbol inside",
        "COMPRESSION_ERROR",
        "a string in Huffman code has the end-of-string symbol (RFC 7541 section 5.2)",
        |id| {
            // Literal, name by index 8 (:status), Huffman, four bytes: thirty ones are EOS.
            Script::new().then(frame(kind::HEADERS, END_HEADERS, id, &[0x08, 0x84, 0xff, 0xff, 0xff, 0xff]))
        },
    ),
    (
        "push-disabled",
        "a push to a client that has switched them off",
        "PROTOCOL_ERROR",
        "a PUSH_PROMISE frame came, but pushing is switched off (RFC 9113 section 8.4)",
        |id| {
            let mut promise = 2_u32.to_be_bytes().to_vec();
            promise.extend(super::frame::block(&[
                (":method", "GET"),
                (":scheme", "http"),
                (":authority", "localhost"),
                (":path", "/a.css"),
            ]));
            Script::new().then(frame(kind::PUSH_PROMISE, END_HEADERS, id, &promise)).then_all(whole(id))
        },
    ),
];

/// Case, what it shows, and the answer; clients differ in what they call these, so no name is expected.
const UNNAMED: &[(&str, &str, Answer)] = &[
    ("settings-window-too-large", "SETTINGS with a window beyond 31 bits", |_| {
        Script::new().then(settings(&[(4, 1 << 31)]))
    }),
    ("ping-bad-length", "PING of seven bytes", |_| Script::new().then(frame(kind::PING, 0, 0, &[0; 7]))),
    ("bad-hpack-truncated", "a field block that ends inside a string", |id| {
        Script::new().then(frame(kind::HEADERS, END_HEADERS, id, &[0x08, 0x03, b'2']))
    }),
    ("settings-flood", "SETTINGS without end, each of which wants an acknowledgement", |_| {
        Script::new().forever(settings(&[(3, 100)]).repeat(100), 5)
    }),
];

/// Instead of a greeting.
const UNGREETED: &[Broken] = &[
    (
        "no-settings-but-headers",
        "an answer without SETTINGS before it",
        "PROTOCOL_ERROR",
        "the peer's first frame has type 1, it must be SETTINGS (RFC 9113 section 3.4)",
        whole,
    ),
    (
        "garbage",
        "bytes that are not HTTP/2 at all",
        "FRAME_SIZE_ERROR",
        "a frame of the unknown type",
        |_| {
            Script::new()
                .raw(b"\xf7\xee\xdd\xcc\xbb\xaa\x99\x88\x77\x66\x55\x44\x33\x22\x11\x00 garbage, garbage")
                .fin()
        },
    ),
    (
        "http1-answer",
        "a server that knows HTTP/1.1 only",
        "FRAME_SIZE_ERROR",
        "the peer speaks HTTP/1",
        |_| {
            Script::new()
                .then("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .fin()
        },
    ),
];

pub(super) fn rows() -> Vec<Row> {
    let greeted = GREETED.iter().map(|&(case, shows, name, says, answer)| {
        h2c(case, shows, h2(phase(case), name, "local").saying(says), answer)
    });
    let ungreeted = UNGREETED.iter().map(|&(case, shows, name, says, answer)| {
        h2c_greeting(case, shows, h2(Phase::Wait, name, "local").saying(says), Greeting::Silent, answer)
    });
    let unnamed = UNNAMED.iter().map(|&(case, shows, answer)| h2c(case, shows, nameless(), answer));
    greeted.chain(ungreeted).chain(unnamed).collect()
}

/// All are found before the answer's head but one.
fn phase(case: &str) -> Phase {
    if case == "frame-too-large" { Phase::Receive } else { Phase::Wait }
}

/// An error of the connection, whatever its name.
fn nameless() -> Expect {
    Expect::fault(Code::Http2, Phase::Wait, json!({ "kind": "h2", "scope": "local" }))
}
