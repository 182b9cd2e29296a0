//! Answers as they should be, and oddities that are none of the client's business.

use super::frame::{data, frame, headers, kind, settings, varint};
use super::script::Script;
use super::server::{ok, row, serve, site};
use crate::Expect;
use crate::peer::QUIC_WINDOW_BYTES;
use crate::protocol::http::row::Row;
use serde_json::json;

/// `H3_NO_ERROR` (RFC 9114 section 8.1).
const NO_ERROR: u32 = 0x100;

pub(super) fn rows() -> Vec<Row> {
    let pass = |case, shows, script| row(case, shows, Expect::pass(), script);
    vec![
        pass("ok", "200 over QUIC", ok).assert(&[
            "status is 200",
            "alpn is h3",
            "tls_version is TLSv1.3",
            "header content-type contains text/plain",
            "body contains hello",
        ]),
        pass("ok-post", "200 to a request with a body", ok)
            .with(json!({ "method": "POST", "body": "hello" }))
            .assert(&["status is 200"]),
        pass("ok-no-body", "204 that ends with its head", || {
            Script::new().then(headers(&[(":status", "204")]))
        })
        .assert(&["status is 204"]),
        pass("404", "404: a response, assertions decide", || {
            Script::new().then(headers(&[(":status", "404")]))
        })
        .assert(&["status is 404"]),
        pass("ok-informational", "an interim answer before the final one", || {
            Script::new()
                .then(headers(&[(":status", "103"), ("link", "</a.css>; rel=preload")]))
                .then(headers(&[(":status", "200")]))
                .then(data(b"hello"))
        })
        .assert(&["status is 200", "body contains hello"]),
        pass("ok-trailers", "trailers after the body", || ok().then(headers(&[("x-checksum", "1")])))
            .assert(&["status is 200", "body contains hello"]),
        pass("ok-content-length", "a body as long as announced", || {
            Script::new()
                .then(headers(&[(":status", "200"), ("content-length", "10")]))
                .then(data(b"hello"))
                .pause(20)
                .then(data(b"world"))
        })
        .assert(&["status is 200", "body contains helloworld"]),
        pass("ok-gzip", "a body with a content coding", || {
            Script::new()
                .then(headers(&[(":status", "200"), ("content-encoding", "gzip")]))
                .then(data(GZIPPED_HELLO))
        })
        .assert(&["status is 200", "body is hello"]),
        pass("ok-unknown-frame", "a frame of a type that no document defines", || {
            Script::new().then(frame(kind::UNKNOWN, b"lab")).then_all(ok())
        })
        .assert(&["status is 200", "body contains hello"]),
        pass("goaway-before-complete", "GOAWAY that lets our request end", || {
            let goaway = frame(kind::GOAWAY, &varint(4));
            ok().greeting(&[settings(), goaway].concat())
        })
        .assert(&["status is 200", "body contains hello"]),
        pass("close-after-complete", "the end of the connection after the whole answer", || {
            ok().finish_and_close(NO_ERROR)
        })
        .assert(&["status is 200", "body contains hello"]),
        early("early-answer", "413 to a body that is not read", || refusal().unread()),
        early("early-answer-read", "413 to a body that is read afterwards", || refusal().reading_last()),
        early("early-answer-stopped", "413 to a body that is stopped", || refusal().stopping(NO_ERROR)),
        redirect(),
    ]
}

/// `413` with a short text.
fn refusal() -> Script {
    Script::new().then(headers(&[(":status", "413")])).then(data(b"too much"))
}

/// An answer to a body that does not fit into the window of its stream.
fn early(case: &str, shows: &'static str, script: fn() -> Script) -> Row {
    row(case, shows, Expect::pass(), script)
        .with(json!({ "method": "POST", "body": "x".repeat(2 * QUIC_WINDOW_BYTES) }))
        .assert(&["status is 413", "body is too much"])
}

/// `hello`, as gzip writes it.
const GZIPPED_HELLO: &[u8] =
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00";

/// The first connection is sent elsewhere.
fn redirect() -> Row {
    Row::new("http3/redirect", "a redirect, followed over HTTP/3", Expect::pass(), |lab| {
        let address = serve(lab, lab.pki().good(), |count| match count {
            0 => Script::new().then(headers(&[(":status", "302"), ("location", "/elsewhere")])),
            _ => ok(),
        })?;
        Ok(site(lab, address))
    })
    .following()
    .assert(&["status is 200", "body contains hello"])
}

#[cfg(test)]
mod tests {
    use super::super::frame::control;
    use super::*;

    #[test]
    fn the_control_stream_begins_with_its_type_and_settings() {
        assert_eq!(control(&settings()), [0, 4, 0]);
    }
}
