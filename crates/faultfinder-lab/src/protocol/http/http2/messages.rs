//! Answers that are well framed and malformed all the same (RFC 9113 section 8.1.1).

use super::Answer;
use super::frame::{data, headers, last_data, last_headers};
use crate::protocol::http::expectations::h2;
use crate::protocol::http::row::{Row, h2c};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::Phase::{self, Receive, Wait};

/// Case, what it shows, the phase in which it is found, and the answer. Each of them is a `PROTOCOL_ERROR`.
const MALFORMED: &[(&str, &str, Phase, Answer)] = &[
    ("uppercase-header", "a field name with capitals", Wait, |id| {
        answer(id, &[(":status", "200"), ("X-A", "1")])
    }),
    ("status-missing", "an answer without a status", Wait, |id| answer(id, &[("x-a", "1")])),
    ("status-not-number", "a status of letters", Wait, |id| answer(id, &[(":status", "abc")])),
    ("duplicate-status", "two statuses", Wait, |id| answer(id, &[(":status", "200"), (":status", "404")])),
    ("unknown-pseudo", "a pseudo-header that does not exist", Wait, |id| {
        answer(id, &[(":status", "200"), (":lab", "1")])
    }),
    ("pseudo-after-field", "the status after a field", Wait, |id| {
        answer(id, &[("x-a", "1"), (":status", "200")])
    }),
    ("te-chunked-header", "HTTP/1.1's transfer-encoding", Wait, |id| {
        answer(id, &[(":status", "200"), ("transfer-encoding", "chunked")])
    }),
    ("connection-header", "HTTP/1.1's connection", Wait, |id| {
        answer(id, &[(":status", "200"), ("connection", "close")])
    }),
    ("101-switching", "101, which HTTP/2 has no place for", Wait, |id| {
        Script::new().then(headers(id, &[(":status", "101")]))
    }),
    ("status-in-trailers", "a status in the trailers", Receive, |id| {
        Script::new()
            .then(headers(id, &[(":status", "200")]))
            .then(data(id, b"hello"))
            .then(last_headers(id, &[(":status", "500")]))
    }),
    ("data-before-headers", "a body before its head", Wait, |id| Script::new().then(last_data(id, b"hello"))),
    ("data-beyond-content-length", "a body longer than its content-length", Receive, |id| {
        answer(id, &[(":status", "200"), ("content-length", "3")])
    }),
    ("data-below-content-length", "a body shorter than its content-length", Receive, |id| {
        answer(id, &[(":status", "200"), ("content-length", "10")])
    }),
    ("content-length-no-body", "a content-length, and a head that ends the stream", Wait, |id| {
        Script::new().then(last_headers(id, &[(":status", "200"), ("content-length", "10")]))
    }),
];

pub(super) fn rows() -> Vec<Row> {
    MALFORMED
        .iter()
        .map(|&(case, shows, phase, script)| h2c(case, shows, h2(phase, "PROTOCOL_ERROR", "local"), script))
        .collect()
}

/// A head with these fields, and a body of five bytes.
fn answer(id: u32, fields: &[(&str, &str)]) -> Script {
    Script::new().then(headers(id, fields)).then(last_data(id, b"hello"))
}
