//! What a subject is compared with, as it was read.

use super::versions::{http_version, tls_version};
use crate::AssertionError;
use crate::error::{Piece, Span};
use crate::kind::Kind;
use crate::number::Number;
use crate::pattern::Pattern;
use crate::schema::JsonSchema;
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
            Self::Text { number: Some(number), .. } | Self::Number(number) => number_fact(number),
            Self::Text { text, .. } | Self::Word(text) => Fact::Text(text.clone()),
            Self::Pattern(pattern) => Fact::Text(pattern.as_str().to_owned()),
            Self::Quantity { .. } | Self::StatusClass(_) | Self::Moment(_) | Self::Range(..) => {
                Fact::Text(written.to_owned())
            }
            Self::OneOf(_) => Fact::Text(written.to_owned()),
            // One that is written here is too long to be shown; of a file the name is.
            Self::Schema(_) if written.is_empty() || written.trim_start().starts_with('{') => {
                Fact::from("a JSON Schema")
            }
            Self::Schema(_) => Fact::Text(written.to_owned()),
            Self::SchemaFile(file) => Fact::Text(file.path.clone()),
            Self::TlsVersion(age) => Fact::from(tls_version(*age)),
            Self::HttpVersion(age) => Fact::from(http_version(*age)),
            Self::Kind(kind) => Fact::from(kind.phrase()),
        }
    }
}

/// A number as a fact: whole if it is, and fits.
pub(crate) fn number_fact(number: &Number) -> Fact {
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

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Moment {
    /// So many seconds since 1970.
    At(f64),
    /// So many seconds after the assertion is evaluated.
    Now(f64),
}

impl Moment {
    /// In seconds since 1970; nothing when the time is needed and not known.
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 seconds, which is 285 million years")]
    pub(crate) fn seconds(self, now: Option<i64>) -> Option<f64> {
        match self {
            Self::At(seconds) => Some(seconds),
            Self::Now(after) => now.map(|now| now as f64 + after),
        }
    }
}

/// A file that holds a JSON Schema.
#[derive(Debug, Clone)]
pub(crate) struct SchemaFile {
    pub(crate) path: String,
    pub(super) piece: Piece,
    pub(super) offset: usize,
    pub(super) length: usize,
}

impl SchemaFile {
    /// Makes a mistake that is about the file.
    pub(crate) fn error(&self, message: impl Into<String>) -> AssertionError {
        let error = AssertionError::new(Span::whole(self.piece, ""), message);
        AssertionError { offset: self.offset, length: self.length, ..error }
    }

    /// Compiles the text of the file.
    pub(crate) fn compile(&self, text: &str) -> Result<Value, AssertionError> {
        let compiled = JsonSchema::compile(text, Span::whole(self.piece, ""));
        compiled.map(Value::Schema).map_err(|error| self.error(error.message))
    }
}
