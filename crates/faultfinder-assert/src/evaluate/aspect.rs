//! Counts, lengths and sizes of values, and all of them as one text.

use super::actual::Actual;
use crate::assertion::Check;
use crate::number::Number;
use crate::subject::{Aspect, Subject};
use serde_json::Value;

/// What is read of values instead of themselves.
pub(super) fn of<'a>(aspect: Aspect, check: &Check, values: Vec<Actual<'a>>) -> Vec<Actual<'a>> {
    match aspect {
        Aspect::Count => vec![count(check, &values)],
        Aspect::Length => values.iter().map(length).collect(),
        Aspect::Size => values
            .into_iter()
            .map(|value| match value.amount {
                // Of bytes that are not UTF-8, the text has another size.
                Some(bytes) => Actual {
                    number: Number::parse(&bytes.to_string()),
                    amount: Some(bytes),
                    ..Actual::text(bytes.to_string())
                },
                None => Actual::size(number(value.text.len())),
            })
            .collect(),
        Aspect::Text => match &check.reading.subject {
            Subject::JsonPath(path) if !values.is_empty() => vec![as_text(path.is_singular(), values)],
            _ => values,
        },
    }
}

/// How many there are: of the results of a query, or of the items of the list that it leads to.
fn count<'a>(check: &Check, values: &[Actual<'_>]) -> Actual<'a> {
    let items = match (&check.reading.subject, values) {
        (Subject::JsonPath(path), [only]) if path.is_singular() => match &only.json {
            Some(Value::Array(items)) => Some(items.len()),
            Some(Value::Object(members)) => Some(members.len()),
            _ => None,
        },
        _ => None,
    };
    Actual::size(number(items.unwrap_or(values.len())))
}

/// Characters of a text, items of a list, members of an object.
fn length<'a>(value: &Actual<'_>) -> Actual<'a> {
    let length = match &value.json {
        Some(Value::Array(items)) => items.len(),
        Some(Value::Object(members)) => members.len(),
        _ => value.text.chars().count(),
    };
    Actual { path: value.path.clone(), ..Actual::size(number(length)) }
}

/// The JSON of what a query found: a list, unless it leads to one place.
fn as_text<'a>(is_singular: bool, values: Vec<Actual<'_>>) -> Actual<'a> {
    let mut found: Vec<Value> = values.into_iter().filter_map(|value| value.json).collect();
    let json = match found.len() {
        1 if is_singular => found.remove(0),
        _ => Value::Array(found),
    };
    Actual::text(json.to_string())
}

fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
