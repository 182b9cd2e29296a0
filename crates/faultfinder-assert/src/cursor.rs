//! What was written, word by word.

use crate::AssertionError;
use crate::error::{Guarded, Piece, Span};

/// A place in what was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    piece: Piece,
    text: &'a str,
    at: usize,
    guarded: Guarded<'a>,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(piece: Piece, text: &'a str) -> Self {
        Self { piece, text, at: 0, guarded: Guarded::NOTHING }
    }

    /// The same text, of which some parts are values: nothing in them is syntax.
    pub(crate) const fn guarding(self, guarded: Guarded<'a>) -> Self {
        Self { guarded, ..self }
    }

    /// The same text from this byte on.
    pub(crate) const fn at(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// The text up to the end of a stretch of it, from its beginning on.
    pub(crate) fn between(self, piece: Span<'a>) -> Self {
        let end = piece.offset.saturating_add(piece.text.len());
        Self { text: self.text.get(..end).unwrap_or(self.text), at: piece.offset, ..self }
    }

    /// Everything from here on, without the spaces around it.
    pub(crate) fn rest(&self) -> Span<'a> {
        let text = self.text.get(self.at..).unwrap_or("");
        Span { piece: self.piece, text, offset: self.at, guarded: self.guarded }.trimmed()
    }

    /// The place behind the last character, where something is missing.
    pub(crate) fn end(&self) -> Span<'a> {
        let offset = self.text.trim_end().len();
        Span { piece: self.piece, text: "", offset, guarded: self.guarded }
    }

    /// The next word, without taking it: up to a space or a comparison sign.
    pub(crate) fn peek(&self) -> Option<Span<'a>> {
        let rest = self.rest();
        let end =
            rest.text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>')).unwrap_or(rest.text.len());
        (end > 0).then(|| rest.part(0, end))
    }

    /// Takes the next word.
    pub(crate) fn word(&mut self) -> Option<Span<'a>> {
        let word = self.peek()?;
        self.at = word.offset + word.text.len();
        Some(word)
    }

    /// Takes these words if they come next.
    pub(crate) fn take(&mut self, words: &str) -> bool {
        let mut ahead = *self;
        for expected in words.split(' ') {
            if ahead.word().is_none_or(|word| word.text != expected || word.is_guarded(0)) {
                return false;
            }
        }
        *self = ahead;
        true
    }

    /// Takes this sign if it comes next, whatever follows.
    pub(crate) fn take_sign(&mut self, sign: &str) -> bool {
        let rest = self.rest();
        let taken = rest.text.starts_with(sign) && !rest.is_guarded(0);
        if taken {
            self.at = rest.offset + sign.len();
        }
        taken
    }

    /// Takes everything from here on.
    pub(crate) fn take_rest(&mut self) -> Span<'a> {
        let rest = self.rest();
        self.at = self.text.len();
        rest
    }

    /// Takes an expression: up to a space that stands outside brackets and quotes.
    ///
    /// Brackets and quotes that are never closed extend to the end of the line; the reader of the expression reports that.
    pub(crate) fn expression(&mut self) -> Span<'a> {
        let rest = self.rest();
        let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
        let mut end = rest.text.len();
        for (at, character) in rest.text.char_indices() {
            match (quote, character) {
                _ if rest.is_guarded(at) => {}
                _ if escaped => escaped = false,
                (Some(_), '\\') => escaped = true,
                (Some(open), _) if open == character => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if depth > 0 => quote = Some(character),
                (None, '[' | '(') => depth += 1,
                (None, ']' | ')') => depth = depth.saturating_sub(1),
                (None, space) if depth == 0 && space.is_whitespace() => {
                    end = at;
                    break;
                }
                (None, _) => {}
            }
        }
        let expression = rest.part(0, end);
        self.at = expression.offset + expression.text.len();
        expression
    }
}

/// Reads a text in quotes from the beginning of a span: `"..."` with escapes, or `'...'` as it stands. Yields the text
/// and what comes after it; nothing when it does not begin with a quote. `lenient` keeps escapes that are unknown.
pub(crate) fn unquote<'a>(
    span: Span<'a>,
    lenient: bool,
) -> Option<Result<(String, Span<'a>), AssertionError>> {
    let quote =
        span.text.chars().next().filter(|first| matches!(first, '"' | '\'') && !span.is_guarded(0))?;
    let mut text = String::new();
    let mut characters = span.text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if span.is_guarded(at) {
            text.push(character);
            continue;
        }
        if character == quote {
            let after = at + 1;
            return Some(Ok((text, span.part(after, span.text.len() - after).trimmed())));
        }
        if character != '\\' || quote == '\'' {
            text.push(character);
            continue;
        }
        let Some((_, escaped)) = characters.next() else { break };
        match escaped {
            '"' | '\\' | '/' => text.push(escaped),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' if !lenient => {
                let digits: String = characters.by_ref().take(4).map(|(_, digit)| digit).collect();
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(character) if digits.len() == 4 => text.push(character),
                    _ => return Some(Err(bad_escape(span, at, 2 + digits.len()))),
                }
            }
            other if lenient => text.extend(['\\', other]),
            other => return Some(Err(bad_escape(span, at, 1 + other.len_utf8()))),
        }
    }
    Some(Err(AssertionError::new(span.part(0, 1), "the quote is never closed")
        .expected("a closing quote; a value that begins with a quote has to be quoted itself")))
}

fn bad_escape(span: Span<'_>, at: usize, length: usize) -> AssertionError {
    let part = span.part(at, length);
    AssertionError::new(part, format!("unknown escape {}", crate::error::quoted(part.text)))
        .expected("one of \\\" \\\\ \\n \\r \\t \\uXXXX, or single quotes, in which nothing is escaped")
}
