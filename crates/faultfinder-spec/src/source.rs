//! A file as it was read.

use crate::Place;
use std::sync::Arc;

/// Most bytes of a definition file.
pub const DEFINITION_BYTES_MAX: usize = 10_000_000;

/// A file as it was read, with its name. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    flaw: Option<Flaw>,
}

/// Why a source cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        Self { name: name.into(), text: without_bom(text).into(), flaw: None }
    }

    /// The bytes of a file. What cannot be text is told by [`parse`](crate::parse), with its place.
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
                let place = end_of(without_bom(valid));
                let byte = bytes.get(offset).copied().unwrap_or(0);
                let text = String::from_utf8_lossy(bytes);
                Self {
                    name: name.into(),
                    text: without_bom(&text).into(),
                    flaw: Some(Flaw::NotUtf8 { offset, byte, place }),
                }
            }
        }
    }

    fn too_long(name: &str, bytes: usize) -> Self {
        Self { name: name.into(), text: "".into(), flaw: Some(Flaw::TooLong { bytes }) }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text, without a byte order mark; with replacement characters where it is not UTF-8, empty when too long.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) const fn flaw(&self) -> Option<Flaw> {
        self.flaw
    }

    /// A line, from 1, without its end.
    pub(crate) fn line(&self, number: u32) -> &str {
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        lines(&self.text).nth(index).unwrap_or("")
    }
}

fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Lines as YAML counts them: ended by LF, CR LF or CR (YAML 1.2.2 section 5.4).
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some((line, after)) = text.split_once(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let carriage_return = text.as_bytes().get(line.len()) == Some(&b'\r');
        rest = Some(if carriage_return { after.strip_prefix('\n').unwrap_or(after) } else { after });
        Some(line)
    })
}

/// The place just behind a text.
fn end_of(text: &str) -> Place {
    let (mut line, mut last) = (0_u32, "");
    for each in lines(text) {
        line = line.saturating_add(1);
        last = each;
    }
    let column = u32::try_from(last.chars().count()).unwrap_or(u32::MAX).saturating_add(1);
    Place { line, column, length: 1 }
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
    fn a_source_at_the_limit_is_read_and_one_byte_more_is_not() {
        assert_eq!(Source::from_bytes("x", &vec![b' '; DEFINITION_BYTES_MAX]).flaw(), None);
        let long = Source::from_bytes("x", &vec![b' '; DEFINITION_BYTES_MAX + 1]);
        assert_eq!(long.flaw(), Some(Flaw::TooLong { bytes: DEFINITION_BYTES_MAX + 1 }));
    }
}
