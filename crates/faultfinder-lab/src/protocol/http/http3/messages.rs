//! Frames and messages against the rules.

use super::frame::{data, frame, headers, kind, settings, varint};
use super::script::Script;
use super::server::{ok, row};
use crate::Expect;
use crate::protocol::http::expectations::{http, malformed_body, quic};
use crate::protocol::http::row::Row;
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

/// Against the rules before the body: case, what it shows, the error code, what has to be said of it, and what the server says.
type Broken = (&'static str, &'static str, &'static str, &'static str, fn() -> Script);

const BROKEN: &[Broken] = &[
    (
        "data-before-headers",
        "a body before its head",
        "H3_FRAME_UNEXPECTED",
        "its first frame is not HEADERS (RFC 9114 section 4.1)",
        || Script::new().then(data(b"hello")),
    ),
    (
        "settings-on-request",
        "SETTINGS on the stream of a request",
        "H3_FRAME_UNEXPECTED",
        "its first frame is not HEADERS (RFC 9114 section 4.1)",
        || Script::new().then(settings()).then_all(ok()),
    ),
    (
        "bad-qpack",
        "a header block that cannot be decompressed",
        "QPACK_DECOMPRESSION_FAILED",
        "a field section cannot be decompressed (RFC 9204 section 2.2)",
        || {
            // An entry of the dynamic table, which is empty.
            Script::new().then(frame(kind::HEADERS, &[0, 0, 0x80 | 0x3e]))
        },
    ),
    (
        "status-missing",
        "an answer without a status",
        "H3_MESSAGE_ERROR",
        "in a HEADERS frame, the response has no \":status\" (RFC 9114 section 4.3.2)",
        || Script::new().then(headers(&[("content-type", "text/plain")])),
    ),
    (
        "status-not-number",
        "a status that is not a number",
        "H3_MESSAGE_ERROR",
        "\":status\" is \"abc\", it must be a status code of three digits (RFC 9114 section 4.3.2)",
        || Script::new().then(headers(&[(":status", "abc")])),
    ),
    (
        "uppercase-header",
        "a field name with capital letters",
        "H3_MESSAGE_ERROR",
        "the field name \"X-Lab\" has the uppercase letter X (RFC 9114 section 4.2)",
        || Script::new().then(headers(&[(":status", "200"), ("X-Lab", "1")])),
    ),
    (
        "unknown-pseudo",
        "a pseudo-header that no document defines",
        "H3_MESSAGE_ERROR",
        "the pseudo-header \":lab\" is not defined (RFC 9114 section 4.3)",
        || Script::new().then(headers(&[(":status", "200"), (":lab", "1")])),
    ),
    (
        "no-settings",
        "a control stream that does not begin with SETTINGS",
        "H3_MISSING_SETTINGS",
        "does not begin with a SETTINGS frame (RFC 9114 section 6.2.1)",
        || Script::new().greeting(&frame(kind::GOAWAY, &varint(0))).hang(),
    ),
    (
        "settings-twice",
        "SETTINGS a second time",
        "H3_FRAME_UNEXPECTED",
        "a second SETTINGS frame came on the control stream (RFC 9114 section 7.2.4)",
        || Script::new().greeting(&[settings(), settings()].concat()).hang(),
    ),
    (
        "settings-malformed",
        "SETTINGS that end inside a number",
        "H3_SETTINGS_ERROR",
        "its SETTINGS frame is malformed",
        || Script::new().greeting(&frame(kind::SETTINGS, &[0x06, 0x40])).hang(),
    ),
    (
        "flood",
        "frame after frame of a type that no document defines",
        "H3_EXCESSIVE_LOAD",
        "bytes of packets arrived without a response",
        || {
            let piece = frame(kind::UNKNOWN, &[0; 60_000]);
            Script::new().then(piece.repeat(40)).hang()
        },
    ),
];

pub(super) fn rows() -> Vec<Row> {
    let broken = BROKEN.iter().map(|&(case, shows, code, words, script)| {
        let expect = quic(Code::MalformedResponse, Phase::Wait, code, "local").saying(words);
        row(case, shows, expect, script)
    });
    broken.chain(others()).collect()
}

fn others() -> Vec<Row> {
    let unexpected_101 = json!({ "kind": "http", "name": "unexpected-101", "status": 101 });
    let of_connection = |name: &str| {
        quic(Code::MalformedResponse, Phase::Wait, "H3_MESSAGE_ERROR", "local").saying(format!(
            "the field {name}, which belongs to HTTP/1.1 connections, against RFC 9114 section 4.2"
        ))
    };
    vec![
        row("connection-header", "HTTP/1.1's connection", of_connection("connection"), || {
            Script::new().then(headers(&[(":status", "200"), ("connection", "close")]))
        }),
        row(
            "transfer-encoding-header",
            "HTTP/1.1's transfer-encoding",
            of_connection("transfer-encoding"),
            || Script::new().then(headers(&[(":status", "200"), ("transfer-encoding", "chunked")])),
        ),
        row(
            "101-switching",
            "101, which HTTP/3 has no place for",
            Expect::fault(Code::MalformedResponse, Phase::Wait, unexpected_101)
                .saying("RFC 9114 section 4.5"),
            || Script::new().then(headers(&[(":status", "101")])),
        ),
        row(
            "headers-70k",
            "a header block over the limit",
            http(Code::HeaderTooLarge, Phase::Wait, "HPE_HEADER_OVERFLOW"),
            || {
                let value = "x".repeat(7000);
                let fields: Vec<(&str, &str)> = (0..10).map(|_| ("x-a", value.as_str())).collect();
                Script::new().then(headers(&[&[(":status", "200")], fields.as_slice()].concat()))
            },
        ),
        row(
            "data-beyond-content-length",
            "a body that is longer than announced",
            quic(Code::MalformedResponse, Phase::Receive, "H3_MESSAGE_ERROR", "local")
                .saying("content-length is 3, but the body has 5 bytes, against RFC 9114 section 4.1.2"),
            || {
                Script::new()
                    .then(headers(&[(":status", "200"), ("content-length", "3")]))
                    .then(data(b"hello"))
            },
        ),
        row("gzip-garbage", "a content coding that does not decode", malformed_body("Z_DATA_ERROR"), || {
            Script::new()
                .then(headers(&[(":status", "200"), ("content-encoding", "gzip")]))
                .then(data(b"this is not gzip"))
        }),
    ]
}
