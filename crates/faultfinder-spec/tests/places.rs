//! Every field of every protocol is found at its place.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed, its helpers included")]

use faultfinder_spec::fields::{FieldSpec, Shape, Table};
use faultfinder_spec::value::ValueKind;
use faultfinder_spec::{parse_str, protocol};
use faultfinder_taxonomy::Protocol;

/// A definition with one field of interest, which is written last.
struct Sample {
    text: String,
    /// Line and column of the field's value.
    place: (u32, u32),
}

/// A valid value of a field, on one line.
fn value(field: &FieldSpec) -> String {
    const TEXTS: [&str; 6] = ["x", "GET", "A", "127.0.0.1", "aGk=", "1s"];
    match &field.shape {
        Shape::Text | Shape::TextOrTrue => "x".to_owned(),
        Shape::Value(value) => match value.kind {
            ValueKind::Text => {
                let valid = TEXTS.into_iter().find(|text| field.check(text).is_ok());
                valid.unwrap_or_else(|| panic!("no valid text for {}", field.name)).to_owned()
            }
            ValueKind::Bool => "true".to_owned(),
            ValueKind::Duration => "1s".to_owned(),
            ValueKind::Port | ValueKind::Version => "1".to_owned(),
            ValueKind::Number(min, _) => min.to_string(),
            ValueKind::Words(words) => words.first().copied().unwrap_or_default().to_owned(),
        },
        Shape::Texts(_) | Shape::TextOrList(_) | Shape::TextList(_) => "[x]".to_owned(),
        Shape::Pairs => "{n: x}".to_owned(),
        Shape::Addresses => "{n: 127.0.0.1}".to_owned(),
        Shape::Json | Shape::JsonObject => "{a: 1}".to_owned(),
        Shape::Table(table) => {
            let fields: Vec<String> = needed(table, "").map(pair).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Shape::Tables(..) | Shape::Tests(_) | Shape::Assertions => "[]".to_owned(),
        Shape::Variables | Shape::Extractions => "{}".to_owned(),
    }
}

fn pair(field: &FieldSpec) -> String {
    format!("{}: {}", field.name, value(field))
}

/// The fields that a mapping cannot do without, but for this one.
fn needed(table: &'static Table, but: &str) -> impl Iterator<Item = &'static FieldSpec> {
    let chosen = table.one_of.first().filter(|_| !table.one_of.contains(&but));
    table.fields().filter(move |field| field.name != but && (field.required || chosen == Some(&field.name)))
}

/// Writes a mapping with the field at the end of a chain of mappings, each in the one before it.
fn write(sample: &mut Sample, table: &'static Table, chain: &[&'static FieldSpec], indent: usize) {
    let Some((field, rest)) = chain.split_first() else { return };
    let space = " ".repeat(indent);
    for other in needed(table, field.name) {
        sample.text.push_str(&format!("{space}{}\n", pair(other)));
    }
    let line = sample.text.lines().count() + 1;
    let column = indent + field.name.len() + 3;
    match (&field.shape, rest) {
        (Shape::Table(inner), [_, ..]) => {
            sample.text.push_str(&format!("{space}{}:\n", field.name));
            write(sample, inner, rest, indent + 2);
        }
        (Shape::Tables(inner, _), [_, ..]) => {
            // The list's only item begins on a line of its own.
            sample.text.push_str(&format!("{space}{}:\n{space}-\n", field.name));
            write(sample, inner, rest, indent + 2);
        }
        _ => {
            sample.text.push_str(&format!("{space}{}\n", pair(field)));
            let inside = match &field.shape {
                Shape::Texts(_) | Shape::TextOrList(_) | Shape::TextList(_) => 1,
                Shape::Pairs | Shape::Addresses => "{n: ".len(),
                // Mappings and JSON are at the word that names them.
                Shape::Json | Shape::JsonObject | Shape::Table(_) | Shape::Tables(..) => {
                    sample.place = (u32::try_from(line).unwrap(), u32::try_from(indent + 1).unwrap());
                    return;
                }
                _ => 0,
            };
            sample.place = (u32::try_from(line).unwrap(), u32::try_from(column + inside).unwrap());
        }
    }
}

/// What a field is called, with the index of its only item.
fn path(chain: &[&'static FieldSpec]) -> String {
    let mut path = String::new();
    for (at, field) in chain.iter().enumerate() {
        if at > 0 {
            path.push('.');
        }
        path.push_str(field.name);
        match &field.shape {
            Shape::Tables(..) if at + 1 < chain.len() => path.push_str("[0]"),
            Shape::Texts(_) | Shape::TextOrList(_) | Shape::TextList(_) => path.push_str("[0]"),
            Shape::Pairs | Shape::Addresses => path.push_str(".n"),
            _ => {}
        }
    }
    path
}

#[test]
fn every_field_of_every_protocol_is_found_at_its_place() {
    let mut count = 0;
    for protocol in Protocol::ALL {
        let table = protocol::table(protocol);
        table.walk(&mut |chain| {
            let mut sample = Sample { text: format!("name: a\n{protocol}:\n"), place: (0, 0) };
            write(&mut sample, table, chain, 2);
            let parsed = parse_str("x", &sample.text);
            let Some(test) = parsed.document.as_ref().and_then(|document| document.tests.first()) else {
                panic!("{}\n{:#?}", sample.text, parsed.diagnostics);
            };
            let place = test.exchange().unwrap().request.fields.place_of(&path(chain));
            assert_eq!((place.line, place.column), sample.place, "{}\n{}", path(chain), sample.text);
            count += 1;
        });
    }
    assert!(count > 300, "only {count} fields");
}

#[test]
fn a_field_that_is_not_given_is_where_the_mapping_around_it_is() {
    let document = parse_str("x", "name: a\nhttp:\n  url: x\n  tls:\n    roots: none\n").document.unwrap();
    let fields = &document.tests.first().unwrap().exchange().unwrap().request.fields;
    for (path, line, column) in [
        ("url", 3, 8),
        ("tls.roots", 5, 12),
        ("tls.ca[0]", 4, 3),
        ("tls", 4, 3),
        ("method", 2, 1),
        ("headers.x", 2, 1),
        ("", 2, 1),
    ] {
        let place = fields.place_of(path);
        assert_eq!((place.line, place.column), (line, column), "{path}");
    }
}
