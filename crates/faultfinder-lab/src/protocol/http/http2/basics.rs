//! Answers as they should be, and oddities that are none of the client's business.

use super::frame::{
    END_HEADERS, END_STREAM, block, data, frame, goaway, headers, kind, last_data, last_headers, rst_stream,
    window_update,
};
use crate::Expect;
use crate::protocol::http::row::{Row, h2c};
use crate::protocol::http::script::Script;
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let pass = |case, shows, answer| h2c(case, shows, Expect::pass(), answer);
    vec![
        pass("ok", "200 without TLS, by prior knowledge", whole).assert(&[
            "status is 200",
            "header content-type contains text/plain",
            "body contains hello",
        ]),
        pass("ok-post", "200 to a request with a body", whole)
            .with(json!({ "method": "POST", "body": "hello" }))
            .assert(&["status is 200"]),
        pass("ok-no-body", "204 that ends with its head", |id| {
            Script::new().then(last_headers(id, &[(":status", "204")]))
        })
        .assert(&["status is 204"]),
        pass("ok-informational", "an interim answer before the final one", |id| {
            whole_after(headers(id, &[(":status", "103"), ("link", "</a.css>; rel=preload")]), id)
        })
        .assert(&["status is 200", "body contains hello"]),
        pass("1xx-flood", "a hundred interim answers before the final one", |id| {
            whole_after(headers(id, &[(":status", "103")]).repeat(100), id)
        })
        .assert(&["status is 200"]),
        pass("ok-continuation", "a field block in two frames", |id| {
            let block = block(&[(":status", "200"), ("content-type", "text/plain")]);
            let (first, rest) = block.split_at(block.len() / 2);
            Script::new()
                .then(frame(kind::HEADERS, 0, id, first))
                .then(frame(kind::CONTINUATION, END_HEADERS, id, rest))
                .then(last_data(id, b"hello"))
        })
        .assert(&["status is 200", "body contains hello"]),
        pass("ok-trailers", "trailers after the body", |id| {
            Script::new()
                .then(headers(id, &[(":status", "200")]))
                .then(data(id, b"hello"))
                .then(last_headers(id, &[("x-checksum", "1")]))
        })
        .assert(&["status is 200", "body contains hello", "trailer x-checksum is 1"]),
        pass("ok-unknown-frame", "a frame of a type that no document defines", |id| {
            whole_after(frame(kind::UNKNOWN, 0xff, id, b"lab"), id)
        })
        .assert(&["status is 200"]),
        pass("ok-unknown-setting", "SETTINGS with a number that no document defines", |id| {
            whole_after(super::frame::settings(&[(0xfafa, 7)]), id)
        })
        .assert(&["status is 200"]),
        pass(
            "rst-stream-no-error-after-complete",
            "RST_STREAM(NO_ERROR) after the end, which is legal",
            |id| whole(id).then(rst_stream(id, 0)),
        )
        .assert(&["status is 200", "body contains hello"]),
        pass("goaway-after-complete", "GOAWAY(NO_ERROR) after the end: the server wants to close", |id| {
            whole(id).then(goaway(id, 0, "")).fin()
        })
        .assert(&["status is 200", "body contains hello"]),
        pass("goaway-before-complete", "GOAWAY(NO_ERROR) that lets our stream end", |id| {
            whole_after(goaway(id, 0, ""), id)
        })
        .assert(&["status is 200", "body contains hello"]),
        h2c(
            "header-value-leading-space",
            "white space before a value, which most clients let pass",
            Expect::pass().saying("the value of the field \"x-a\" has white space at its beginning or end"),
            |id| {
                Script::new()
                    .then(headers(id, &[(":status", "200"), ("x-a", " 1")]))
                    .then(last_data(id, b"hello"))
            },
        )
        .assert(&["status is 200"]),
        pass("421-misdirected", "421: a response, assertions decide", |id| {
            Script::new().then(last_headers(id, &[(":status", "421")]))
        })
        .assert(&["status is 421"]),
        pass("window-grows", "more room for the connection and the stream", |id| {
            whole_after([window_update(0, 1 << 20), window_update(id, 1 << 20)].concat(), id)
        })
        .assert(&["status is 200"]),
        pass("ok-padded", "DATA with padding", |id| {
            const PADDED: u8 = 0x8;
            Script::new().then(headers(id, &[(":status", "200")])).then(frame(
                kind::DATA,
                PADDED | END_STREAM,
                id,
                b"\x03hello\0\0\0",
            ))
        })
        .assert(&["status is 200", "body contains hello"]),
    ]
}

/// `200` with a short text.
pub(crate) fn whole(id: u32) -> Script {
    whole_after(Vec::new(), id)
}

/// The same, after other frames.
fn whole_after(mut frames: Vec<u8>, id: u32) -> Script {
    frames.extend(headers(id, &[(":status", "200"), ("content-type", "text/plain")]));
    frames.extend(last_data(id, b"hello"));
    Script::new().then(frames)
}
