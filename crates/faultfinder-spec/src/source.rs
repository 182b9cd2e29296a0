//! A file as it was read.

use crate::{ForeignOptions, Place, template};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Most bytes of a definition file.
pub const DEFINITION_BYTES_MAX: usize = 10_000_000;

/// Most tests of one file.
pub const TESTS_MAX: usize = 100_000;

/// A file as it was read, with its name. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    flaw: Option<Flaw>,
    /// The byte at which each line begins; found when the first diagnostic asks.
    line_starts: Arc<OnceLock<Vec<u32>>>,
    foreign: Arc<ForeignOptions>,
    tests_max: usize,
}

/// Why a source cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Flaw {
    /// It has more than [`DEFINITION_BYTES_MAX`] bytes.
    TooLong { bytes: usize },
    /// It is not UTF-8 from this byte on.
    NotUtf8 { offset: usize, byte: u8, place: Place },
}

impl Source {
    /// Text under a name that diagnostics repeat, such as a path.
    #[must_use]
    pub fn new(name: &str, text: &str) -> Self {
        if text.len() > DEFINITION_BYTES_MAX {
            return Self::too_long(name, text.len());
        }
        Self::with(name, without_bom(text), None)
    }

    /// The bytes of a file. Bytes that are not text are reported by [`parse`](crate::parse), with its place.
    #[must_use]
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Self {
        if bytes.len() > DEFINITION_BYTES_MAX {
            return Self::too_long(name, bytes.len());
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::new(name, text),
            Err(error) => {
                let offset = error.valid_up_to();
                let valid =
                    bytes.get(..offset).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("");
                let place = after_text(Place::START, without_bom(valid));
                let byte = bytes.get(offset).copied().unwrap_or(0);
                let text = String::from_utf8_lossy(bytes);
                Self::with(name, without_bom(&text), Some(Flaw::NotUtf8 { offset, byte, place }))
            }
        }
    }

    fn too_long(name: &str, bytes: usize) -> Self {
        Self::with(name, "", Some(Flaw::TooLong { bytes }))
    }

    fn with(name: &str, text: &str, flaw: Option<Flaw>) -> Self {
        let (line_starts, foreign) = (Arc::default(), Arc::default());
        Self { name: name.into(), text: text.into(), flaw, line_starts, foreign, tests_max: TESTS_MAX }
    }

    /// With what it needs and does not say if it is a file of another tool.
    #[must_use]
    pub fn with_foreign_options(mut self, options: Arc<ForeignOptions>) -> Self {
        self.foreign = options;
        self
    }

    /// With at most so many tests instead of [`TESTS_MAX`].
    #[must_use]
    pub const fn with_tests_max(mut self, tests_max: usize) -> Self {
        self.tests_max = tests_max;
        self
    }

    pub(crate) const fn tests_max(&self) -> usize {
        self.tests_max
    }

    pub(crate) fn foreign_options(&self) -> &ForeignOptions {
        &self.foreign
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name, shared by all that keep it.
    #[must_use]
    pub const fn shared_name(&self) -> &Arc<str> {
        &self.name
    }

    /// The same without its text, for what outlives the reading of a file: places can be named, and not shown.
    #[must_use]
    pub fn without_text(&self) -> Self {
        Self::with(&self.name, "", None)
    }

    /// Its text, without a byte order mark; with replacement characters where it is not UTF-8, empty when too long.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place of these bytes of the text, for callers whose parser counts bytes. It ends with their first line.
    #[must_use]
    pub fn place_of(&self, bytes: Range<usize>) -> Place {
        let before = self.text.get(..bytes.start).unwrap_or(&self.text);
        let within = self.text.get(bytes).unwrap_or("");
        let length = within.split(['\n', '\r']).next().unwrap_or("").chars().count();
        Place { length: u32_of(length.max(1)), ..after_text(Place::START, before) }
    }

    pub(crate) const fn flaw(&self) -> Option<Flaw> {
        self.flaw
    }

    /// A line, from 1, without its end.
    pub(crate) fn line(&self, number: u32) -> &str {
        let rest = self.rest_from_line(number);
        rest.split(['\n', '\r']).next().unwrap_or(rest)
    }

    /// The text from a line on.
    fn rest_from_line(&self, number: u32) -> &str {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let start = starts.get(index).and_then(|start| usize::try_from(*start).ok());
        start.and_then(|start| self.text.get(start..)).unwrap_or("")
    }

    /// The comment behind a text in one line, if it is not set off from its `#` by a space: it may be meant as a part of the text.
    pub(crate) fn glued_comment(&self, text: Place) -> Option<&str> {
        let end = usize_of(text.column).saturating_sub(1).saturating_add(usize_of(text.length));
        let line = self.line(text.line);
        let (at, _) = line.char_indices().nth(end)?;
        let behind = line.get(at..)?;
        let comment = behind.trim_start();
        let is_glued =
            comment.strip_prefix('#').is_some_and(|rest| !rest.starts_with([' ', '#']) && !rest.is_empty());
        (is_glued && behind.starts_with([' ', '\t'])).then_some(comment)
    }

    /// The place of a part of a text: where it is first found in the line from the text on; that of the text if it is not there
    /// as it is.
    pub(crate) fn place_within(&self, text: Place, part: &str) -> Place {
        let line = self.rest_from_line(text.line).split(['\n', '\r']).next().unwrap_or("");
        let skipped = usize_of(text.column).saturating_sub(1);
        let begin = line.char_indices().nth(skipped).map_or(line.len(), |(at, _)| at);
        let Some((before, _)) = line.get(begin..).and_then(|line| line.split_once(part)) else { return text };
        let column = text.column.saturating_add(u32_of(before.chars().count()));
        Place { column, length: u32_of(part.chars().count()), ..text }
    }

    /// The place of a `{{ .. }}`, counted from 0, of the text that begins at a place. When it cannot be found,
    /// because a scalar's escapes hide it, that is the place of the text.
    pub(crate) fn template_place(&self, text: Place, index: usize) -> Place {
        let mut rest = self.rest_from_line(text.line);
        let skipped =
            rest.char_indices().nth(usize_of(text.column).saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
        let mut at = Place { length: 1, ..text };
        rest = rest.get(skipped..).unwrap_or("");
        for nth in 0..=index {
            let Some((before, after)) = rest.split_once("{{") else { return text };
            at = after_text(at, before);
            if nth == index {
                let inside = template::closed(after).map(|(inside, _)| inside);
                let length = inside
                    .filter(|inside| !inside.contains(['\n', '\r']))
                    .map_or(0, |inside| inside.chars().count() + 2);
                return Place { length: u32_of(length + 2), ..at };
            }
            at.column = at.column.saturating_add(2);
            rest = after;
        }
        text
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.text, self.flaw) == (&other.name, &other.text, other.flaw)
    }
}

impl Eq for Source {}

impl std::hash::Hash for Source {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.name, &self.text, self.flaw).hash(state);
    }
}

fn usize_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn u32_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Where lines begin, as YAML counts them: ended by LF, CR LF or CR (YAML 1.2.2 section 5.4).
fn line_starts(text: &str) -> Vec<u32> {
    let mut starts = vec![0];
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let carriage_return_follows = byte == b'\r' && bytes.peek().is_some_and(|(_, next)| *next == b'\n');
        if byte == b'\n' || (byte == b'\r' && !carriage_return_follows) {
            starts.push(u32_of(at + 1));
        }
    }
    starts
}

/// The place just behind a text that begins at a place.
fn after_text(mut place: Place, text: &str) -> Place {
    let starts = line_starts(text);
    let last = starts.last().map_or(0, |start| usize_of(*start));
    let columns = u32_of(text.get(last..).unwrap_or("").chars().count());
    let lines = u32_of(starts.len().saturating_sub(1));
    place.column = if lines == 0 { place.column.saturating_add(columns) } else { columns.saturating_add(1) };
    place.line = place.line.saturating_add(lines);
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_lf_cr_lf_or_cr() {
        let source = Source::new("x", "a\nb\r\nc\rd\n");
        let found: Vec<&str> = (1..=6).map(|line| source.line(line)).collect();
        assert_eq!(found, ["a", "b", "c", "d", "", ""]);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_placed() {
        let source = Source::from_bytes("x", b"\xef\xbb\xbfname: a\nb: \xc3\xa4\xff");
        let Some(Flaw::NotUtf8 { offset, byte, place }) = source.flaw() else { panic!("{source:?}") };
        assert_eq!((offset, byte), (16, 0xff));
        assert_eq!((place.line, place.column), (2, 5));
    }

    #[test]
    fn bytes_have_a_place_that_ends_with_their_line() {
        let source = Source::new("x", "a = 1\nb = '\u{e4}\u{f6}'\nc");
        for (bytes, place) in
            [(0..1, (1, 1, 1)), (10..16, (2, 5, 4)), (4..10, (1, 5, 1)), (18..99, (3, 2, 1))]
        {
            let Place { line, column, length } = source.place_of(bytes.clone());
            assert_eq!((line, column, length), place, "{bytes:?}");
        }
    }

    #[test]
    fn a_source_at_the_limit_is_read_and_one_byte_more_is_not() {
        assert_eq!(Source::from_bytes("x", &vec![b' '; DEFINITION_BYTES_MAX]).flaw(), None);
        let long = Source::from_bytes("x", &vec![b' '; DEFINITION_BYTES_MAX + 1]);
        assert_eq!(long.flaw(), Some(Flaw::TooLong { bytes: DEFINITION_BYTES_MAX + 1 }));
    }
}
