//! What is in a body: how much, and which characters.

use super::answers::ok_with;
use crate::Expect;
use crate::protocol::http::row::{Row, http1};
use crate::protocol::http::script::Script;
use bytes::Bytes;
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

/// More than is kept of a body for assertions.
const CHUNK: Bytes = Bytes::from_static(&[b'a'; 1 << 16]);
/// So many chunks are 8 MiB.
const CHUNKS: usize = 128;

pub(super) fn rows() -> Vec<Row> {
    vec![
        http1("large-body", "8 MiB, and an assertion that would read them", too_large(), large())
            .assert(&["status is 200", "body contains hello"]),
        http1("large-body-unread", "8 MiB that no assertion reads", Expect::pass(), large())
            .assert(&["status is 200"]),
        http1(
            "empty-body",
            "a body of no bytes",
            Expect::pass(),
            Script::new().then("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        )
        .assert(&["status is 200"]),
        http1(
            "charset-wrong",
            "bytes that are not the UTF-8 they are said to be",
            Expect::pass(),
            Script::new().raw(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 9\r\n\r\ncaf\xe9 \xff au",
            ),
        )
        .assert(&["status is 200", "body contains caf"]),
        http1(
            "charset-latin1",
            "Latin-1 that says so",
            Expect::pass(),
            Script::new().raw(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Length: 4\r\n\r\nK\xf6ln",
            ),
        )
        .assert(&["status is 200", "body is Köln"]),
        http1(
            "charset-utf16",
            "UTF-16 with a byte order mark",
            Expect::pass(),
            Script::new().raw(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\n\xff\xfeh\0i\0",
            ),
        )
        .assert(&["body is hi"]),
        http1(
            "json-with-bom",
            "JSON behind a byte order mark",
            Expect::pass().saying("the body begins with a byte order mark"),
            Script::new().raw(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n\xef\xbb\xbf{\"ok\":1}\r\n",
            ),
        )
        .assert(&["jsonpath $.ok is 1"]),
        http1("html-for-json", "a page where JSON was expected: the assertion says so", not_json(), page())
            .assert(&["jsonpath $.status is ok"]),
    ]
}

/// The body is more than what is kept. No document names the rule that this breaks.
pub(super) fn too_large() -> Expect {
    Expect::fault(Code::BodyTooLarge, Phase::Receive, json!({ "kind": "http" }))
}

fn large() -> Script {
    let length = CHUNK.len() * CHUNKS;
    Script::new().then(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n")).times(CHUNKS, CHUNK)
}

fn not_json() -> Expect {
    crate::protocol::http::expectations::any_incorrect()
}

fn page() -> Script {
    ok_with("text/html", "<html><body>maintenance</body></html>")
}
