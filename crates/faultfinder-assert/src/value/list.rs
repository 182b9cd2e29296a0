//! One of several values: `200, 204`, `[GET, "a, b"]`.

use super::expected::{Value, Written};
use crate::AssertionError;
use crate::error::Span;

/// Most values of a list.
pub const ITEMS_MAX: usize = 100;

/// Reads a list: items with commas between them, in square brackets or not. `one` reads an item.
pub(super) fn read(
    written: Written<'_>,
    one: impl Fn(Written<'_>) -> Result<Value, AssertionError>,
) -> Result<Value, AssertionError> {
    let whole = written.text;
    let inside = brackets(whole)?;
    let mut values = Vec::new();
    for item in items(inside) {
        if item.text.is_empty() {
            let error = AssertionError::new(item, "a value is missing in the list");
            return Err(error.expected("values with commas between them: [200, 204]"));
        }
        if values.len() == ITEMS_MAX {
            let message = format!("a list has at most {ITEMS_MAX} values");
            return Err(AssertionError::new(item, message));
        }
        // Quotes are needed for values that have commas, also in the mapping form.
        let item = Written { text: item, verbatim: false, ..written };
        values.push(one(item)?);
    }
    Ok(Value::OneOf(values))
}

/// What is inside the brackets, if there are some.
fn brackets(span: Span<'_>) -> Result<Span<'_>, AssertionError> {
    if !span.text.starts_with('[') || span.is_guarded(0) {
        return Ok(span);
    }
    if !span.text.ends_with(']') {
        return Err(
            AssertionError::new(span.part(0, 1), "the list is never closed").expected("`]` at its end")
        );
    }
    Ok(span.part(1, span.text.len().saturating_sub(2)).trimmed())
}

/// The items: a comma inside quotes is part of one.
fn items(span: Span<'_>) -> Vec<Span<'_>> {
    let mut items = Vec::new();
    let (mut start, mut quote, mut escaped) = (0, None, false);
    for (at, character) in span.text.char_indices() {
        let is_first = span.text.get(start..at).is_some_and(|before| before.trim().is_empty());
        match (quote, character) {
            _ if span.is_guarded(at) => {}
            _ if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if is_first => quote = Some(character),
            (None, ',') => {
                items.push(span.part(start, at - start).trimmed());
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    items.push(span.part(start, span.text.len() - start).trimmed());
    items
}
