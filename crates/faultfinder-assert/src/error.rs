//! What is wrong with an assertion, and where.

use faultfinder_taxonomy::QUOTED_CHARS_MAX;
use std::ops::Range;

/// What is wrong with an assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionError {
    /// The text that it is about.
    pub piece: Piece,
    /// Where in that text it begins, in bytes; always on a character's boundary.
    pub offset: usize,
    /// How long it is, in bytes; 0 where something is missing.
    pub length: usize,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What could stand there instead.
    pub expected: Option<String>,
    /// The nearest valid spelling.
    pub nearest: Option<String>,
}

/// The text that an [`AssertionError`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: an assertion is a line or these pieces")]
pub enum Piece {
    /// The whole line.
    Line,
    /// The subject of the mapping form.
    Subject,
    /// The operator of the mapping form.
    Operator,
    /// The value of the mapping form.
    Value,
    /// A value of the list that is the value of the mapping form, by its index.
    Item(usize),
    /// The unit of the mapping form.
    Unit,
}

impl AssertionError {
    pub(crate) fn new(span: Span<'_>, message: impl Into<String>) -> Self {
        Self {
            piece: span.piece,
            offset: span.offset,
            length: span.text.len(),
            message: message.into(),
            expected: None,
            nearest: None,
        }
    }

    #[must_use]
    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    #[must_use]
    pub(crate) fn nearest(mut self, nearest: Option<impl Into<String>>) -> Self {
        self.nearest = nearest.map(Into::into);
        self
    }
}

impl std::fmt::Display for AssertionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if let Some(nearest) = &self.nearest {
            write!(f, "; did you mean `{nearest}`?")?;
        }
        if let Some(expected) = &self.expected {
            write!(f, "; expected {expected}")?;
        }
        Ok(())
    }
}

impl std::error::Error for AssertionError {}

/// A stretch of what was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span<'a> {
    pub(crate) piece: Piece,
    pub(crate) text: &'a str,
    /// Where it begins in its piece, in bytes.
    pub(crate) offset: usize,
    /// The parts of its piece that are values.
    pub(crate) guarded: Guarded<'a>,
}

/// Parts of a piece that are values of variables: nothing in them is syntax, neither quotes nor operators.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guarded<'a>(&'a [Range<usize>]);

impl<'a> Guarded<'a> {
    pub(crate) const NOTHING: Guarded<'static> = Guarded(&[]);

    pub(crate) const fn new(ranges: &'a [Range<usize>]) -> Self {
        Self(ranges)
    }

    fn has(self, at: usize) -> bool {
        self.0.iter().any(|range| range.contains(&at))
    }
}

impl<'a> Span<'a> {
    /// All of a piece.
    pub(crate) const fn whole(piece: Piece, text: &'a str) -> Self {
        Self { piece, text, offset: 0, guarded: Guarded::NOTHING }
    }

    /// Whether the byte that is so many bytes behind its beginning belongs to a value.
    pub(crate) fn is_guarded(&self, at: usize) -> bool {
        self.guarded.has(self.offset + at)
    }

    /// The part of it from `start`, `length` bytes long; all of it when that is not a part of it.
    pub(crate) fn part(self, start: usize, length: usize) -> Self {
        match self.text.get(start..start.saturating_add(length)) {
            Some(text) => Self { text, offset: self.offset + start, ..self },
            None => self,
        }
    }

    /// Without the spaces around it.
    pub(crate) fn trimmed(self) -> Self {
        let front = self.text.len() - self.text.trim_start().len();
        Self { text: self.text.trim(), offset: self.offset + front, ..self }
    }
}

/// Text in back quotes, shortened and on one line, for messages.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == QUOTED_CHARS_MAX {
            quoted.push_str("..");
            break;
        }
        if character.is_control() {
            quoted.extend(character.escape_default());
        } else {
            quoted.push(character);
        }
    }
    quoted.push('`');
    quoted
}
