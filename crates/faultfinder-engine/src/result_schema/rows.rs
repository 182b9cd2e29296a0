//! Objects of a schema and their fields.

use serde_json::{Map, Value, json};

/// A field of an object: its name, whether it is always there, what it means, and the schema of its value.
pub(super) type Row = (&'static str, Is, &'static str, Value);

/// Whether a field is always there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Is {
    Always,
    Optional,
}

/// An object with these fields, and perhaps others.
pub(super) fn object(about: &str, rows: Vec<Row>) -> Value {
    let required: Vec<&str> = rows.iter().filter(|row| row.1 == Is::Always).map(|row| row.0).collect();
    let mut properties = Map::new();
    for (name, _, about, mut schema) in rows {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), about.into());
        }
        properties.insert(name.to_owned(), schema);
    }
    json!({ "type": "object", "description": about, "properties": properties, "required": required })
}

/// A reference to a definition.
pub(super) fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// A list of things that are defined.
pub(super) fn list_of(name: &str) -> Value {
    json!({ "type": "array", "items": to(name) })
}

/// Something, or null.
pub(super) fn or_null(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn texts() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}

pub(super) fn boolean() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

pub(super) fn millis() -> Value {
    json!({ "type": "number", "minimum": 0 })
}

pub(super) fn one_of(words: Vec<&str>) -> Value {
    json!({ "type": "string", "enum": words })
}

/// What was seen: any value.
pub(super) fn fact() -> Value {
    json!({})
}

pub(super) fn named_facts() -> Value {
    json!({ "type": "object" })
}
