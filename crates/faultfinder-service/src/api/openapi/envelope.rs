//! What errors and warnings look like: the schemas of what [`outer`](super::super::outer) writes.

use super::super::status::Status;
use crate::token::Scope;
use serde_json::{Map, Value, json};

/// A reference to the response of a status.
pub(super) fn reference(status: Status) -> Value {
    json!({ "$ref": format!("#/components/responses/{}", status.word()) })
}

/// One response for each status of an error.
pub(super) fn responses() -> Value {
    let named = |status: &Status| (status.word().to_owned(), response(*status));
    Value::Object(Status::ALL.iter().map(named).collect())
}

fn response(status: Status) -> Value {
    let code = status.code().as_u16();
    let mut properties = json!({ "code": { "const": code } });
    let mut required = json!([]);
    let mut detail = |name: &str| {
        if let Some(properties) = properties.as_object_mut() {
            properties.insert("details".to_owned(), json!({ "required": [name] }));
        }
    };
    let mut headers = Map::new();
    match status {
        Status::TooManyRequests | Status::Unavailable => {
            required = json!(["retryAfterSeconds"]);
            headers.insert(
                "retry-after".to_owned(),
                json!({
                    "description": "When to try again, in seconds: the same as `error.retryAfterSeconds`.",
                    "required": true,
                    "schema": { "type": "integer", "minimum": 1 },
                }),
            );
        }
        Status::Unauthorized => {
            headers.insert(
                "www-authenticate".to_owned(),
                json!({
                    "description": "How to authenticate (RFC 6750).",
                    "required": true,
                    "schema": { "type": "string", "pattern": "^Bearer " },
                }),
            );
        }
        Status::Forbidden => detail("missingScopes"),
        Status::Conflict => {
            let of_versions = json!({ "properties": { "errorCode": { "const": "VersionConflict" } } });
            let details = json!({ "if": of_versions, "then": { "required": ["currentVersion"] } });
            if let Some(properties) = properties.as_object_mut() {
                properties.insert("details".to_owned(), details);
            }
        }
        _ => {}
    }
    json!({
        "description": status.text(),
        "headers": headers,
        "content": { "application/json": { "schema": {
            "allOf": [
                { "$ref": "#/components/schemas/ErrorEnvelope" },
                { "properties": { "error": { "properties": properties, "required": required } } },
            ],
        } } },
    })
}

/// The schemas of errors and warnings.
pub(super) fn schemas() -> Value {
    let trace = json!({
        "type": "string",
        "pattern": "^[0-9a-f]{32}$",
        "description": "The W3C trace id of the request: from its `traceparent`, or generated. The log has it too.",
    });
    let reference = json!({
        "type": "string",
        "format": "uuid",
        "description": "Identifies this occurrence; the log has it with the full details.",
    });
    let violations = json!({ "type": "array", "minItems": 1, "items": { "$ref": "#/components/schemas/ConstraintViolation" } });
    json!({
        "ErrorEnvelope": {
            "description": "The body of every error.",
            "type": "object",
            "required": ["error"],
            "properties": { "error": { "$ref": "#/components/schemas/Error" } },
            "additionalProperties": false,
        },
        "Error": {
            "description": "What went wrong.",
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": { "type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status." },
                "message": { "type": "string", "minLength": 1, "description": "What happened, for people." },
                "details": { "$ref": "#/components/schemas/ErrorDetails" },
                "retryAfterSeconds": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "How long to wait before sending the request again; the same as the header `retry-after`.",
                },
            },
            "additionalProperties": false,
        },
        "ErrorDetails": {
            "description": "Details. Further fields may be added.",
            "type": "object",
            "required": ["errorRef", "traceId", "errorCode"],
            "properties": {
                "errorRef": reference,
                "traceId": trace,
                "errorCode": {
                    "type": "string",
                    "pattern": "^[A-Z][A-Za-z]+$",
                    "description": "The kind of error, for programs: `InvalidRequest`, `InvalidPaginationToken`, `VersionConflict`.",
                },
                "constraintViolations": violations,
                "missingScopes": {
                    "type": "array",
                    "minItems": 1,
                    "items": { "enum": Scope::ALL },
                    "description": "All required scopes that are missing.",
                },
                "currentVersion": { "type": "integer", "minimum": 1, "description": "The version to read again." },
            },
        },
        "ConstraintViolation": {
            "description": "One problem of a request.",
            "type": "object",
            "required": ["path", "message", "parameterLocation"],
            "properties": {
                "path": {
                    "type": "string",
                    "description": "The field, as `definition.tests[0].assert[2]`; empty if it concerns the body as a whole.",
                },
                "message": { "type": "string", "minLength": 1, "description": "The problem, for people." },
                "parameterLocation": { "enum": ["PAYLOAD_BODY", "QUERY", "PATH", "HEADER"] },
            },
            "additionalProperties": false,
        },
        "MaybeWarnings": {
            "description": "What a successful request did that the caller may not expect; the first field of its body.",
            "type": "object",
            "properties": {
                "warnings": {
                    "type": "array",
                    "minItems": 1,
                    "items": { "$ref": "#/components/schemas/Warning" },
                },
            },
        },
        "Warning": {
            "description": "A default that was filled in, a value that was clamped, something that is probably not intended, a damaged record that was omitted.",
            "type": "object",
            "required": ["message", "details"],
            "properties": {
                "message": { "type": "string", "minLength": 1, "description": "What happened, for people." },
                "details": {
                    "type": "object",
                    "required": ["warningRef", "traceId"],
                    "properties": {
                        "warningRef": reference,
                        "traceId": trace,
                        "constraintViolations": violations,
                    },
                },
            },
            "additionalProperties": false,
        },
    })
}
