//! Bodies of requests: a server that answers with what it got.

use super::Request;
use super::answers::ok_with;
use crate::Expect;
use crate::protocol::http::row::{Row, http1_by};
use crate::protocol::http::script::Script;
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    let echoed = |case, shows| http1_by(case, shows, Expect::pass(), echo);
    vec![
        echoed("post-text", "a POST with a text")
            .with(json!({ "method": "POST", "body": "hello-lab" }))
            .assert(&["status is 200", "body contains POST", "body contains hello-lab"]),
        echoed("post-json", "a POST with JSON")
            .with(json!({ "method": "POST", "json": { "word": "lab" } }))
            .assert(&["body contains application/json", r"body matches word.:\s*.lab"]),
        echoed("post-form", "a POST with a form")
            .with(json!({ "method": "POST", "form": { "word": "a&b" } }))
            .assert(&["body contains application/x-www-form-urlencoded", "body contains word=a%26b"]),
        echoed("post-multipart", "a POST with a form in parts")
            .with(json!({ "method": "POST", "multipart": [{ "name": "word", "value": "hello-lab" }] }))
            .assert(&["body contains multipart/form-data", "body contains word", "body contains hello-lab"]),
        echoed("put-empty", "a PUT without a body")
            .with(json!({ "method": "PUT" }))
            .assert(&["status is 200", "body contains PUT"]),
    ]
}

/// The method, the content-type and the body that came.
fn echo(request: &Request) -> Script {
    let content_type = request.header("content-type").unwrap_or("no content-type");
    ok_with("text/plain", &format!("{}\n{content_type}\n{}", request.method, request.body))
}
