//! What can be, and is probably not meant.

use super::meant;
use crate::AssertionError;
use crate::error::{Piece, Span};
use crate::operator::Operator;
use crate::schema::{JsonSchema, Note};
use crate::subject::Subject;
use crate::value::Value;

/// Remarks on a value: each has the form of a mistake, and is none.
pub(super) fn of(value: &Value, written: Span<'_>) -> Vec<AssertionError> {
    let text = written.text;
    let mut notes = Vec::new();
    if let Some(at) = curly_quote(text)
        && !written.is_guarded(0)
    {
        let quote = text.chars().next().map_or(1, char::len_utf8);
        let error =
            AssertionError::new(written.part(at, quote), "this is not a quote but a part of the value");
        notes.push(error.expected("straight quotes (\" or ') around the value, or none"));
    }
    if let Value::Pattern(pattern) = value
        && let Some(slashes) = pattern.slashes()
    {
        notes.push(AssertionError::new(written, slashes.message()).expected(slashes.help()));
    }
    if let Value::Schema(schema) = value {
        notes.extend(of_schema(schema, written));
    }
    notes
}

/// A remark on a text without quotes that is probably meant to be something else.
pub(super) fn of_text(
    subject: &Subject,
    operator: Operator,
    value: &Value,
    written: Span<'_>,
) -> Option<AssertionError> {
    let is_open = match value {
        Value::Text { quoted, .. } => !quoted,
        Value::Pattern(_) => !written.text.starts_with(['"', '\'']),
        _ => false,
    };
    if !is_open {
        return None;
    }
    let meant = match operator {
        Operator::Is => meant::value(subject, written),
        _ => None,
    };
    // In the mapping form nobody expects a second assertion in the value.
    meant.or_else(|| meant::second(written).filter(|_| written.piece == Piece::Line))
}

/// Remarks on a JSON Schema.
pub(crate) fn of_schema(schema: &JsonSchema, written: Span<'_>) -> impl Iterator<Item = AssertionError> {
    let note = move |note: &Note| {
        AssertionError::new(written, note.message.as_str()).expected(note.expected.as_str())
    };
    schema.notes().iter().map(note)
}

/// Where a typographic quote is at both ends.
fn curly_quote(text: &str) -> Option<usize> {
    let opens = text.starts_with(['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}']);
    let closes = text.ends_with(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}']);
    (opens && closes).then_some(0)
}
