//! What a subject is compared with.

mod expected; // Value: what was read
mod versions; // versions of TLS and HTTP
mod list; // one of several values
mod number; // numbers, times, sizes and dates
mod schema; // JSON Schemas
mod word; // words of closed lists, and codes

pub use list::ITEMS_MAX;

pub(crate) use expected::{Value, Written, number_fact};
pub(crate) use versions::{http_age, tls_age};

use crate::AssertionError;
use crate::cursor::unquote;
use crate::error::{Span, quoted};
use crate::kind::{self, Kind};
use crate::operator::Operator;
use crate::pattern::Pattern;
use crate::subject::Reading;

/// Reads the value of an assertion.
pub(crate) fn read(
    written: Written<'_>,
    reading: &Reading,
    operator: Operator,
) -> Result<Value, AssertionError> {
    let text = written.text;
    let phrase = operator.phrase(false);
    if operator == Operator::Exists {
        if text.text.is_empty() {
            return Ok(Value::Nothing);
        }
        return Err(AssertionError::new(text, "`exists` takes no value").expected("nothing after it"));
    }
    if text.text.is_empty() && !written.verbatim {
        return Err(AssertionError::new(text, format!("a value is missing after `{phrase}`")));
    }
    match operator {
        Operator::OneOf => list::read(written, |item| item_of(item, reading)),
        Operator::IsA => read_kind(text),
        Operator::MatchesSchema => schema::read(written),
        _ => single(written, reading, operator),
    }
}

/// Reads the values of a list that was given as one, each as it is written.
pub(crate) fn read_list(items: &[Written<'_>], reading: &Reading) -> Result<Value, AssertionError> {
    let values: Result<Vec<Value>, AssertionError> =
        items.iter().map(|item| item_of(*item, reading)).collect();
    values.map(Value::OneOf)
}

fn item_of(written: Written<'_>, reading: &Reading) -> Result<Value, AssertionError> {
    single(written, reading, Operator::OneOf)
}

fn read_kind(text: Span<'_>) -> Result<Value, AssertionError> {
    Kind::parse(text.text).map(Value::Kind).ok_or_else(|| {
        AssertionError::new(text, format!("{} is not a type", quoted(text.text))).expected(kind::EXPECTED)
    })
}

/// One value.
fn single(written: Written<'_>, reading: &Reading, operator: Operator) -> Result<Value, AssertionError> {
    if let Some(measure) = number::measure(reading, operator) {
        return number::read(written, reading, measure);
    }
    if let Some(unit) = written.unit {
        let message =
            format!("{} takes no unit with `{}`", quoted(reading.subject.keyword()), operator.phrase(false));
        return Err(AssertionError::new(unit, message));
    }
    let Unquoted { text, quoted: in_quotes, after } = unquoted(written, operator)?;
    if !after.text.is_empty() {
        return Err(AssertionError::new(after, "there is text after the closing quote")
            .expected("quotes around the whole value, or no quotes"));
    }
    match operator {
        Operator::Matches => {
            let bytes_max = reading.subject.text_bytes_max();
            Ok(Value::Pattern(Pattern::compile(&text, written.text, !in_quotes, bytes_max)?))
        }
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => {
            Ok(Value::Text { text, number: None, quoted: in_quotes })
        }
        _ => word::read(text, in_quotes, written.text, reading, operator),
    }
}

struct Unquoted<'a> {
    text: String,
    quoted: bool,
    after: Span<'a>,
}

fn unquoted(written: Written<'_>, operator: Operator) -> Result<Unquoted<'_>, AssertionError> {
    let span = written.text;
    let end = span.part(span.text.len(), 0);
    match unquote(span, operator == Operator::Matches).filter(|_| !written.verbatim) {
        Some(read) => {
            let (text, after) = read?;
            Ok(Unquoted { text, quoted: true, after })
        }
        None => Ok(Unquoted { text: span.text.to_owned(), quoted: false, after: end }),
    }
}
