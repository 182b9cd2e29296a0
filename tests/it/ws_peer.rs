//! The WebSocket probe against a server of somebody else's: the `websockets` library of Python.

use faultfinder_tests::faultfinder_with_input;
use faultfinder_tests::python::Peer;
use serde_json::{Value, json};

/// What a test comes to: its path, further fields, its assertions, and the code, phase and detail; nothing when it passes.
type Row = (&'static str, Value, &'static [&'static str], Option<(&'static str, &'static str, &'static str)>);

fn rows() -> Vec<Row> {
    let right = json!({ "basic": { "username": "lab", "password": "right" } });
    let wrong = json!({ "basic": { "username": "lab", "password": "wrong" } });
    vec![
        ("echo", json!({ "message": "hello" }), &["received is hello", "status is 101"], None),
        ("echo", json!({ "message_base64": "AAH/" }), &["received >= 3 bytes", "close_code is 1000"], None),
        (
            "echo",
            json!({ "steps": [{ "ping": "there?" }, { "send": "one" }, { "send": "two" }, { "expect": "two" }] }),
            &["received is two"],
            None,
        ),
        ("echo", json!({ "subprotocols": ["chat.v2", "chat.v1"] }), &["subprotocol is chat.v1"], None),
        (
            "echo",
            json!({ "subprotocols": ["mqtt"] }),
            &[],
            Some(("WEBSOCKET", "open", "Server sent no subprotocol")),
        ),
        ("echo", json!({ "message": "x".repeat(5000) }), &[], Some(("WEBSOCKET", "receive", "1009"))),
        ("close", json!({ "message": "hello" }), &[], Some(("WEBSOCKET", "receive", "1011"))),
        ("close", json!({ "message": "hello" }), &["close_code is 1011"], None),
        (
            "big",
            json!({ "message": "hello" }),
            &[],
            Some(("WEBSOCKET", "receive", "Received message longer than the maximum supported length")),
        ),
        (
            "big",
            json!({ "message": "hello", "max_message_bytes": 60_000 }),
            &["received >= 60000 bytes"],
            None,
        ),
        ("private", json!({ "auth": right, "message": "hello" }), &["received is hello"], None),
        ("private", json!({ "auth": wrong }), &[], Some(("AUTHENTICATION_ERROR", "open", "401"))),
        ("private", json!({}), &[], Some(("WEBSOCKET", "open", "Unexpected server response: 401"))),
        ("gone", json!({}), &[], Some(("WEBSOCKET", "open", "Unexpected server response: 410"))),
        (
            "echo",
            json!({ "message": "hello" }),
            &["received is goodbye"],
            Some(("INCORRECT_ASSERTION", "assert", "received")),
        ),
    ]
}

#[test]
fn a_python_server_is_found_as_it_is() {
    let Some(peer) = Peer::start("websockets_server.py", &["websockets"]) else { return };
    let rows = rows();
    let tests: Vec<Value> = (1..)
        .zip(&rows)
        .map(|(number, (path, fields, assertions, _))| {
            let mut ws = json!({ "url": format!("ws://127.0.0.1:{}/{path}", peer.port()), "timeout": "5s" });
            ws.as_object_mut().unwrap().extend(fields.as_object().cloned().unwrap());
            json!({ "name": format!("{number} {path}"), "ws": ws, "assert": assertions })
        })
        .collect();
    let file = json!({ "version": 1, "tests": tests }).to_string();
    let answer = faultfinder_with_input(&["run", "-", "--format", "json"], file.as_bytes());
    let report = answer.json();
    let results = report["results"].as_array().unwrap_or_else(|| panic!("{}", answer.stderr));
    assert_eq!(results.len(), rows.len());
    for ((_, _, _, expected), result) in rows.iter().zip(results) {
        let fault = &result["fault"];
        let found = [fault["code"].as_str(), fault["phase"].as_str(), fault["detail"]["name"].as_str()];
        let expected = match expected {
            Some((code, phase, name)) => [Some(*code), Some(*phase), Some(*name)],
            None => [None; 3],
        };
        assert_eq!(found, expected, "{}: {fault:#}", result["name"]);
    }
}
