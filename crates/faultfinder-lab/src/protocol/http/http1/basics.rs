//! Answers as they should be, and peers that are not there.

use super::answers::{answer, ok, ok_with, status};
use crate::Expect;
use crate::peer;
use crate::protocol::http::expectations::{refused, reset};
use crate::protocol::http::row::{Row, Site, http1, http1_by};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::Phase;
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let pass = Expect::pass;
    vec![
        Row::new("http1/refused", "nobody listens on the port", refused(), |lab| {
            Ok(Site::at(peer::closed_tcp(lab)?))
        }),
        http1(
            "reset",
            "RST instead of an answer, as from a server that crashes",
            reset(Phase::Wait),
            Script::new().reset(),
        ),
        http1("ok", "200 with a content-length", pass(), ok()).assert(&[
            "status is 200",
            "header content-type contains text/plain",
            "body contains hello",
        ]),
        http1(
            "ok-json",
            "200 with JSON",
            pass(),
            ok_with("application/json", r#"{"status":"ok","items":[1,2]}"#),
        )
        .assert(&["jsonpath $.status is ok", "jsonpath $.items[1] is 2"]),
        http1("ok-version-1.1", "200 for a request that demands HTTP/1.1", pass(), ok())
            .with(json!({ "version": "1.1" }))
            .assert(&["status is 200"]),
        http1(
            "ok-http10",
            "an HTTP/1.0 server that ends the body with the connection",
            pass(),
            Script::new().then("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello").fin(),
        )
        .assert(&["status is 200", "body contains hello"]),
        http1("not-found", "404: a response, assertions decide", pass(), status("404 Not Found"))
            .assert(&["status is 404"]),
        http1("403", "403: a response, assertions decide", pass(), status("403 Forbidden"))
            .assert(&["status is 403"]),
        http1("500", "500: a response, assertions decide", pass(), status("500 Internal Server Error"))
            .assert(&["status is 500"]),
        http1("204", "204 without a body", pass(), Script::new().then("HTTP/1.1 204 No Content\r\n\r\n"))
            .assert(&["status is 204"]),
        http1(
            "304",
            "304 that tells the length of the body it leaves out",
            pass(),
            Script::new().then("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
        )
        .assert(&["status is 304"]),
        http1_by("head", "HEAD: a length and no body", pass(), |request| match request.method.as_str() {
            "HEAD" => Script::new().then("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
            _ => status("405 Method Not Allowed"),
        })
        .with(json!({ "method": "HEAD" }))
        .assert(&["status is 200"]),
        http1_by("headers-sent", "a server that looks for a header of the request", pass(), |request| {
            match request.header("x-probe") {
                Some("lab") => ok(),
                _ => status("400 Bad Request"),
            }
        })
        .with(json!({ "headers": { "X-Probe": "lab" } }))
        .assert(&["status is 200"]),
        http1_by("query-sent", "a server that looks for a query", pass(), |request| {
            if request.target.contains("word=lab") { ok() } else { status("400 Bad Request") }
        })
        .with(json!({ "query": { "word": "lab" } }))
        .assert(&["status is 200"]),
        http1(
            "103-then-200",
            "an interim answer before the final one",
            pass(),
            Script::new()
                .then("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
                .then("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        )
        .assert(&["status is 200", "body contains hello"]),
        http1(
            "100-then-200",
            "100 Continue that nobody waited for",
            pass(),
            Script::new()
                .then("HTTP/1.1 100 Continue\r\n\r\n")
                .then("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        )
        .with(json!({ "method": "POST", "body": "hello" }))
        .assert(&["status is 200", "body contains hello"]),
        http1(
            "101-h2c-unasked",
            "101 to a request that asked for no upgrade",
            super::super::expectations::malformed("unexpected-101"),
            Script::new()
                .then("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
                .hang(),
        ),
        http1(
            "two-responses",
            "a second answer that nobody asked for",
            pass(),
            answer("200 OK", "", b"hello").then("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").fin(),
        )
        .assert(&["status is 200", "body contains hello"]),
    ]
}
