//! Counts, lengths and sizes of values, and all of them as one text.

use super::actual::Actual;
use super::compare::kind_of;
use crate::assertion::Check;
use crate::number::Number;
use crate::subject::{Aspect, Subject};
use serde_json::Value;

/// What is read of values instead of themselves.
///
/// # Errors
///
/// Why a value does not have it.
pub(super) fn of<'a>(
    aspect: Aspect,
    check: &Check,
    values: Vec<Actual<'a>>,
) -> Result<Vec<Actual<'a>>, String> {
    Ok(match aspect {
        Aspect::Count => vec![count(check, &values)],
        Aspect::Length => return values.iter().map(length).collect(),
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
    })
}

/// How many there are: of the results of a query, or of the items of the list that it leads to.
fn count<'a>(check: &Check, values: &[Actual<'_>]) -> Actual<'a> {
    let items = match (&check.reading.subject, values) {
        (Subject::JsonPath(path), [only]) if path.is_singular() => match only.json.as_deref() {
            Some(Value::Array(items)) => Some(items.len()),
            Some(Value::Object(members)) => Some(members.len()),
            _ => None,
        },
        _ => None,
    };
    Actual::size(number(items.unwrap_or(values.len())))
}

/// Characters of a text, items of a list, members of an object; nothing else has a length.
fn length<'a>(value: &Actual<'_>) -> Result<Actual<'a>, String> {
    let length = match value.json.as_deref() {
        Some(Value::Array(items)) => items.len(),
        Some(Value::Object(members)) => members.len(),
        Some(Value::String(_)) | None => value.text.chars().count(),
        Some(other) => return Err(format!("{} has no length", kind_of(other))),
    };
    Ok(Actual { path: value.path.clone(), ..Actual::size(number(length)) })
}

/// The JSON of what a query found: a list, unless it leads to one place.
fn as_text<'a>(is_singular: bool, values: Vec<Actual<'_>>) -> Actual<'a> {
    let is_rounded = values.iter().any(|value| value.is_rounded);
    let texts: Vec<String> = values.iter().map(json_text).collect();
    let text = match texts.as_slice() {
        [only] if is_singular => only.clone(),
        _ => format!("[{}]", texts.join(",")),
    };
    Actual { is_rounded, ..Actual::text(text) }
}

/// A value as it is in JSON.
fn json_text(value: &Actual<'_>) -> String {
    match value.json.as_deref() {
        Some(json @ Value::String(_)) => json.to_string(),
        _ => value.text.clone().into_owned(),
    }
}

fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
