//! Where a body ends: content-length, chunks, the end of the connection.

use crate::Expect;
use crate::protocol::http::expectations::{incorrect, malformed, malformed_body};
use crate::protocol::http::row::{Row, http1};
use crate::protocol::http::script::Script;
use serde_json::json;

/// Case, what it shows, the rule it breaks, and the answer.
const BROKEN_HEAD: &[(&str, &str, &str, &str)] = &[
    (
        "cl-duplicate-differ",
        "two content-lengths that differ",
        "HPE_UNEXPECTED_CONTENT_LENGTH",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    ),
    (
        "cl-duplicate-equal",
        "the same content-length twice",
        "HPE_UNEXPECTED_CONTENT_LENGTH",
        "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    ),
    (
        "cl-and-te",
        "content-length and chunks at once: the shape of request smuggling",
        "HPE_INVALID_TRANSFER_ENCODING",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ),
    (
        "cl-plus",
        "a content-length with a sign",
        "HPE_INVALID_CONTENT_LENGTH",
        "Content-Length: +5\r\n\r\nhello",
    ),
    (
        "cl-negative",
        "a negative content-length",
        "HPE_INVALID_CONTENT_LENGTH",
        "Content-Length: -5\r\n\r\nhello",
    ),
    (
        "cl-hex",
        "a hexadecimal content-length",
        "HPE_INVALID_CONTENT_LENGTH",
        "Content-Length: 0x5\r\n\r\nhello",
    ),
    (
        "cl-overflow",
        "a content-length beyond 64 bits",
        "HPE_INVALID_CONTENT_LENGTH",
        "Content-Length: 99999999999999999999\r\n\r\nhello",
    ),
];

/// Case, what it shows, the rule it breaks, what is said of it, and the chunks.
const BROKEN_CHUNKS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "chunk-bad-size",
        "a chunk size that is not a number",
        "HPE_INVALID_CHUNK_SIZE",
        "a chunk's size is not a hexadecimal number",
        "xyz\r\nhello\r\n0\r\n\r\n",
    ),
    (
        "chunk-huge-size",
        "a chunk size beyond 64 bits",
        "HPE_INVALID_CHUNK_SIZE",
        "a chunk's size does not fit in 64 bits",
        "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    ),
    (
        "chunk-size-junk",
        "something behind a chunk size",
        "HPE_INVALID_CHUNK_SIZE",
        "a chunk's size is followed by something that is not an extension",
        "5h\r\nhello\r\n0\r\n\r\n",
    ),
    (
        "chunk-lf-only",
        "chunk sizes that end with LF alone",
        "HPE_CR_EXPECTED",
        "a chunk's size line ends with LF alone",
        "5\nhello\n0\n\n",
    ),
];

/// Case, what it shows, the rest of the head and the body.
const FINE: &[(&str, &str, &str)] = &[
    (
        "ok-chunked",
        "a body in two chunks",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
    ),
    (
        "chunk-ext",
        "a chunk with an extension, which is legal",
        "Transfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0\r\n\r\n",
    ),
    (
        "chunked-trailers",
        "chunks and then a trailer section",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Checksum: 1\r\n\r\n",
    ),
    (
        "te-chunked-twice",
        "chunked named twice, applied once",
        "Transfer-Encoding: chunked, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ),
];

pub(super) fn rows() -> Vec<Row> {
    let heads = BROKEN_HEAD.iter().map(|&(case, shows, rule, rest)| {
        http1(case, shows, malformed(rule), Script::new().then(format!("HTTP/1.1 200 OK\r\n{rest}")).fin())
    });
    let chunks = BROKEN_CHUNKS.iter().map(|&(case, shows, rule, words, rest)| {
        let answer = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{rest}");
        http1(case, shows, malformed_body(rule).saying(words), Script::new().then(answer).fin())
    });
    let fine = FINE.iter().map(|&(case, shows, rest)| {
        http1(case, shows, Expect::pass(), Script::new().then(format!("HTTP/1.1 200 OK\r\n{rest}")))
            .assert(&["status is 200", "body contains hello"])
    });
    heads.chain(chunks).chain(fine).chain(no_body()).chain(trailers()).collect()
}

/// Trailer sections, looked at.
fn trailers() -> [Row; 2] {
    let answer = || {
        let head = "HTTP/1.1 200 OK\r\nTrailer: X-Checksum\r\nTransfer-Encoding: chunked\r\n\r\n";
        Script::new().then(head).then("5\r\nhello\r\n0\r\nX-Checksum: 5d41402a\r\n\r\n")
    };
    [
        http1("trailer", "a checksum in the trailer section", Expect::pass(), answer()).assert(&[
            "trailer x-checksum is 5d41402a",
            "trailer x-none does not exist",
            "header x-checksum does not exist",
        ]),
        http1(
            "trailer-missing",
            "a trailer that the test wants and the answer lacks",
            incorrect("trailer"),
            answer(),
        )
        .assert(&["trailer x-signature exists"]),
    ]
}

/// Bodies where none can be, and one that the connection's end ends.
fn no_body() -> Vec<Row> {
    vec![
        http1(
            "ok-until-close",
            "a body that ends with the connection",
            Expect::pass(),
            Script::new().then("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello").fin(),
        )
        .assert(&["status is 200", "body contains hello"]),
        http1(
            "te-gzip-chunked",
            "the transfer coding gzip, which is left as it is",
            Expect::pass(),
            Script::new().raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4\r\n\x1f\x8b\x08\x00\r\n0\r\n\r\n"),
        )
        .assert(&["status is 200"]),
        http1(
            "body-204",
            "a body after 204: bytes after the end of the message",
            Expect::pass(),
            Script::new().then("HTTP/1.1 204 No Content\r\n\r\nhello").fin(),
        )
        .assert(&["status is 204"]),
        http1(
            "head-with-body",
            "a body in the answer to HEAD: bytes after the end of the message",
            Expect::pass(),
            Script::new().then("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").fin(),
        )
        .with(json!({ "method": "HEAD" }))
        .assert(&["status is 200"]),
    ]
}
