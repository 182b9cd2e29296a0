//! From text to assertions.

mod group; // several assertions in one line
mod meant; // texts that are near something else
mod notes; // what is probably not meant

use crate::assertion::{Check, Node};
use crate::cursor::Cursor;
use crate::error::{Guarded, Piece, Span, quoted};
use crate::operator::{self, Operator};
use crate::subject::{self, Aspect, Reading, Subject};
use crate::value::{self, Value, Written};
use crate::{Assertion, AssertionError};
use faultfinder_taxonomy::word::Severity;
use std::ops::Range;
use std::sync::Arc;

/// Longest line, in bytes.
pub const LINE_BYTES_MAX: usize = 16 << 10;

/// Reads an assertion of one line: `[warn:] [not] SUBJECT OPERATOR VALUE [UNIT]`.
///
/// The value goes to the end of the line; it may be in double quotes, with escapes, or in single quotes, verbatim. A line
/// that begins with `any:`, `all:` or `none:` has several assertions.
///
/// # Errors
///
/// The first mistake, with its place in the line.
pub fn parse(line: &str) -> Result<Assertion, AssertionError> {
    parse_guarded(line, &[])
}

/// Reads an assertion of one line, parts of which are values of variables: nothing in them is syntax, neither quotes nor
/// operators. The parts are ranges of bytes, in order.
///
/// # Errors
///
/// The first mistake, with its place in the line.
pub fn parse_guarded(line: &str, values: &[Range<usize>]) -> Result<Assertion, AssertionError> {
    let mut cursor = Cursor::new(Piece::Line, line).guarding(Guarded::new(values));
    check_length(&cursor)?;
    let severity = if cursor.take("warn:") { Severity::Warn } else { Severity::Fail };
    let mut ahead = cursor;
    let inverted = ahead.take("not");
    let assertion = match group::take(&mut ahead, inverted, read_line)? {
        Some(group) => group,
        None => read_line(cursor)?,
    };
    let text = cursor.rest().text.into();
    Ok(Assertion { text, severity, ..assertion })
}

/// Reads one assertion that goes to the end.
fn read_line(mut cursor: Cursor<'_>) -> Result<Assertion, AssertionError> {
    let text = cursor.rest().text.to_owned();
    let inverted = cursor.take("not");
    let reading = subject::read(&mut cursor)?;
    let before = cursor.rest();
    let (operator, negated) = operator::read(&mut cursor, &reading.to_string())?;
    let rest = cursor.take_rest();
    check_fit(&reading, operator, before.part(0, rest.offset.saturating_sub(before.offset)).trimmed())?;
    let written = Written { text: rest, unit: None, verbatim: false };
    let value = value::read(written, &reading, operator)?;
    let mut notes = notes::of(&value, rest);
    notes.extend(notes::of_text(&reading.subject, operator, &value, rest));
    let check = Check { reading, operator, negated, inverted, value, written: rest.text.to_owned() };
    Ok(Assertion { notes, ..Assertion::new(text, Node::Check(Arc::new(check))) })
}

/// Reads an assertion that was given in pieces. The value is taken as it stands, quotes included.
///
/// # Errors
///
/// The first mistake, with its piece and its place in it.
pub fn from_fields(
    subject: &str,
    operator: &str,
    value: Option<&str>,
    unit: Option<&str>,
    not: bool,
) -> Result<Assertion, AssertionError> {
    let pieces = Pieces::read(subject, operator, unit, not)?;
    let value_cursor = Cursor::new(Piece::Value, value.unwrap_or_default());
    check_length(&value_cursor)?;
    let mut operator_cursor = pieces.behind_operator;
    // `operator: is a number` has its value in it.
    let of_operator =
        (pieces.comparison == Operator::IsA && value.is_none()).then(|| operator_cursor.take_rest());
    check_end(&operator_cursor, "the operator")?;
    check_fit(&pieces.reading, pieces.comparison, pieces.operator_span())?;
    if value.is_none() && of_operator.is_none() && pieces.comparison != Operator::Exists {
        return Err(pieces.lacks_value());
    }
    // Spaces at the ends are part of a text that is given on its own.
    let verbatim = Span::whole(Piece::Value, value.unwrap_or_default());
    let given = if is_numeric(&pieces.reading, pieces.comparison) { verbatim.trimmed() } else { verbatim };
    let written = Written { text: of_operator.unwrap_or(given), unit: pieces.unit_span(), verbatim: true };
    let expected = value::read(written, &pieces.reading, pieces.comparison)?;
    let mut notes = notes::of(&expected, written.text);
    notes.extend(notes::of_text(&pieces.reading.subject, pieces.comparison, &expected, written.text));
    Ok(pieces.assertion(value, expected, notes))
}

/// Reads an assertion that was given in pieces, with the values of a list. Each is taken as it stands, quotes and commas
/// included.
///
/// # Errors
///
/// The first mistake, with its piece and its place in it: also when the operator does not take a list.
pub fn from_fields_with_list(
    subject: &str,
    operator: &str,
    values: &[&str],
    unit: Option<&str>,
    not: bool,
) -> Result<Assertion, AssertionError> {
    let pieces = Pieces::read(subject, operator, unit, not)?;
    check_end(&pieces.behind_operator, "the operator")?;
    check_fit(&pieces.reading, pieces.comparison, pieces.operator_span())?;
    if pieces.comparison != Operator::OneOf {
        return Err(pieces.takes_no_list());
    }
    if values.is_empty() {
        return Err(pieces.lacks_value());
    }
    if values.len() > value::ITEMS_MAX {
        let message = format!("a list has at most {} values, found {}", value::ITEMS_MAX, values.len());
        return Err(AssertionError::new(Span::whole(Piece::Item(value::ITEMS_MAX), ""), message));
    }
    let mut items = Vec::with_capacity(values.len());
    let mut notes = Vec::new();
    for (index, item) in values.iter().enumerate() {
        check_length(&Cursor::new(Piece::Item(index), item))?;
        let verbatim = Span::whole(Piece::Item(index), item);
        let text = if is_numeric(&pieces.reading, Operator::Is) { verbatim.trimmed() } else { verbatim };
        items.push(Written { text, unit: pieces.unit_span(), verbatim: true });
    }
    let expected = value::read_list(&items, &pieces.reading)?;
    if let Value::OneOf(values) = &expected {
        notes.extend(values.iter().zip(&items).flat_map(|(value, item)| notes::of(value, item.text)));
    }
    Ok(pieces.assertion(Some(&list_text(values)), expected, notes))
}

/// A list in one line: an item is in quotes where it would not be read as the same value without them.
fn list_text(values: &[&str]) -> String {
    let needs_quotes = |item: &str| {
        item.is_empty()
            || item.trim() != item
            || item.starts_with(['"', '\''])
            || item.contains([',', '[', ']'])
            || item.chars().any(char::is_control)
    };
    let shown = |item: &&str| if needs_quotes(item) { format!("{item:?}") } else { (*item).to_owned() };
    format!("[{}]", values.iter().map(shown).collect::<Vec<_>>().join(", "))
}

/// The pieces of the mapping form without the value.
struct Pieces<'a> {
    subject: &'a str,
    operator: &'a str,
    unit: Option<&'a str>,
    not: bool,
    reading: Reading,
    comparison: Operator,
    negated: bool,
    behind_operator: Cursor<'a>,
}

impl<'a> Pieces<'a> {
    fn read(
        subject: &'a str,
        operator: &'a str,
        unit: Option<&'a str>,
        not: bool,
    ) -> Result<Self, AssertionError> {
        let mut subject_cursor = Cursor::new(Piece::Subject, subject);
        let mut behind_operator = Cursor::new(Piece::Operator, operator);
        let unit_cursor = unit.map(|unit| Cursor::new(Piece::Unit, unit));
        for cursor in [&subject_cursor, &behind_operator].into_iter().chain(&unit_cursor) {
            check_length(cursor)?;
        }
        let reading = subject::read(&mut subject_cursor)?;
        check_end(&subject_cursor, "the subject")?;
        let (comparison, negated) = operator::read(&mut behind_operator, &reading.to_string())?;
        Ok(Self { subject, operator, unit, not, reading, comparison, negated, behind_operator })
    }

    fn operator_span(&self) -> Span<'a> {
        Span::whole(Piece::Operator, self.operator).trimmed()
    }

    fn unit_span(&self) -> Option<Span<'a>> {
        self.unit.map(|unit| Span::whole(Piece::Unit, unit).trimmed())
    }

    fn lacks_value(&self) -> AssertionError {
        let message = format!("a value is missing for `{}`", self.comparison.phrase(self.negated));
        AssertionError::new(self.behind_operator.end(), message)
    }

    fn takes_no_list(&self) -> AssertionError {
        let (phrase, of_list) = (self.comparison.phrase(self.negated), Operator::OneOf.phrase(self.negated));
        if self.comparison == Operator::Exists {
            let message = format!("`{phrase}` takes no value, found a list");
            return AssertionError::new(self.operator_span(), message);
        }
        AssertionError::new(self.operator_span(), format!("`{phrase}` takes one value, found a list"))
            .expected(format!("one value, or `{of_list}`, which takes a list, or a group `any` or `all`"))
    }

    fn assertion(self, value: Option<&str>, expected: Value, notes: Vec<AssertionError>) -> Assertion {
        let join = |parts: &[Option<&str>]| {
            parts.iter().flatten().map(|part| part.trim()).collect::<Vec<_>>().join(" ")
        };
        let text =
            join(&[self.not.then_some("not"), Some(self.subject), Some(self.operator), value, self.unit]);
        let written = join(&[value, self.unit]);
        let check = Check {
            reading: self.reading,
            operator: self.comparison,
            negated: self.negated,
            inverted: self.not,
            value: expected,
            written,
        };
        Assertion { notes, ..Assertion::new(text, Node::Check(Arc::new(check))) }
    }
}

/// Whether spaces at the ends of a value mean nothing.
const fn is_numeric(reading: &Reading, operator: Operator) -> bool {
    operator.orders()
        || matches!(operator, Operator::OneOf | Operator::IsA)
        || matches!(reading.aspect, Some(Aspect::Count | Aspect::Length | Aspect::Size))
        || !matches!(
            reading.subject,
            Subject::Header(_)
                | Subject::Trailer(_)
                | Subject::Metadata(_)
                | Subject::Cookie { .. }
                | Subject::Body
                | Subject::JsonPath(_)
                | Subject::XPath(_)
                | Subject::Received
                | Subject::Record { .. }
                | Subject::GrpcMessage
                | Subject::Certificate(_)
                | Subject::Url
        )
}

fn check_length(cursor: &Cursor<'_>) -> Result<(), AssertionError> {
    let rest = cursor.rest();
    if rest.text.len() > LINE_BYTES_MAX {
        let message = format!("an assertion has at most {LINE_BYTES_MAX} bytes, found {}", rest.text.len());
        return Err(AssertionError::new(rest.part(0, 0), message));
    }
    Ok(())
}

fn check_end(cursor: &Cursor<'_>, what: &str) -> Result<(), AssertionError> {
    let rest = cursor.rest();
    if rest.text.is_empty() {
        return Ok(());
    }
    Err(AssertionError::new(rest, format!("unexpected {} after {what}", quoted(rest.text))))
}

fn check_fit(reading: &Reading, operator: Operator, span: Span<'_>) -> Result<(), AssertionError> {
    if reading.accepts(operator) {
        return Ok(());
    }
    let message = format!("{} cannot be used with {}", quoted(span.text), quoted(&reading.to_string()));
    Err(AssertionError::new(span, message).expected(reading.expected_operators()))
}

#[cfg(test)]
mod tests;
