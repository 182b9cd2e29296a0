//! What a subject is compared with.

mod list; // one of several values
mod number; // numbers, times, sizes and dates
mod schema; // JSON Schemas
mod word; // words of closed lists, and codes

pub(crate) use number::Moment;
pub(crate) use schema::SchemaFile;
pub(crate) use word::{http_age, tls_age};

use crate::AssertionError;
use crate::cursor::unquote;
use crate::error::{Span, quoted};
use crate::kind::{self, Kind};
use crate::number::Number;
use crate::operator::Operator;
use crate::pattern::Pattern;
use crate::schema::JsonSchema;
use crate::subject::Reading;
use crate::unit::{Dimension, Unit};
use faultfinder_taxonomy::Fact;

/// What a subject is compared with.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Nothing: whether it exists.
    Nothing,
    /// Text, the number that it is when it was not in quotes, and whether it was.
    Text { text: String, number: Option<Number>, quoted: bool },
    /// A regular expression that is looked for anywhere.
    Pattern(Pattern),
    /// A number.
    Number(Number),
    /// A time in seconds or a size in bytes or bits, and the unit it was written in.
    Quantity { amount: f64, unit: Option<&'static Unit>, dimension: Dimension },
    /// A point in time.
    Moment(Moment),
    /// A class of status codes by its first digit: `2xx`.
    StatusClass(u16),
    /// Numbers from one to another, both included: `200-299`.
    Range(u32, u32),
    /// A version of TLS by its age.
    TlsVersion(u8),
    /// A version of HTTP by its age.
    HttpVersion(u8),
    /// One of a closed list of words, compared without regard to case.
    Word(String),
    /// A type, or a form of texts.
    Kind(Kind),
    /// One of these.
    OneOf(Vec<Self>),
    /// A JSON Schema.
    Schema(JsonSchema),
    /// The file that holds a JSON Schema, and where it was written.
    SchemaFile(SchemaFile),
}

impl Value {
    /// As results show it.
    pub(crate) fn fact(&self, written: &str) -> Fact {
        match self {
            Self::Nothing => Fact::Null,
            Self::Text { number: Some(number), .. } | Self::Number(number) => number_fact(*number),
            Self::Text { text, .. } | Self::Word(text) => Fact::Text(text.clone()),
            Self::Pattern(pattern) => Fact::Text(pattern.as_str().to_owned()),
            Self::Quantity { .. } | Self::StatusClass(_) | Self::Moment(_) | Self::Range(..) => {
                Fact::Text(written.to_owned())
            }
            Self::OneOf(_) => Fact::Text(written.to_owned()),
            Self::Schema(_) => Fact::from("a JSON Schema"),
            Self::SchemaFile(file) => Fact::Text(file.path.clone()),
            Self::TlsVersion(age) => Fact::from(word::tls_version(*age)),
            Self::HttpVersion(age) => Fact::from(word::http_version(*age)),
            Self::Kind(kind) => Fact::from(kind.phrase()),
        }
    }

    /// Whether only numbers can be compared with it.
    pub(crate) const fn is_numeric(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Quantity { .. } | Self::Range(..))
    }
}

/// A number as a fact: whole if it is, and fits.
pub(crate) fn number_fact(number: Number) -> Fact {
    match number.whole().map(i64::try_from) {
        Some(Ok(whole)) => Fact::Integer(whole),
        _ => Fact::Number(number.value()),
    }
}

/// What is written behind an operator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) text: Span<'a>,
    /// The unit of the mapping form.
    pub(crate) unit: Option<Span<'a>>,
    /// Whether quotes belong to the value, as in the mapping form.
    pub(crate) verbatim: bool,
}

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
        Operator::OneOf => list::read(written, reading),
        Operator::IsA => read_kind(text),
        Operator::MatchesSchema => schema::read(written),
        _ => single(written, reading, operator),
    }
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
