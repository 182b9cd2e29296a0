//! Answers that are well framed and malformed all the same (RFC 9113 sections 8.1 to 8.3).

use super::Answer;
use super::frame::{END_HEADERS, PADDED, block, data, frame, headers, kind, last_data, last_headers};
use crate::protocol::http::expectations::{h2, http};
use crate::protocol::http::row::{Row, h2c};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::Code;
use faultfinder_taxonomy::Phase::{self, Receive, Wait};
use serde_json::json;

/// Case, what it shows, what a probe must say of it, and the answer. Each of them is a `PROTOCOL_ERROR`.
type Malformed = (&'static str, &'static str, &'static str, Answer);

/// Found in the head.
const HEADS: &[Malformed] = &[
    (
        "uppercase-header",
        "a field name with capitals",
        "in the HEADERS frame on stream 1, the field name \"X-A\" has the uppercase letter X (RFC 9113 section 8.2.1)",
        |id| answer(id, &[(":status", "200"), ("X-A", "1")]),
    ),
    (
        "header-name-space",
        "a field name with a space in it",
        "in the HEADERS frame on stream 1, the field name \"x a\" has a space (RFC 9113 section 8.2.1)",
        |id| answer(id, &[(":status", "200"), ("x a", "1")]),
    ),
    (
        "header-name-empty",
        "a field without a name",
        "in the HEADERS frame on stream 1, a field has an empty name (RFC 9110 section 5.1)",
        |id| answer(id, &[(":status", "200"), ("", "1")]),
    ),
    (
        "header-value-line-feed",
        "a value of two lines",
        "in the HEADERS frame on stream 1, the value of the field \"x-a\" has a line feed (RFC 9113 section 8.2.1)",
        |id| answer(id, &[(":status", "200"), ("x-a", "1\n2")]),
    ),
    (
        "header-value-nul",
        "a value with a NUL in it",
        "in the HEADERS frame on stream 1, the value of the field \"x-a\" has a NUL (RFC 9113 section 8.2.1)",
        |id| answer(id, &[(":status", "200"), ("x-a", "1\0")]),
    ),
    (
        "header-value-in-continuation",
        "a bad value in the second frame of a field block",
        "in the HEADERS frame on stream 1, the value of the field \"x-b\" has a carriage return",
        |id| {
            let first = block(&[(":status", "200"), ("x-a", "1")]);
            Script::new().then(frame(kind::HEADERS, 0, id, &first)).then(frame(
                kind::CONTINUATION,
                END_HEADERS,
                id,
                &block(&[("x-b", "1\r")]),
            ))
        },
    ),
    (
        "header-value-indexed-name",
        "a bad value of a field whose name an interim answer has put into the dynamic table",
        "in the HEADERS frame on stream 1, the value of the field \"x-a\" has a line feed (RFC 9113 section 8.2.1)",
        |id| {
            Script::new()
                // 103 without indexing; x-a with indexing.
                .then(frame(kind::HEADERS, END_HEADERS, id, b"\x08\x03103\x40\x03x-a\x011"))
                // 200; a value for the newest entry, 62, whose number takes two bytes.
                .then(frame(kind::HEADERS, END_HEADERS, id, b"\x88\x0f\x2f\x03a\nb"))
        },
    ),
    (
        "header-name-huffman",
        "HTTP/1.1's connection in Huffman code",
        "the response has the field \"keep-alive\", which is about a connection of HTTP/1.1",
        |id| {
            // 200; a literal without indexing: `keep-alive` in eight bytes, and `1`.
            let fields = b"\x88\x00\x88\xea\x52\xd6\xb0\xe8\x37\x72\xff\x011";
            Script::new().then(frame(kind::HEADERS, END_HEADERS, id, fields))
        },
    ),
    (
        "status-missing",
        "an answer without a status",
        "in the HEADERS frame on stream 1, the response has no \":status\" (RFC 9113 section 8.3.2)",
        |id| answer(id, &[("x-a", "1")]),
    ),
    (
        "status-not-number",
        "a status of letters",
        "in the HEADERS frame on stream 1, \":status\" is \"abc\", it must be a status code of three digits",
        |id| answer(id, &[(":status", "abc")]),
    ),
    (
        "status-below-100",
        "a status that no class has",
        "in the HEADERS frame on stream 1, \":status\" is \"099\", it must be a status code of three digits",
        |id| answer(id, &[(":status", "099")]),
    ),
    (
        "duplicate-status",
        "two statuses",
        "in the HEADERS frame on stream 1, the pseudo-header \":status\" comes twice (RFC 9113 section 8.3)",
        |id| answer(id, &[(":status", "200"), (":status", "404")]),
    ),
    (
        "unknown-pseudo",
        "a pseudo-header that does not exist",
        "in the HEADERS frame on stream 1, the pseudo-header \":lab\" is not defined (RFC 9113 section 8.3)",
        |id| answer(id, &[(":status", "200"), (":lab", "1")]),
    ),
    (
        "request-pseudo",
        "a pseudo-header of requests",
        "in the HEADERS frame on stream 1, the response has the pseudo-header \":path\", which is for requests",
        |id| answer(id, &[(":status", "200"), (":path", "/")]),
    ),
    (
        "pseudo-after-field",
        "the status after a field",
        "in the HEADERS frame on stream 1, the pseudo-header \":status\" comes after the field \"x-a\"",
        |id| answer(id, &[("x-a", "1"), (":status", "200")]),
    ),
    (
        "te-chunked-header",
        "HTTP/1.1's transfer-encoding",
        "the response has the field \"transfer-encoding\", which is about a connection of HTTP/1.1",
        |id| answer(id, &[(":status", "200"), ("transfer-encoding", "chunked")]),
    ),
    (
        "connection-header",
        "HTTP/1.1's connection",
        "the response has the field \"connection\", which is about a connection of HTTP/1.1",
        |id| answer(id, &[(":status", "200"), ("connection", "close")]),
    ),
    (
        "keep-alive-header",
        "HTTP/1.1's keep-alive",
        "the response has the field \"keep-alive\", which is about a connection of HTTP/1.1",
        |id| answer(id, &[(":status", "200"), ("keep-alive", "timeout=5")]),
    ),
    (
        "proxy-connection-header",
        "a proxy's connection",
        "the response has the field \"proxy-connection\", which is about a connection of HTTP/1.1",
        |id| answer(id, &[(":status", "200"), ("proxy-connection", "close")]),
    ),
    (
        "upgrade-header",
        "HTTP/1.1's upgrade, as web servers behind a proxy announce HTTP/2",
        "the response has the field \"upgrade\", which is about a connection of HTTP/1.1",
        |id| answer(id, &[(":status", "200"), ("upgrade", "h2,h2c")]),
    ),
    (
        "te-header",
        "a te that is not trailers",
        "in the HEADERS frame on stream 1, the field \"te\" is \"gzip\", it may only be trailers (RFC 9113 section 8.2.2)",
        |id| answer(id, &[(":status", "200"), ("te", "gzip")]),
    ),
    (
        "101-switching",
        "101, which HTTP/2 has no place for",
        "101 Switching Protocols, which HTTP/2 does not allow (RFC 9113 section 8.6)",
        |id| Script::new().then(headers(id, &[(":status", "101")])),
    ),
    (
        "data-before-headers",
        "a body before its head",
        "a DATA frame came before the head of the response (RFC 9113 section 8.1)",
        |id| Script::new().then(last_data(id, b"hello")),
    ),
    (
        "content-length-no-body",
        "a content-length, and a head that ends the stream",
        "in the HEADERS frame on stream 1, content-length is 10, but the response ends without a body (RFC 9113 section \
         8.1.1)",
        |id| Script::new().then(last_headers(id, &[(":status", "200"), ("content-length", "10")])),
    ),
    (
        "content-length-not-number",
        "a content-length of letters",
        "in the HEADERS frame on stream 1, content-length is \"five\", which is not a length (RFC 9110 section 8.6)",
        |id| answer(id, &[(":status", "200"), ("content-length", "five")]),
    ),
    (
        "content-length-twice",
        "two lengths",
        "in the HEADERS frame on stream 1, content-length is 5 and 6 (RFC 9110 section 8.6)",
        |id| answer(id, &[(":status", "200"), ("content-length", "5"), ("content-length", "6")]),
    ),
];

/// Found in the body or after it.
const BODIES: &[Malformed] = &[
    (
        "data-padding-too-long",
        "a DATA frame with more padding than bytes",
        "a DATA frame has 4 bytes, of which 9 are padding (RFC 9113 section 6.1)",
        |id| {
            Script::new().then(headers(id, &[(":status", "200")])).then(frame(
                kind::DATA,
                PADDED,
                id,
                &[9, b'a', 0, 0],
            ))
        },
    ),
    (
        "status-in-trailers",
        "a status in the trailers",
        "in the HEADERS frame on stream 1, the trailers have the pseudo-header \":status\" (RFC 9113 section 8.3)",
        |id| trailed(id, last_headers(id, &[(":status", "500")])),
    ),
    (
        "trailers-uppercase",
        "a field name with capitals in the trailers",
        "in the HEADERS frame on stream 1, the field name \"X-Sum\" has the uppercase letter X",
        |id| trailed(id, last_headers(id, &[("X-Sum", "1")])),
    ),
    (
        "trailers-not-last",
        "trailers that do not end the stream",
        "in the HEADERS frame on stream 1, the trailers do not end the stream (RFC 9113 section 8.1)",
        |id| trailed(id, headers(id, &[("x-sum", "1")])),
    ),
    (
        "data-beyond-content-length",
        "a body longer than its content-length",
        "on stream 1, content-length is 3, but the body has 5 bytes (RFC 9113 section 8.1.1)",
        |id| answer(id, &[(":status", "200"), ("content-length", "3")]),
    ),
    (
        "data-below-content-length",
        "a body shorter than its content-length",
        "on stream 1, content-length is 10, but the body has 5 bytes (RFC 9113 section 8.1.1)",
        |id| answer(id, &[(":status", "200"), ("content-length", "10")]),
    ),
    (
        "trailers-below-content-length",
        "a body shorter than its content-length, with trailers after it",
        "on stream 1, content-length is 10, but the body has 5 bytes (RFC 9113 section 8.1.1)",
        |id| {
            Script::new()
                .then(headers(id, &[(":status", "200"), ("content-length", "10")]))
                .then(data(id, b"hello"))
                .then(last_headers(id, &[("x-sum", "1")]))
        },
    ),
];

pub(super) fn rows() -> Vec<Row> {
    let row = |phase: Phase| {
        move |&(case, shows, says, script): &Malformed| {
            h2c(case, shows, h2(phase, "PROTOCOL_ERROR", "local").saying(says), script)
        }
    };
    let of_head = h2c(
        "head-with-body",
        "a body in the answer to HEAD",
        h2(Receive, "PROTOCOL_ERROR", "local").saying(
            "on stream 1, the response to a HEAD request has a body of 5 bytes (RFC 9110 section 9.3.2)",
        ),
        |id| answer(id, &[(":status", "200"), ("content-length", "5")]),
    )
    .with(json!({ "method": "HEAD" }));
    let too_large = h2c(
        "header-list-too-large",
        "fields of more than 64 KiB in a short frame, from the dynamic table",
        http(Code::HeaderTooLarge, Wait, "HPE_HEADER_OVERFLOW").saying(
            "the fields up to \"x-a\" have 65652 bytes, this client accepts less than 65536 (RFC 9113 section 6.5.2)",
        ),
        |id| {
            let mut fields = b"\x88\x40\x03x-a\x64".to_vec();
            fields.extend([b'x'; 100]);
            // The newest entry, 62, of 135 bytes.
            fields.extend([0xbe; 600]);
            Script::new().then(frame(kind::HEADERS, END_HEADERS, id, &fields))
        },
    );
    let last = [of_head, too_large];
    HEADS.iter().map(row(Wait)).chain(BODIES.iter().map(row(Receive))).chain(last).collect()
}

/// A head with these fields, and a body of five bytes.
fn answer(id: u32, fields: &[(&str, &str)]) -> Script {
    Script::new().then(headers(id, fields)).then(last_data(id, b"hello"))
}

/// An answer with these frames after its body.
fn trailed(id: u32, trailers: Vec<u8>) -> Script {
    Script::new().then(headers(id, &[(":status", "200")])).then(data(id, b"hello")).then(trailers)
}
