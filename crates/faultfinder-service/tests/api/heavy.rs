//! Work that takes long: it holds nothing else up, and it ends.

use crate::served::{Answer, Served};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server that answers one request with these bytes, and closes.
async fn answering(answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.unwrap_or(0) > 0 {}
        let _ = stream.write_all(&answer).await;
    });
    address
}

/// A run of one test that asks this server, with these assertions.
fn asserting(address: SocketAddr, assertions: &[String]) -> Value {
    let http = json!({ "url": format!("http://{address}/"), "auth": { "basic": { "username": "a", "password": "b" } } });
    let test = json!({ "name": "heavy", "http": http, "assert": assertions });
    json!({ "definition": { "version": 1, "tests": [test] } })
}

/// What comes of a call, and how often the service said meanwhile that it lives.
async fn meanwhile(served: &Served, call: impl Future<Output = Answer>) -> (Answer, usize) {
    let mut call = std::pin::pin!(call);
    let mut answered = 0;
    loop {
        tokio::select! {
            answer = &mut call => return (answer, answered),
            alive = served.get("/healthz") => {
                assert_eq!(alive.status, 200);
                answered += 1;
            }
        }
    }
}

/// So often a service says that it lives while something takes long. While its only thread does that, it is once or twice.
const MANY_ANSWERS: usize = 20;

// One thread serves all: what would hold it up would hold up everything.
#[tokio::test]
async fn a_pattern_that_takes_long_holds_nothing_up_and_ends() {
    let served = Served::unthrottled().await;
    let heavy = "\\b(a{0,20}b? ?){0,40}c\\b";
    let (body, field) = (format!("ä{}", "ab ".repeat(1_600_000)), format!("ä{}", "ab ".repeat(5_000)));
    let on_body = vec![format!("body matches {heavy}")];
    let on_field = vec![format!("header x matches {heavy}"); 3];
    let head = |status: &str, more: &str, length: usize| {
        format!("HTTP/1.1 {status}\r\n{more}content-length: {length}\r\n\r\n")
    };
    let with_field = format!("x: {field}\r\n");
    for (name, answer, assertions, code) in [
        ("a body", head("200 OK", "", body.len()) + &body, &on_body, "TIMEOUT"),
        ("a refusal", head("401 No", "", body.len()) + &body, &on_body, "AUTHENTICATION_ERROR"),
        ("a field", head("200 OK", &with_field, 0), &on_field, "INCORRECT_ASSERTION"),
        ("half an answer", head("200 OK", &with_field, 9) + "half", &on_field, "CONNRESET"),
    ] {
        let run = asserting(answering(answer.into_bytes()).await, assertions);
        let (run, answered) = meanwhile(&served, served.post("/api/v1/runs", run)).await;
        assert!(answered >= MANY_ANSWERS, "{name}: {answered} answers while it was judged");
        let result = &run.body["items"][0];
        assert_eq!((&result["status"], &result["code"]), (&json!("failed"), &json!(code)), "{name}: {run:?}");
        let is_given_up = run.text.contains("needs more work on this text");
        assert_eq!(is_given_up, assertions.len() == 1, "{name}: {run:?}");
    }
}

#[tokio::test]
async fn a_pattern_that_cannot_fit_is_refused_with_its_place() {
    let served = Served::open().await;
    let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
    let body = asserting(nobody, &["body matches (a{1,100}){1,100}b".to_owned()]);
    let refused = served.post("/api/v1/runs", body).await;
    refused.envelope(400, "InvalidRequest");
    assert_eq!(refused.paths(), [("definition.tests[0].assert[0]", "PAYLOAD_BODY")]);
    assert!(refused.text.contains("has 10001 positions"), "{refused:?}");
}

#[tokio::test]
async fn patterns_that_are_large_together_are_refused_before_they_fill_the_memory() {
    let served = Served::unthrottled().await;
    let one = |assertion: &str| json!({ "name": "x", "http": { "url": "http://127.0.0.1:1/" }, "assert": [assertion] });
    let named = |at: usize| {
        let mut test = one(&format!("body matches \\w{{50}}{at}"));
        test["name"] = json!(at.to_string());
        test
    };
    let tests: Vec<Value> = (0..2_000).map(named).collect();
    let body = json!({ "definition": { "version": 1, "tests": tests } });
    let (refused, answered) = meanwhile(&served, served.post("/api/v1/validate", body)).await;
    assert!(answered >= MANY_ANSWERS, "{answered} answers while the definition was read");
    assert_eq!((refused.status, &refused.body["valid"]), (200, &json!(false)), "{refused:?}");
    assert!(refused.text.contains("compile to more than 67108864 bytes"), "{refused:?}");
    // What a variable makes of a pattern in each run is smaller still.
    let variables = json!({ "N": "{{ numeric(2) }}" });
    let test = one("body matches \\w{100}\\w{100}{{ N }}");
    let body = json!({ "definition": { "version": 1, "variables": variables, "tests": [test] } });
    let refused = served.post("/api/v1/validate", body).await;
    assert!(refused.text.contains("compile to more than 1048576 bytes"), "{refused:?}");
}

#[tokio::test]
async fn a_definition_that_takes_long_to_read_holds_nothing_up() {
    let served = Served::unthrottled().await;
    let assertions: Vec<_> = (0..3).map(|n| format!("body matches \\w{{{}}}x", 100 + n)).collect();
    let tests: Vec<_> = (0..4)
        .map(|n| json!({ "name": n.to_string(), "http": { "url": "http://a.test/" }, "assert": assertions }))
        .collect();
    let body = json!({ "definition": { "version": 1, "tests": tests } });
    let (validated, answered) = meanwhile(&served, served.post("/api/v1/validate", body)).await;
    assert_eq!((validated.status, &validated.body["valid"]), (200, &json!(true)), "{validated:?}");
    assert!(answered >= MANY_ANSWERS, "{answered} answers while the definition was read");
}
