//! GraphQL servers.

use super::expectations::incorrect;
use super::http1::{Request, answer, ok_with};
use super::row::{Row, http1_by};
use super::script::Script;
use crate::Expect;
use serde_json::{Value, json};

const DOCUMENT: &str = "query Shop($id: ID!) { shop(id: $id) { open } }";

fn fields() -> Value {
    json!({ "query": DOCUMENT, "operation_name": "Shop", "variables": { "id": "7", "list": [1, true] } })
}

/// Whether the body is the request of [`fields`].
fn is_asked(request: &Request) -> bool {
    let expected =
        json!({ "query": DOCUMENT, "operationName": "Shop", "variables": { "id": "7", "list": [1, true] } });
    let accepts = request.header("accept").is_some_and(|types| types.contains("graphql-response+json"));
    accepts && serde_json::from_str::<Value>(&request.body).is_ok_and(|body| body == expected)
}

fn data() -> Script {
    ok_with("application/graphql-response+json", r#"{"data":{"shop":{"open":true}}}"#)
}

fn errors() -> Script {
    ok_with(
        "application/json",
        r#"{"data":null,"errors":[{"message":"no such shop","path":["shop"]},{"message":"late"}]}"#,
    )
}

/// All scenarios.
pub(super) fn rows() -> Vec<Row> {
    let says = "the GraphQL response has 2 errors, the first: no such shop";
    let bad = || answer("400 Bad Request", "", b"");
    vec![
        http1_by("graphql-post", "a document with variables, by POST", Expect::pass(), move |request| {
            if request.method == "POST" && is_asked(request) { data() } else { bad() }
        })
        .with(json!({ "graphql": fields() }))
        .assert(&["status is 200", "jsonpath $.data.shop.open is true"]),
        http1_by("graphql-get", "the same in the query of a GET", Expect::pass(), move |request| {
            let has = |text| request.target.contains(text);
            let parts = ["query=query+Shop", "operationName=Shop", "variables=%7B%22id%22%3A%227%22"];
            if request.method == "GET" && parts.iter().all(|part| has(*part)) { data() } else { bad() }
        })
        .with(json!({ "method": "GET", "graphql": fields() }))
        .assert(&["jsonpath $.data.shop.open is true"]),
        http1_by(
            "graphql-errors",
            "200 with errors: a response, with a warning",
            Expect::pass().saying(says),
            |_| errors(),
        )
        .with(json!({ "graphql": fields() }))
        .assert(&["status is 200"]),
        http1_by(
            "graphql-errors-asserted",
            "the same, by a test that wants none",
            incorrect("jsonpath"),
            |_| errors(),
        )
        .with(json!({ "graphql": fields() }))
        .assert(&["jsonpath $.errors does not exist"]),
    ]
}
