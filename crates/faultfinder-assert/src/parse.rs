//! From text to assertions.

use crate::cursor::Cursor;
use crate::error::{Piece, Span, quoted};
use crate::operator::{self, Operator};
use crate::subject::{self, Subject};
use crate::value;
use crate::{Assertion, AssertionError};

/// Longest line, in bytes.
pub const LINE_BYTES_MAX: usize = 16 << 10;

/// Reads an assertion of one line: `[not] SUBJECT OPERATOR VALUE [UNIT]`.
///
/// The value goes to the end of the line; it may be in double quotes, with escapes, or in single quotes, verbatim.
///
/// # Errors
///
/// The first mistake, with its place in the line.
pub fn parse(line: &str) -> Result<Assertion, AssertionError> {
    let mut cursor = Cursor::new(Piece::Line, line);
    check_length(&cursor)?;
    let inverted = cursor.take("not");
    let subject = subject::read(&mut cursor)?;
    let before = cursor.rest();
    let (operator, negated) = operator::read(&mut cursor, &subject.to_string())?;
    let rest = cursor.take_rest();
    check_fit(&subject, operator, before.part(0, rest.offset.saturating_sub(before.offset)).trimmed())?;
    let value = value::read(rest, None, false, &subject, operator)?;
    let text = line.trim().to_owned();
    Ok(Assertion { text, subject, operator, negated, inverted, value, written: rest.text.to_owned() })
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
    let read = subject::read(&mut subject_cursor)?;
    check_end(&subject_cursor, "the subject")?;
    let whole = operator_cursor.rest();
    let (comparison, negated) = operator::read(&mut operator_cursor, &read.to_string())?;
    check_end(&operator_cursor, "the operator")?;
    check_fit(&read, comparison, whole)?;
    if value.is_none() && comparison != Operator::Exists {
        let message = format!("a value is missing for `{}`", comparison.phrase(negated));
        return Err(AssertionError::new(operator_cursor.end(), message));
    }
    // Spaces at the ends are part of a text that is given on its own.
    let verbatim = Span { piece: Piece::Value, text: value.unwrap_or_default(), offset: 0 };
    let numeric = comparison.orders()
        || matches!(
            read,
            Subject::Ttl
                | Subject::Status
                | Subject::CloseCode
                | Subject::PacketLoss
                | Subject::PacketsReceived
                | Subject::Latency(_)
        );
    let given = if numeric { verbatim.trimmed() } else { verbatim };
    let unit_span = unit_cursor.map(|cursor| cursor.rest());
    let expected = value::read(given, unit_span, true, &read, comparison)?;
    let parts = [
        not.then_some("not"),
        Some(subject.trim()),
        Some(operator.trim()),
        value.map(str::trim),
        unit.map(str::trim),
    ];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let written =
        [value.map(str::trim), unit.map(str::trim)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Ok(Assertion {
        text,
        subject: read,
        operator: comparison,
        negated,
        inverted: not,
        value: expected,
        written,
    })
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

fn check_fit(subject: &Subject, operator: Operator, span: Span<'_>) -> Result<(), AssertionError> {
    if subject.accepts(operator) {
        return Ok(());
    }
    let message = format!("{} cannot be used with {}", quoted(span.text), quoted(&subject.to_string()));
    Err(AssertionError::new(span, message).expected(subject.expected_operators()))
}

#[cfg(test)]
mod tests;
