//! Texts that are near something else: types with the wrong article, other languages' words for null, JSON that is none.

use crate::AssertionError;
use crate::error::{Span, quoted};
use crate::subject::{self, Subject};
use crate::{cursor::Cursor, operator};

/// What people write for a type, without its article, and what it is called here.
const TYPES: &[(&str, &str)] = &[
    ("text", "a text"),
    ("string", "a string"),
    ("str", "a string"),
    ("number", "a number"),
    ("float", "a number"),
    ("double", "a number"),
    ("decimal", "a number"),
    ("numeric", "a number"),
    ("integer", "an integer"),
    ("int", "an integer"),
    ("whole number", "an integer"),
    ("boolean", "a boolean"),
    ("bool", "a boolean"),
    ("list", "a list"),
    ("array", "an array"),
    ("object", "an object"),
    ("dict", "an object"),
    ("dictionary", "an object"),
    ("map", "an object"),
    ("date", "a date"),
    ("datetime", "a date"),
    ("date-time", "a date"),
    ("timestamp", "a date"),
    ("uuid", "a uuid"),
    ("guid", "a uuid"),
    ("url", "a url"),
    ("uri", "a url"),
    ("ip", "an ip address"),
    ("ip address", "an ip address"),
    ("empty string", "empty"),
    ("empty text", "empty"),
    ("empty list", "empty"),
    ("empty array", "empty"),
    ("empty object", "empty"),
];

/// What other languages call null.
const NULLS: [&str; 6] = ["undefined", "None", "nil", "NULL", "Null", "nothing"];

/// What other languages call true and false.
const FLAGS: &[(&str, &str)] = &[("True", "true"), ("TRUE", "true"), ("False", "false"), ("FALSE", "false")];

/// Most words between assertions that are looked at in a value.
const WORDS_MAX: usize = 20;

/// What a text without quotes that something is compared with is probably meant to be.
pub(super) fn value(subject: &Subject, written: Span<'_>) -> Option<AssertionError> {
    if written.is_guarded(0) {
        return None;
    }
    let is_json = matches!(subject, Subject::JsonPath(_));
    type_of(written)
        .or_else(|| null(written, is_json))
        .or_else(|| broken_json(written).filter(|_| is_json))
        .or_else(|| list(written))
}

/// `a array`, `an string`, `a timestamp`.
fn type_of(written: Span<'_>) -> Option<AssertionError> {
    let (article, rest) = written.text.split_once(char::is_whitespace)?;
    if !matches!(article, "a" | "an") {
        return None;
    }
    let rest = rest.trim_start();
    let (_, meant) = TYPES.iter().find(|(word, _)| word.eq_ignore_ascii_case(rest))?;
    Some(as_text(written, "a type").nearest(Some(*meant)))
}

fn null(written: Span<'_>, is_json: bool) -> Option<AssertionError> {
    if NULLS.contains(&written.text) {
        let error = as_text(written, "a word for nothing");
        return Some(match is_json {
            true => error.nearest(Some("null")),
            false => error.expected("`exists` or `does not exist` as the operator"),
        });
    }
    let (_, meant) = FLAGS.iter().find(|(word, _)| *word == written.text && is_json)?;
    Some(as_text(written, "a boolean").nearest(Some(*meant)))
}

/// `[1,2`, `{a:1}`.
fn broken_json(written: Span<'_>) -> Option<AssertionError> {
    let begins = written.text.starts_with(['[', '{']) && !written.text.starts_with("{{");
    if !begins || serde_json::from_str::<serde_json::Value>(written.text).is_ok() {
        return None;
    }
    Some(as_text(written, "JSON").expected("JSON such as [1, 2] or {\"a\": 1}, or quotes around a text"))
}

/// `is in a, b`.
fn list(written: Span<'_>) -> Option<AssertionError> {
    let items = written.text.strip_prefix("in ").filter(|items| items.contains(','))?;
    Some(as_text(written, "a list").nearest(Some(format!("in [{}]", items.trim()))))
}

fn as_text(written: Span<'_>, what: &str) -> AssertionError {
    let message = format!("{} is not {what}: it is compared as a text", quoted(written.text));
    AssertionError::new(written, message)
}

/// A second assertion in a value without quotes: `body contains error and status is 200`.
pub(super) fn second(written: Span<'_>) -> Option<AssertionError> {
    let found = [(" and ", "all"), (" or ", "any")].into_iter().find_map(|(word, group)| {
        let mut places = written.text.match_indices(word).take(WORDS_MAX);
        let (at, _) =
            places.find(|(at, _)| !written.is_guarded(*at) && is_assertion(written, at + word.len()))?;
        Some((written.part(at, word.len()).trimmed(), group))
    });
    let (word, group) = found?;
    let message = format!("`{}` and what is behind it are a part of the value", word.text);
    Some(AssertionError::new(word, message).expected(format!(
        "`{group}:` in front of several assertions (`{group}: status is 200 {} body contains ok`), or quotes around the value",
        word.text
    )))
}

/// Whether a subject and an operator begin there.
fn is_assertion(written: Span<'_>, at: usize) -> bool {
    let rest = written.text.get(at..).unwrap_or_default();
    let mut cursor = Cursor::new(written.piece, rest);
    cursor.take("not");
    subject::read(&mut cursor).is_ok_and(|reading| operator::read(&mut cursor, &reading.to_string()).is_ok())
}
