//! What is refused before any route, or beside it.

use crate::served::{Answer, Served};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The lines that every head here has.
const LINES: &str = "host: localhost\r\nconnection: close\r\n";

#[tokio::test]
async fn every_layer_answers_with_the_envelope() {
    let served = Served::open().await;
    let get = |target: &str| format!("GET {target} HTTP/1.1\r\n{LINES}\r\n");
    let post = |more: &str, body: &str| format!("POST /api/v1/runs HTTP/1.1\r\n{LINES}{more}\r\n{body}");
    let json = "content-type: application/json\r\n";
    let lines = |count: usize| (0..count).map(|at| format!("x-{at}: a\r\n")).collect::<String>();
    let mut wrong = Vec::new();
    for (request, status, word) in [
        (get("/nowhere"), 404, "NoSuchRoute"),
        (get("/api/v1/nowhere"), 404, "NoSuchRoute"),
        (get("/api/v1/tests/"), 404, "NoSuchRoute"),
        (get("*"), 404, "NoSuchRoute"),
        (format!("PATCH /api/v1/tests HTTP/1.1\r\n{LINES}\r\n"), 405, "MethodNotAllowed"),
        (format!("BREW /api/v1/tests HTTP/1.1\r\n{LINES}\r\n"), 405, "MethodNotAllowed"),
        (get("/api/v1/tests?limit=x"), 400, "InvalidRequest"),
        (get("/api/v1/tests?a=%zz"), 400, "InvalidRequest"),
        (get("/api/v1/tests?cursor=eA"), 400, "InvalidPaginationToken"),
        (get("/api/v1/results/%ff"), 400, "InvalidRequest"),
        (get("/api/v1/results/1"), 404, "NotFound"),
        (get("/api/v1/results/\u{e9}"), 404, "NotFound"),
        ("no http at all\r\n\r\n".to_owned(), 400, "BadRequest"),
        (format!("GET / HTTP/3.7\r\n{LINES}\r\n"), 400, "BadRequest"),
        (format!("GET / HTTP/1.1\r\n{LINES}no colon\r\n\r\n"), 400, "BadRequest"),
        (format!("GET / HTTP/1.1\r\n{LINES}x: a\0b\r\n\r\n"), 400, "BadRequest"),
        (
            format!("GET / HTTP/1.1\r\n{LINES}content-length: 1\r\ncontent-length: 2\r\n\r\nab"),
            400,
            "BadRequest",
        ),
        (
            format!("POST /api/v1/runs HTTP/1.1\r\n{LINES}transfer-encoding: chunked\r\n{json}\r\nzz\r\n"),
            400,
            "BodyIncomplete",
        ),
        (format!("GET / HTTP/1.1\r\n{LINES}x: {}\r\n\r\n", "a".repeat(70_000)), 431, "HeadersTooLarge"),
        (format!("GET / HTTP/1.1\r\n{LINES}x: {}\r\n\r\n", "a".repeat(700_000)), 431, "HeadersTooLarge"),
        (format!("GET / HTTP/1.1\r\n{LINES}{}\r\n", lines(120)), 431, "HeadersTooLarge"),
        (get(&format!("/{}", "a".repeat(70_000))), 400, "BadRequest"),
        (post("content-length: 2\r\n", "{}"), 400, "UnsupportedContentType"),
        (post("content-type: text/plain\r\ncontent-length: 2\r\n", "{}"), 400, "UnsupportedContentType"),
        (post(&format!("{json}content-length: 1\r\n"), "{"), 400, "MalformedJson"),
        (post(json, ""), 400, "MalformedJson"),
        (post(&format!("{json}content-length: 2\r\n"), "[]"), 400, "MalformedJson"),
        (post(&format!("{json}content-length: 99999999\r\n"), "{"), 400, "BodyTooLarge"),
        (post(&format!("{json}content-length: 2\r\n"), "{}"), 400, "InvalidRequest"),
    ] {
        let answer = served.raw(request.as_bytes()).await;
        let found = (answer.status, answer.body["error"]["details"]["errorCode"].as_str().unwrap_or(""));
        let verdict = answer.wrong();
        let reference = answer.body["error"]["details"]["errorRef"].as_str().unwrap_or("none");
        let lines = served.logged(reference).len();
        if verdict.is_err() || found != (status, word) || lines != 1 {
            let shown: String = request.chars().take(120).collect();
            wrong.push(format!(
                "{shown:?}: {status} {word} expected, found {found:?}, {verdict:?}, {lines} lines in the log"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut invalid = post(&format!("{json}content-length: 2\r\n"), "").into_bytes();
    invalid.extend([0xff, 0xfe]);
    served.raw(&invalid).await.envelope(400, "MalformedJson");
    let deep = format!("{{\"definition\":{}}}", "[".repeat(100_000));
    let deep = post(&format!("{json}content-length: {}\r\n", deep.len()), &deep);
    served.raw(deep.as_bytes()).await.envelope(400, "MalformedJson");
    // A head request has no body to answer with; its status and type are those of the envelope.
    let head = served.raw(format!("HEAD /nowhere HTTP/1.1\r\n{LINES}\r\n").as_bytes()).await;
    assert_eq!((head.status, head.header("content-type")), (404, Some("application/json")), "{head:?}");
}

#[tokio::test]
async fn slow_clients_are_told_so() {
    let served = Served::open().await;
    // Time passes as soon as nobody does anything.
    tokio::time::pause();
    let exchange = async |sent: &str| {
        let mut stream = TcpStream::connect(served.running.address()).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        Answer::read(bytes)
    };
    let answer = exchange("GET / HTTP/1.1\r\nhost: localhost\r\n").await.expect("no answer to half a head");
    answer.envelope(408, "RequestTimeout");
    let half = format!(
        "POST /api/v1/validate HTTP/1.1\r\n{LINES}content-type: application/json\r\ncontent-length: 9\r\n\r\n{{"
    );
    let answer = exchange(&half).await.expect("no answer to half a body");
    let error = answer.envelope(408, "RequestTimeout");
    assert!(
        error["details"]["constraintViolations"][0]["message"] == json!("did not arrive within 30 s"),
        "{error}"
    );
    // Who says nothing is owed nothing.
    assert!(exchange("").await.is_none());
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_in_turn() {
    let served = Served::open().await;
    let one = "GET /nowhere HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let last = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut stream = TcpStream::connect(served.running.address()).await.unwrap();
    stream.write_all(format!("{one}{one}{last}").as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text.matches("HTTP/1.1 404 Not Found").count(), 2, "{text}");
    assert!(text.ends_with("{\"status\":\"ok\"}"), "{text}");
}
