//! Several assertions in one line: `any: A or B`, `all: A and B`, `none: A or B`.

use crate::assertion::{Group, Node, PARTS_MAX};
use crate::cursor::Cursor;
use crate::error::Span;
use crate::{Assertion, AssertionError};
use faultfinder_taxonomy::word::GroupKind;

/// Takes a group, if one comes next; `read` reads one of its assertions.
pub(super) fn take<'a>(
    cursor: &mut Cursor<'a>,
    inverted: bool,
    read: fn(Cursor<'a>) -> Result<Assertion, AssertionError>,
) -> Result<Option<Assertion>, AssertionError> {
    let found = [("any:", GroupKind::Any), ("all:", GroupKind::All), ("none:", GroupKind::None)]
        .into_iter()
        .find(|(word, _)| cursor.take(word));
    let Some((word, kind)) = found else { return Ok(None) };
    let whole = cursor.rest();
    let between = if kind == GroupKind::All { "and" } else { "or" };
    if let Some(error) = dangling(whole, between) {
        return Err(error);
    }
    let mut parts = Vec::new();
    let mut notes = Vec::new();
    for piece in pieces(whole, between) {
        if parts.len() == PARTS_MAX {
            let message = format!("a group has at most {PARTS_MAX} assertions");
            return Err(AssertionError::new(piece, message));
        }
        if piece.text.is_empty() {
            let message = format!("an assertion is missing in `{word}`");
            return Err(AssertionError::new(piece, message).expected(example(kind)));
        }
        let mut part = read(cursor.between(piece)).map_err(|error| hinted(error, between))?;
        notes.append(&mut part.notes);
        parts.push(part);
    }
    let group = Group { kind, inverted, parts };
    Ok(Some(Assertion { notes, ..Assertion::new(String::new(), Node::Group(group)) }))
}

const fn example(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Any => "any: status is 200 or status is 304",
        GroupKind::All => "all: status is 200 and body contains ok",
        GroupKind::None => "none: body contains error or body contains denied",
    }
}

/// A mistake in a part may come from a word in a value that was taken as the end of the part.
fn hinted(error: AssertionError, between: &str) -> AssertionError {
    match &error.expected {
        Some(_) => error,
        None => error.expected(format!(
            "assertions with `{between}` between them; a value that has ` {between} ` is in quotes"
        )),
    }
}

/// The stretches between the words that separate assertions; those inside of quotes and brackets separate nothing.
fn pieces<'a>(whole: Span<'a>, between: &str) -> Vec<Span<'a>> {
    let word = format!(" {between} ");
    let mut pieces = Vec::new();
    let (mut start, mut depth, mut quote, mut escaped, mut before) = (0, 0_usize, None, false, ' ');
    for (at, character) in whole.text.char_indices() {
        if at < start || whole.is_guarded(at) {
            continue;
        }
        match (quote, character) {
            _ if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            // An apostrophe inside of a word is not a quote.
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(character),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth = depth.saturating_sub(1),
            (None, ' ') if depth == 0 && whole.text.get(at..).is_some_and(|rest| rest.starts_with(&word)) => {
                pieces.push(whole.part(start, at - start).trimmed());
                start = at + word.len();
            }
            (None, _) => {}
        }
        before = character;
    }
    pieces.push(whole.part(start, whole.text.len() - start).trimmed());
    pieces
}

/// A word between assertions at the end, with nothing behind it.
fn dangling(whole: Span<'_>, between: &str) -> Option<AssertionError> {
    let before = whole.text.strip_suffix(between)?;
    let at = before.len();
    (before.ends_with(' ') && !whole.is_guarded(at)).then(|| {
        let message = format!("there is nothing behind the last `{between}`");
        AssertionError::new(whole.part(at, between.len()), message)
    })
}
