//! Why there is no response, or only a part of one.

use crate::excerpt::EXCERPT_BYTES_MAX;
use std::io;

/// Why there is no response, or only a part of one.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: the bytes, their number, or the stream")]
pub enum Error {
    /// The response violates a rule of the grammar.
    Broken(Violation),
    /// The head, or the trailer section, is too large.
    TooLarge(TooLarge),
    /// The stream ended before the response did: in an orderly way with `UnexpectedEof`, or with this error.
    Ended(io::Error),
}

/// The first rule that a response violates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: which rule, what was found, and where")]
pub struct Violation {
    /// llhttp's name of the rule.
    pub name: &'static str,
    /// What was found, as a sentence fragment.
    pub what: &'static str,
    /// The position, in bytes from the beginning of the response.
    pub offset: u64,
    /// The line with the violation, as far as it has arrived; at most [`EXCERPT_BYTES_MAX`] of it.
    pub line: Vec<u8>,
}

impl Violation {
    /// A violation at this offset from the beginning of a line.
    pub(super) const fn new(name: &'static str, what: &'static str, offset: u64) -> Self {
        Self { name, what, offset, line: Vec::new() }
    }

    /// The violation in a line that begins at this offset.
    pub(super) fn in_line(mut self, line: &[u8], begins: u64) -> Self {
        self.offset = self.offset.saturating_add(begins);
        self.line = line.get(..EXCERPT_BYTES_MAX).unwrap_or(line).to_vec();
        self
    }
}

impl std::fmt::Display for Violation {
    /// What was found; of a response that is not HTTP at all, also its beginning.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const BEGINNING_BYTES: usize = 40;
        /// Length of `HTTP/`.
        const VERSION_BYTES: u64 = 5;
        f.write_str(self.what)?;
        let begins = self.line.get(..BEGINNING_BYTES).unwrap_or(&self.line);
        match std::str::from_utf8(begins) {
            Ok(begins)
                if self.offset < VERSION_BYTES
                    && !begins.is_empty()
                    && self.name == "HPE_INVALID_CONSTANT" =>
            {
                write!(f, ", but with \"{}\"", begins.escape_debug())
            }
            _ => Ok(()),
        }
    }
}

/// What is too large, with the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the sizes of a head")]
pub enum TooLarge {
    /// The whole head, in bytes.
    Block(usize),
    /// One line, in bytes, and the name of its field if it has one.
    Line(usize, Option<String>),
    /// The number of lines.
    Lines(usize),
    /// The number of interim responses before the final one.
    Interim(usize),
}

impl std::fmt::Display for TooLarge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Block(max) => write!(f, "it has more than {max} bytes"),
            Self::Line(max, None) => write!(f, "a line has more than {max} bytes"),
            Self::Line(max, Some(name)) => write!(f, "the line of {name:?} has more than {max} bytes"),
            Self::Lines(max) => write!(f, "it has more than {max} lines"),
            Self::Interim(max) => write!(f, "more than {max} interim responses came before it"),
        }
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::Broken(violation)
    }
}

impl From<TooLarge> for Error {
    fn from(too_large: TooLarge) -> Self {
        Self::TooLarge(too_large)
    }
}
