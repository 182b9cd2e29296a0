//! The JSON Schema of the native format, so that editors complete it, and the list of fields for the docs.
//!
//! Both are made from the tables by which files are read.
//! The schema is a little stricter than the reader: it knows no aliases (`a` for the record type `A`).

use crate::assertion::{self, ASSERTIONS_MAX};
use crate::fields::{FieldSpec, Shape, Table};
use crate::value::ValueKind;
use crate::{pairs, parsed, steps, test, variable};
use serde_json::{Map, Value, json};

/// The name of the definition of lines among those of the schema.
const ASSERTION_LINE: &str = "assertion line";

/// JSON Schema (draft 2020-12) of the native format. `assertion_line` is the schema of an assertion in one line, which the
/// reader of assertions knows.
#[must_use]
pub fn schema(assertion_line: Value) -> Value {
    let mut definitions = Map::new();
    definitions.insert(ASSERTION_LINE.to_owned(), assertion_line);
    let file = reference(&mut definitions, &parsed::TABLE);
    let test = reference(&mut definitions, &test::TABLE);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Faultfinder test definitions",
        "description": "A file with tests, one test, or a list of tests.",
        "anyOf": [file, test.clone(), { "type": "array", "items": test, "minItems": 1 }],
        "$defs": definitions,
    })
}

/// The fields of all mappings as Markdown, for `docs/definitions.md`.
#[must_use]
pub fn field_reference() -> String {
    let mut tables: Vec<&'static Table> = Vec::new();
    collect(&parsed::TABLE, &mut tables);
    let mut text = String::new();
    for table in tables {
        let title = table.title.trim_matches('`');
        text.push_str(&format!("### {title}\n\n| field | value | meaning |\n| --- | --- | --- |\n"));
        for field in table.fields() {
            let value = kind(&field.shape);
            let required = if field.required { " (required)" } else { "" };
            text.push_str(&format!("| `{}` | {value} | {}{required} |\n", field.name, field.about));
        }
        text.push('\n');
    }
    text
}

/// A table and those inside it, each once, in reading order.
fn collect(table: &'static Table, tables: &mut Vec<&'static Table>) {
    if tables.iter().any(|known| known.title == table.title) {
        return;
    }
    tables.push(table);
    for field in table.fields() {
        for inner in inner_tables(&field.shape) {
            collect(inner, tables);
        }
    }
}

/// The tables that a value of a shape may be read by.
fn inner_tables(shape: &Shape) -> Vec<&'static Table> {
    match shape {
        Shape::Table(table) | Shape::Tables(table, _) | Shape::Tests(table) => vec![table],
        Shape::Assertions => {
            vec![&assertion::ASSERTION, &assertion::GROUP, &assertion::WARNING, &assertion::SCRIPT]
        }
        Shape::Variables => vec![&variable::TABLE],
        Shape::Extractions => vec![&steps::EXTRACTION],
        Shape::Pairs => vec![&pairs::TABLE],
        Shape::Text
        | Shape::TextOrTrue
        | Shape::Value(_)
        | Shape::Texts(_)
        | Shape::TextOrList(_)
        | Shape::TextList(_)
        | Shape::Addresses
        | Shape::Json
        | Shape::JsonObject => Vec::new(),
    }
}

/// What a field holds, for people.
fn kind(shape: &Shape) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::TextOrTrue => "text, or true".to_owned(),
        Shape::Value(value) => match value.kind {
            ValueKind::Text => "text".to_owned(),
            ValueKind::Bool => "true or false".to_owned(),
            ValueKind::Duration => "duration".to_owned(),
            ValueKind::Port => "port".to_owned(),
            ValueKind::Number(min, max) => format!("{min} to {max}"),
            ValueKind::Words(words) => format!("`{}`", words.join("` `")),
            ValueKind::Version => "`1`".to_owned(),
        },
        Shape::Texts(_) | Shape::TextOrList(_) => "text, or a list".to_owned(),
        Shape::TextList(_) => "list of texts".to_owned(),
        Shape::Pairs => "names and values".to_owned(),
        Shape::Addresses => "host names and IP addresses".to_owned(),
        Shape::Json => "anything".to_owned(),
        Shape::JsonObject => "mapping".to_owned(),
        Shape::Table(table) => format!("mapping: {}", link(table)),
        Shape::Tables(table, _) | Shape::Tests(table) => format!("list of {}", link(table)),
        Shape::Assertions => format!(
            "list of lines, {}, {} or {}",
            link(&assertion::ASSERTION),
            link(&assertion::GROUP),
            link(&assertion::WARNING)
        ),
        Shape::Variables => format!("names, each with text or {}", link(&variable::TABLE)),
        Shape::Extractions => format!("names, each with a subject or {}", link(&steps::EXTRACTION)),
    }
}

fn link(table: &Table) -> String {
    let title = table.title.trim_matches('`');
    format!("[{title}](#{})", title.replace(' ', "-"))
}

/// Puts a table into the definitions, once, and refers to it.
fn reference(definitions: &mut Map<String, Value>, table: &'static Table) -> Value {
    let name = table.title.trim_matches('`');
    let name =
        name.strip_prefix("the ").or_else(|| name.strip_prefix("an ")).or_else(|| name.strip_prefix("a "));
    let name = name.unwrap_or_else(|| table.title.trim_matches('`')).to_owned();
    if !definitions.contains_key(&name) {
        // The place is taken first, so that tables may contain each other.
        definitions.insert(name.clone(), Value::Null);
        let object = object(definitions, table);
        definitions.insert(name.clone(), object);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn object(definitions: &mut Map<String, Value>, table: &'static Table) -> Value {
    let properties: Map<String, Value> =
        table.fields().map(|field| (field.name.to_owned(), property(definitions, field))).collect();
    let required: Vec<&str> = table.fields().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let Some(schema) = schema.as_object_mut() {
        if let Some(name) = table.unless {
            let choices = json!([{ "required": required }, { "required": [name] }]);
            schema.insert("anyOf".to_owned(), choices);
        } else if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        if !table.one_of.is_empty() {
            let choices: Vec<Value> = table.one_of.iter().map(|name| json!({ "required": [name] })).collect();
            schema.insert("oneOf".to_owned(), json!(choices));
        }
        let exclusive = pairs_of(table.at_most_one_of);
        if !exclusive.is_empty() {
            schema.insert("not".to_owned(), json!({ "anyOf": exclusive }));
        }
    }
    schema
}

fn pairs_of(names: &[&str]) -> Vec<Value> {
    let mut pairs = Vec::new();
    for (index, first) in names.iter().enumerate() {
        for second in names.iter().skip(index + 1) {
            pairs.push(json!({ "required": [first, second] }));
        }
    }
    pairs
}

fn property(definitions: &mut Map<String, Value>, field: &FieldSpec) -> Value {
    let mut schema = shape(definitions, field);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), json!(field.about));
    }
    schema
}

fn shape(definitions: &mut Map<String, Value>, field: &FieldSpec) -> Value {
    let values = |value: Value| if field.literal { value } else { or_template(value) };
    match &field.shape {
        Shape::Text | Shape::TextOrTrue => text(),
        Shape::Value(value) => match value.kind {
            ValueKind::Text => text(),
            ValueKind::Bool => values(json!({ "type": "boolean" })),
            ValueKind::Duration => values(duration()),
            ValueKind::Port => values(number(1, 65_535)),
            ValueKind::Number(min, max) => values(number(min, max)),
            ValueKind::Words(words) => values(json!({ "enum": spellings(words) })),
            ValueKind::Version => json!({ "const": 1 }),
        },
        Shape::TextOrList(most) => {
            let list = json!({ "type": "array", "items": text(), "minItems": 1, "maxItems": most });
            json!({ "anyOf": [text(), list] })
        }
        Shape::Texts(_) => json!({ "anyOf": [text(), { "type": "array", "items": text() }] }),
        Shape::TextList(_) => json!({ "type": "array", "items": text() }),
        Shape::Pairs => {
            let pair = reference(definitions, &pairs::TABLE);
            let value = json!({ "anyOf": [text(), { "type": "array", "items": text() }] });
            json!({ "anyOf": [
                { "type": "object", "additionalProperties": value },
                { "type": "array", "items": pair },
            ] })
        }
        Shape::Addresses => {
            let address = json!({ "type": "string" });
            let value = json!({ "anyOf": [address.clone(), { "type": "array", "items": address }] });
            json!({ "type": "object", "additionalProperties": value })
        }
        Shape::Json => json!({}),
        Shape::JsonObject => json!({ "type": "object" }),
        Shape::Table(table) => reference(definitions, table),
        Shape::Tables(table, _) | Shape::Tests(table) => {
            json!({ "type": "array", "items": reference(definitions, table) })
        }
        Shape::Assertions => {
            let mappings =
                [&assertion::ASSERTION, &assertion::GROUP, &assertion::WARNING, &assertion::SCRIPT];
            let mut forms = vec![json!({ "$ref": format!("#/$defs/{ASSERTION_LINE}") })];
            forms.extend(mappings.map(|table| reference(definitions, table)));
            let item = json!({ "anyOf": forms });
            json!({ "type": "array", "maxItems": ASSERTIONS_MAX, "items": item })
        }
        Shape::Variables => named(definitions, &variable::TABLE),
        Shape::Extractions => named(definitions, &steps::EXTRACTION),
    }
}

/// Names of variables, each with a text or a mapping.
fn named(definitions: &mut Map<String, Value>, table: &'static Table) -> Value {
    json!({
        "type": "object",
        "propertyNames": { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" },
        "additionalProperties": { "anyOf": [text(), reference(definitions, table)] },
    })
}

fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn number(min: u32, max: u32) -> Value {
    json!({ "type": "integer", "minimum": min, "maximum": max })
}

fn duration() -> Value {
    json!({ "type": "string", "pattern": "^ *([0-9.]+ *[a-zµ]+ *)+$", "examples": ["500ms", "10s", "1m"] })
}

fn or_template(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "string", "pattern": "\\{\\{" }] })
}

/// Words, and the numbers that YAML makes of some of them (`version: 1.1`).
fn spellings(words: &[&str]) -> Vec<Value> {
    let mut spellings: Vec<Value> = words.iter().map(|word| json!(word)).collect();
    for word in words {
        if let Ok(number) = word.parse::<u32>() {
            spellings.push(json!(number));
        } else if let Ok(number) = word.parse::<f64>() {
            spellings.push(json!(number));
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_supported_field_is_in_the_schema_and_no_other() {
        let schema = schema(text());
        let mut tables = Vec::new();
        collect(&parsed::TABLE, &mut tables);
        assert!(tables.len() > 10, "{}", tables.len());
        for table in tables {
            let mut definitions = Map::new();
            let reference = reference(&mut definitions, table);
            let name = reference["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")).unwrap();
            let properties = schema["$defs"][name]["properties"].as_object().unwrap();
            for field in table.fields() {
                assert!(properties.contains_key(field.name), "{name}.{}", field.name);
            }
        }
    }

    #[test]
    fn titles_of_tables_are_unique() {
        let mut tables = Vec::new();
        collect(&parsed::TABLE, &mut tables);
        for table in tables {
            for inner in table.fields().flat_map(|field| inner_tables(&field.shape)) {
                let known = schema(text());
                let mut definitions = Map::new();
                let reference = reference(&mut definitions, inner);
                let name = reference["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")).unwrap();
                assert_eq!(known["$defs"][name], definitions[name], "{name}");
            }
        }
    }
}
