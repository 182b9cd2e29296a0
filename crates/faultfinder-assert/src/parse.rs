//! From text to assertions.

mod group; // several assertions in one line
mod meant; // texts that are near something else
mod notes; // what is probably not meant

use crate::assertion::{Check, Node};
use crate::cursor::Cursor;
use crate::error::{Guarded, Piece, Span, quoted};
use crate::operator::{self, Operator};
use crate::subject::{self, Aspect, Reading, Subject};
use crate::value::{self, Written};
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
    let mut subject_cursor = Cursor::new(Piece::Subject, subject);
    let mut operator_cursor = Cursor::new(Piece::Operator, operator);
    let value_cursor = Cursor::new(Piece::Value, value.unwrap_or_default());
    let unit_cursor = unit.map(|unit| Cursor::new(Piece::Unit, unit));
    for cursor in [&subject_cursor, &operator_cursor, &value_cursor].into_iter().chain(&unit_cursor) {
        check_length(cursor)?;
    }
    let reading = subject::read(&mut subject_cursor)?;
    check_end(&subject_cursor, "the subject")?;
    let whole = operator_cursor.rest();
    let (comparison, negated) = operator::read(&mut operator_cursor, &reading.to_string())?;
    // `operator: is a number` has its value in it.
    let of_operator = (comparison == Operator::IsA && value.is_none()).then(|| operator_cursor.take_rest());
    check_end(&operator_cursor, "the operator")?;
    check_fit(&reading, comparison, whole)?;
    if value.is_none() && of_operator.is_none() && comparison != Operator::Exists {
        let message = format!("a value is missing for `{}`", comparison.phrase(negated));
        return Err(AssertionError::new(operator_cursor.end(), message));
    }
    // Spaces at the ends are part of a text that is given on its own.
    let verbatim = Span::whole(Piece::Value, value.unwrap_or_default());
    let given = if is_numeric(&reading, comparison) { verbatim.trimmed() } else { verbatim };
    let written = Written {
        text: of_operator.unwrap_or(given),
        unit: unit_cursor.map(|cursor| cursor.rest()),
        verbatim: true,
    };
    let expected = value::read(written, &reading, comparison)?;
    let mut notes = notes::of(&expected, written.text);
    notes.extend(notes::of_text(&reading.subject, comparison, &expected, written.text));
    let join =
        |parts: &[Option<&str>]| parts.iter().flatten().map(|part| part.trim()).collect::<Vec<_>>().join(" ");
    let text = join(&[not.then_some("not"), Some(subject), Some(operator), value, unit]);
    let written = join(&[value, unit]);
    let check = Check { reading, operator: comparison, negated, inverted: not, value: expected, written };
    Ok(Assertion { notes, ..Assertion::new(text, Node::Check(Arc::new(check))) })
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
