//! Numbers, flags and times, however they are written: exports have `443`, `"443"`, `10` and `10.0` for the same.

use crate::yaml::{Kind, Node};
use std::rc::Rc;

/// Whether a value is `null`, which exports have where nothing is set.
pub(super) fn is_null(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar(scalar) if scalar.is_null())
}

/// A field that is there and not null.
pub(super) fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Rc<Node>> {
    node.get(name).filter(|value| !is_null(value))
}

/// The text of a field, if it has one.
pub(super) fn word<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    node.get(name).and_then(|value| value.scalar()).map(|scalar| scalar.text.as_str())
}

/// A field with text that is not empty.
pub(super) fn filled<'n>(node: &'n Node, name: &str) -> Option<&'n Rc<Node>> {
    field(node, name).filter(|value| value.scalar().is_none_or(|scalar| !scalar.text.is_empty()))
}

/// The items of a list; nothing where something else is.
pub(super) fn items<'n>(node: &'n Node, name: &str) -> &'n [Rc<Node>] {
    match node.get(name).map(|value| &value.kind) {
        Some(Kind::Sequence(items)) => items,
        _ => &[],
    }
}

/// The steps of a test.
pub(super) fn steps(test: &Node) -> &[Rc<Node>] {
    field(test, "config").map_or(&[], |config| items(config, "steps"))
}

/// The entries of a mapping; nothing where something else is.
pub(super) fn entries(node: &Node) -> &[(Rc<Node>, Rc<Node>)] {
    match &node.kind {
        Kind::Mapping(entries) => entries,
        _ => &[],
    }
}

/// A number of seconds as a duration.
pub(super) fn seconds(number: f64) -> String {
    match number.fract() == 0.0 {
        true => format!("{number}s"),
        false => format!("{}ms", (number * 1000.0).round()),
    }
}

/// A number as people write it: without a fraction of zeros.
pub(super) fn plain(number: f64) -> String {
    // Products of decimal fractions are shown as they are meant: 0.06 times 100 is 6.
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A value as JSON.
pub(super) fn json(node: &Node) -> String {
    let mut text = String::new();
    write_json(node, &mut text);
    text
}

fn write_json(node: &Node, text: &mut String) {
    match &node.kind {
        Kind::Scalar(scalar) if scalar.is_null() => text.push_str("null"),
        Kind::Scalar(scalar)
            if scalar.plain && serde_json::from_str::<serde_json::Value>(&scalar.text).is_ok() =>
        {
            text.push_str(&scalar.text);
        }
        Kind::Scalar(scalar) => text.push_str(&serde_json::Value::from(scalar.text.as_str()).to_string()),
        Kind::Sequence(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_json(item, text);
            }
            text.push(']');
        }
        Kind::Mapping(entries) => {
            text.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                let key = key.scalar().map_or("", |key| key.text.as_str());
                text.push_str(&serde_json::Value::from(key).to_string());
                text.push(':');
                write_json(value, text);
            }
            text.push('}');
        }
    }
}
