//! The document that describes the API, made from the code: `GET /api/v1/openapi.json`.
//!
//! Each handler says what is its own (`#[utoipa::path]`): parameters, body, success, and the errors that only it knows,
//! these by their status alone. What the layers around it can answer, what every error looks like, and the warnings that
//! may come with every success are the same everywhere; they are added here ([`document`]).

mod envelope; // what errors and warnings look like
mod requests; // bodies of requests
mod schemas; // words, moments, definitions

pub(crate) use requests::{NewReport, NewSilence, NewTest, NewToken, OneDefinition, Replacement, Runnable};
pub(crate) use schemas::{PageSize, TestOrder, TestState, TestStatus, violations};

use super::idempotency;
use super::status::Status;
use serde_json::{Map, Value, json};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

/// Where the API begins.
pub(crate) const PREFIX: &str = "/api/v1";

/// The name of the security scheme in the document.
const SCHEME: &str = "token";

const ABOUT: &str = "\
Runs tests on schedule, stores results, and answers over HTTP. Every error, from every layer, has the same body: \
`error` with `code`, `message` and `details`. A successful response that did something the caller may not expect begins with \
`warnings`. Where the service has an admin token every call below `/api/v1` needs a token, except the one of this \
document; where it has none, no call does.";

/// What the document says before any route is added.
pub(super) fn base() -> OpenApi {
    let license =
        LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Faultfinder")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(license));
    OpenApiBuilder::new().info(info).build()
}

/// The whole document: what the routes say, and what is the same for all of them.
pub(super) fn document(described: &OpenApi) -> Map<String, Value> {
    let mut document = match serde_json::to_value(described) {
        Ok(Value::Object(document)) => document,
        _ => Map::new(),
    };
    for (path, item) in document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if method == "post" {
                take_key(operation);
            }
            complete(operation, path.starts_with(PREFIX));
        }
    }
    let components = document.entry("components").or_insert_with(|| json!({}));
    for (kind, more) in [
        ("schemas", envelope::schemas()),
        ("schemas", json!({ "Definition": schemas::definition_schema() })),
        ("responses", envelope::responses()),
        ("securitySchemes", json!({ SCHEME: scheme() })),
    ] {
        let Some(components) = components.as_object_mut() else { break };
        let all = components.entry(kind).or_insert_with(|| json!({}));
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
            all.extend(more);
        }
    }
    document.insert("servers".to_owned(), json!([{ "url": "/" }]));
    document
}

fn scheme() -> Value {
    json!({
        "type": "http",
        "scheme": "bearer",
        "description": "The admin token of the configuration, or one created with it (POST /api/v1/tokens).",
    })
}

/// Adds to an operation that it takes an idempotency key, and what comes of that.
fn take_key(operation: &mut Value) {
    let Some(operation) = operation.as_object_mut() else { return };
    let parameter = json!({
        "name": idempotency::KEY.as_str(),
        "in": "header",
        "required": false,
        "description": "Repeated within 24 hours, the same request with the same key gets the same response and is not carried out again.",
        "schema": { "type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": idempotency::KEY_CHARS_MAX },
    });
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.push(parameter);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for response in responses.values_mut().filter_map(Value::as_object_mut) {
        let replayed = json!({
            "description": "Present if the response is that of an earlier request with the same idempotency key.",
            "schema": { "const": "true" },
        });
        let headers = response.entry("headers").or_insert_with(|| json!({}));
        if let Some(headers) = headers.as_object_mut() {
            headers.insert(idempotency::REPLAYED.as_str().to_owned(), replayed);
        }
    }
    responses.insert(Status::Conflict.code().as_str().to_owned(), json!({}));
}

/// Adds to an operation what is the same for all.
fn complete(operation: &mut Value, is_api: bool) {
    let scopes = operation.pointer(&format!("/security/0/{SCHEME}")).and_then(Value::as_array).map(Vec::len);
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, response) in responses.iter_mut() {
        succeed(status, response);
    }
    for status in Status::ALL {
        let code = status.code().as_str().to_owned();
        let can_be = match status {
            Status::BadRequest | Status::RequestTimeout | Status::HeadersTooLarge | Status::Internal => true,
            Status::TooManyRequests | Status::Unavailable => is_api || responses.contains_key(&code),
            Status::Unauthorized => scopes.is_some(),
            Status::Forbidden => scopes.is_some_and(|scopes| scopes > 0),
            // Another method is another operation, which the document does not have.
            Status::MethodNotAllowed => false,
            Status::NotFound | Status::Conflict | Status::Gone | Status::NotImplemented => {
                responses.contains_key(&code)
            }
        };
        if can_be {
            responses.insert(code, envelope::reference(*status));
        }
    }
}

/// Adds the warnings to a success, and a word about it where there is none.
fn succeed(status: &str, response: &mut Value) {
    let Some(response) = response.as_object_mut() else { return };
    let done = if status == "201" { "Created." } else { "Success." };
    response.entry("description").or_insert_with(|| json!(done));
    let body = response.get_mut("content").and_then(|content| content.get_mut("application/json"));
    if let Some(schema) = body.and_then(|body| body.get_mut("schema")) {
        *schema = json!({ "allOf": [schema.take(), { "$ref": "#/components/schemas/MaybeWarnings" }] });
    }
}

#[cfg(test)]
mod tests;
