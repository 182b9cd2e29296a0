//! GraphQL requests, and the errors in their answers.

use super::body::TEXT_BODY_BYTES_MAX;
use crate::section::Section;
use faultfinder_http::{Body, Request};
use serde_json::Value;

/// What answers may be (GraphQL over HTTP, section "Media types"); sent when the test does not say it.
const ACCEPT: &str = "application/graphql-response+json, application/json;q=0.9";

/// Puts a GraphQL request into an HTTP request whose method is known: into the query of a GET, else into the body.
pub(super) fn put(section: &mut Section<'_, '_>, request: &mut Request) {
    let query = section.confidential("query").unwrap_or_default();
    let name = section.text("operation_name");
    let variables = section.json("variables");
    let size = query.len() + variables.as_ref().map_or(0, String::len);
    if size > TEXT_BODY_BYTES_MAX {
        let message =
            format!("the GraphQL request has {size} bytes; at most {TEXT_BODY_BYTES_MAX} are allowed");
        section.object("query", "too_long", message);
    }
    if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        request.headers.push(("accept".to_owned(), ACCEPT.to_owned()));
    }
    if request.method == "GET" {
        let mut add = |name: &str, value: String| request.query.push((name.to_owned(), value));
        add("query", query);
        name.into_iter().for_each(|name| add("operationName", name));
        variables.into_iter().for_each(|variables| add("variables", variables));
        return;
    }
    let mut json = format!("{{\"query\":{}", Value::from(query));
    if let Some(name) = name {
        json.push_str(&format!(",\"operationName\":{}", Value::from(name)));
    }
    if let Some(variables) = variables {
        json.push_str(&format!(",\"variables\":{variables}"));
    }
    json.push('}');
    request.body = Body::Json(json);
}

/// What people should know of an answer that has errors: it is a response all the same, and assertions decide.
pub(super) fn warning(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let errors = answer.get("errors")?.as_array().filter(|errors| !errors.is_empty())?;
    let first = errors.first().and_then(|error| error.get("message")).and_then(Value::as_str);
    let first: String = first.unwrap_or("it has no message").chars().take(MESSAGE_CHARS_MAX).collect();
    Some(match errors.len() {
        1 => format!("the GraphQL response has an error: {first}"),
        count => format!("the GraphQL response has {count} errors, the first: {first}"),
    })
}

/// Most characters of an error's message that a warning repeats.
const MESSAGE_CHARS_MAX: usize = 200;
