//! A violation is about the field that is wrong, whichever it is.

use super::{Defined, read};
use faultfinder_spec::fields::{FieldSpec, Shape, Table};
use faultfinder_spec::protocol::table;
use faultfinder_spec::value::ValueKind;
use faultfinder_taxonomy::Protocol;
use serde_json::{Map, Value, json};

/// The paths of the violations of a definition.
#[track_caller]
fn paths(definition: &Value) -> Vec<String> {
    match read("a.json", definition) {
        Ok(Err(violations)) => violations.into_iter().filter_map(|one| one.path).collect(),
        Ok(Ok(Defined { .. })) => Vec::new(),
        Err(_) => panic!("{definition:#}"),
    }
}

/// A valid value of a field, as far as it takes to read it.
fn good(field: &FieldSpec) -> Value {
    match &field.shape {
        Shape::Value(value) => match value.kind {
            ValueKind::Port | ValueKind::Number(..) | ValueKind::Version => json!(1),
            ValueKind::Bool => json!(true),
            ValueKind::Words(words) => json!(words[0]),
            ValueKind::Text | ValueKind::Duration => json!("127.0.0.1"),
        },
        Shape::Table(inner) => Value::Object(needed(inner, "")),
        _ => json!("x"),
    }
}

/// The fields that a mapping cannot do without, but for this one.
fn needed(table: &'static Table, but: &str) -> Map<String, Value> {
    let chosen = table.one_of.first().filter(|_| !table.one_of.contains(&but));
    let fields = table.fields().filter(|field| field.required || chosen == Some(&field.name));
    fields.filter(|field| field.name != but).map(|field| (field.name.to_owned(), good(field))).collect()
}

/// A value that a field cannot have; nothing where it can have any.
fn bad(shape: &Shape) -> Option<Value> {
    match shape {
        Shape::Json => None,
        Shape::Text | Shape::TextOrTrue | Shape::Value(_) => Some(json!([[]])),
        Shape::Texts(_) | Shape::TextOrList(_) | Shape::TextList(_) => Some(json!({ "a": 1 })),
        _ => Some(json!("x")),
    }
}

/// A mapping that has the field at the end of a chain of mappings, each in the one before it, with a bad value.
fn mapping(table: &'static Table, chain: &[&'static FieldSpec]) -> Option<Map<String, Value>> {
    let (field, rest) = chain.split_first()?;
    let value = match &field.shape {
        Shape::Table(inner) if !rest.is_empty() => Value::Object(mapping(inner, rest)?),
        Shape::Tables(inner, _) if !rest.is_empty() => json!([mapping(inner, rest)?]),
        shape => bad(shape)?,
    };
    let mut fields = needed(table, field.name);
    fields.insert(field.name.to_owned(), value);
    Some(fields)
}

#[test]
fn every_field_of_every_protocol_has_the_path_of_its_violation() {
    let mut count = 0;
    for protocol in Protocol::ALL {
        table(protocol).walk(&mut |chain| {
            let Some(fields) = mapping(table(protocol), chain) else { return };
            let path: Vec<String> = (1..)
                .zip(chain)
                .map(|(at, field)| match &field.shape {
                    Shape::Tables(..) if at < chain.len() => format!("{}[0]", field.name),
                    _ => field.name.to_owned(),
                })
                .collect();
            let path = path.join(".");
            let test = json!({ "name": "a", protocol.as_str(): fields });
            for (definition, place) in [
                (
                    json!({ "tests": [{ "name": "b", "tcp": { "host": "a.test", "port": 1 } }, test] }),
                    ".tests[1]",
                ),
                (json!([test]), "[0]"),
                (test.clone(), ""),
            ] {
                let expected = format!("definition{place}.{protocol}.{path}");
                let found = paths(&definition);
                assert!(found.contains(&expected), "{expected} is not in {found:?}\n{definition:#}");
            }
            count += 1;
        });
    }
    assert!(count > 300, "only {count} fields");
}

#[test]
fn what_is_not_in_a_request_has_a_path_too() {
    let mut missing = Vec::new();
    let tcp = json!({ "host": "a.test", "port": 1 });
    for (definition, path) in [
        (json!("x"), "definition"),
        (json!({}), "definition.tests"),
        (json!({ "tests": [] }), "definition.tests"),
        (json!({ "tests": [{ "name": "a", "tcp": tcp }, 1] }), "definition.tests[1]"),
        (
            json!({ "name": "a", "tcp": tcp, "assert": ["connection is established", "x"] }),
            "definition.assert[1]",
        ),
        (json!({ "name": "a", "tcp": tcp, "every": "soon" }), "definition.every"),
        (json!({ "name": "a", "tcp": tcp, "retry": { "count": 9 } }), "definition.retry.count"),
        (
            json!({ "variables": { "A": "{{ B }}" }, "tests": [{ "name": "a", "tcp": tcp }] }),
            "definition.variables.A",
        ),
        (json!({ "name": "a", "tcp": { "host": "{{ A }}", "port": 1 } }), "definition.tcp.host"),
        (
            json!({ "tests": [{ "name": "a", "http": { "url": "https://a.test", "tls": { "ca": ["x.pem"] } } }] }),
            "definition.tests[0].http.tls.ca[0]",
        ),
    ] {
        let found = paths(&definition);
        if !found.iter().any(|found| found == path) {
            missing.push(format!("{path}: {found:?}"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
