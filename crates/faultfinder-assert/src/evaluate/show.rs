//! Values in messages and results.

use super::actual::Actual;
use super::cookie;
use crate::Observation;
use crate::assertion::Check;
use crate::number::Number;
use crate::outcome::{ACTUAL_BYTES_MAX, CUT_MARK};
use crate::subject::Subject;
use crate::value::{Value, number_fact};
use faultfinder_taxonomy::Fact;
use std::borrow::Cow;

/// Most characters of an assertion or a found value in a message.
pub(super) const MESSAGE_CHARS_MAX: usize = 200;
/// Most found values that an outcome repeats.
const VALUES_MAX: usize = 100;

/// What is said when nothing was found.
pub(super) fn missing(check: &Check, seen: &Observation<'_>) -> String {
    match &check.reading.subject {
        Subject::Record { record_type: Some(record_type), .. } => format!("no {record_type} record"),
        Subject::JsonPath(_) | Subject::XPath(_) => "nothing at that path".to_owned(),
        Subject::Cookie { name, field } if has_cookie(name, seen) => {
            format!("no {} of the cookie {name}", field.word())
        }
        Subject::Cookie { name, .. } => format!("no cookie {name}"),
        Subject::Redirect { number: Some(number), .. } => format!("no redirect {number}"),
        subject => format!("no {}", subject.keyword()),
    }
}

/// Whether an answer sets a cookie.
fn has_cookie(name: &str, seen: &Observation<'_>) -> bool {
    cookie::names(seen.headers.unwrap_or_default()).iter().any(|known| known == name)
}

/// Values for a message, with the places where they were found if those help.
pub(super) fn values(actuals: &[&Actual<'_>], expected: &Value, with_places: bool) -> String {
    let shown = actuals.iter().take(VALUES_MAX).map(|actual| {
        let text = actual.shown(expected);
        match actual.path.as_ref().filter(|_| with_places) {
            Some(path) => Cow::Owned(format!("{text} at {path}")),
            None => text,
        }
    });
    let joined = shown.collect::<Vec<_>>().join(", ");
    if joined.is_empty() { "empty text".to_owned() } else { cut(&joined, MESSAGE_CHARS_MAX).into_owned() }
}

/// Values for a result.
pub(super) fn fact(actuals: &[Actual<'_>], expected: &Value) -> Fact {
    let mut budget = ACTUAL_BYTES_MAX;
    let mut facts = Vec::new();
    for actual in actuals.iter().take(VALUES_MAX) {
        if budget == 0 {
            break;
        }
        facts.push(one_fact(actual, expected, budget));
        budget = budget.saturating_sub(actual.text.len());
    }
    match (facts.pop(), facts.is_empty()) {
        (None, _) => Fact::Null,
        (Some(only), true) => only,
        (Some(last), false) => {
            facts.push(last);
            Fact::List(facts)
        }
    }
}

/// For a result, at most so many bytes of text.
fn one_fact(actual: &Actual<'_>, expected: &Value, bytes_max: usize) -> Fact {
    if actual.amount.is_some()
        && (actual.is_quantity || matches!(expected, Value::Quantity { unit: Some(_), .. }))
    {
        return Fact::Text(actual.shown(expected).into_owned());
    }
    match (&actual.json, &actual.number) {
        (Some(json), _) if actual.text.len() <= bytes_max => from_json(json),
        (None, Some(number)) => number_fact(number),
        _ => Fact::Text(cut_bytes(&actual.text, bytes_max)),
    }
}

fn from_json(json: &serde_json::Value) -> Fact {
    use serde_json::Value;
    match json {
        Value::Null => Fact::Null,
        Value::Bool(value) => Fact::Bool(*value),
        Value::Number(number) => Number::of_json(number).map_or(Fact::Null, |number| number_fact(&number)),
        Value::String(text) => Fact::Text(text.clone()),
        Value::Array(items) => Fact::List(items.iter().map(from_json).collect()),
        Value::Object(members) => {
            Fact::Map(members.iter().map(|(name, member)| (name.clone(), from_json(member))).collect())
        }
    }
}

fn cut_bytes(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = (0..=bytes_max).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}{CUT_MARK}", text.get(..end).unwrap_or_default())
}

/// Text of at most so many characters, with a mark where it was cut.
pub(super) fn cut(text: &str, characters_max: usize) -> Cow<'_, str> {
    match text.char_indices().nth(characters_max) {
        Some((end, _)) => Cow::Owned(format!("{}{CUT_MARK}", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}
