//! The forms of a field in a section (RFC 7541 section 6), without the tables.

use super::{Broken, INTEGER_BYTES_MAX};

/// Entries of the static table that are pseudo-headers (RFC 7541 appendix A).
const PSEUDO_ENTRIES: std::ops::RangeInclusive<u64> = 1..=14;
/// The Huffman code of a colon, 7 bits long (RFC 7541 appendix B).
const COLON_CODE: u8 = 0x5c;

/// One step of a section.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Representation<'a> {
    /// A field of the tables (section 6.1).
    Indexed(u64),
    /// A field that is written out, of which the name may be in the tables (section 6.2).
    Literal {
        name: Name<'a>,
        value: Text<'a>,
        /// Whether it is added to the dynamic table.
        is_added: bool,
    },
    /// The dynamic table is to have this size (section 6.3).
    TableSize(u64),
}

/// The name of a literal field.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Name<'a> {
    Indexed(u64),
    Written(Text<'a>),
}

/// A string (section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    pub(crate) is_huffman: bool,
    pub(crate) bytes: &'a [u8],
}

/// A walk over a section.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(section: &'a [u8]) -> Self {
        Self { bytes: section }
    }

    /// The next step; nothing at the end.
    pub(super) fn step(&mut self) -> Option<Result<Representation<'a>, Broken>> {
        let first = *self.bytes.first()?;
        Some(match first {
            0x80.. => self.integer(7).map(Representation::Indexed),
            0x40..0x80 => self.literal(6, true),
            0x20..0x40 => self.integer(5).map(Representation::TableSize),
            // Without indexing, or never indexed.
            _ => self.literal(4, false),
        })
    }

    fn literal(&mut self, prefix: u32, is_added: bool) -> Result<Representation<'a>, Broken> {
        let name = match self.integer(prefix)? {
            0 => Name::Written(self.text(7)?),
            index => Name::Indexed(index),
        };
        Ok(Representation::Literal { name, value: self.text(7)?, is_added })
    }

    /// A string whose length has a prefix of this many bits, behind the one for Huffman code (section 5.2).
    pub(crate) fn text(&mut self, prefix: u32) -> Result<Text<'a>, Broken> {
        let is_huffman = self.bytes.first().is_some_and(|byte| byte & (1 << prefix) != 0);
        let length = usize::try_from(self.integer(prefix)?).map_err(|_| Broken::Short)?;
        let (bytes, rest) = self.bytes.split_at_checked(length).ok_or(Broken::Short)?;
        self.bytes = rest;
        Ok(Text { is_huffman, bytes })
    }

    /// An integer with a prefix of this many bits (section 5.1).
    pub(crate) fn integer(&mut self, prefix: u32) -> Result<u64, Broken> {
        let (first, mut rest) = self.bytes.split_first().ok_or(Broken::Short)?;
        let mask = (1_u64 << prefix) - 1;
        let mut value = u64::from(*first) & mask;
        let mut has_more = value == mask;
        for shift in (0..).step_by(7).take(INTEGER_BYTES_MAX) {
            if !has_more {
                break;
            }
            let (byte, after) = rest.split_first().ok_or(Broken::Short)?;
            rest = after;
            value += u64::from(byte & 0x7f) << shift;
            has_more = byte & 0x80 != 0;
        }
        if has_more {
            return Err(Broken::Integer);
        }
        self.bytes = rest;
        Ok(value)
    }
}

impl Text<'_> {
    /// Whether it begins with a colon.
    fn is_pseudo(self) -> bool {
        match self.bytes.first() {
            Some(first) if self.is_huffman => first >> 1 == COLON_CODE,
            first => first == Some(&b':'),
        }
    }
}

/// How many pseudo-headers a section has, as far as it can be read. One that an earlier section has put into the dynamic
/// table is not counted.
pub(in super::super) fn pseudo_headers(section: &[u8]) -> usize {
    let mut reader = Reader::new(section);
    let steps = std::iter::from_fn(|| reader.step().and_then(Result::ok));
    let is_pseudo = |step: &Representation<'_>| match step {
        Representation::Indexed(index) | Representation::Literal { name: Name::Indexed(index), .. } => {
            PSEUDO_ENTRIES.contains(index)
        }
        Representation::Literal { name: Name::Written(name), .. } => name.is_pseudo(),
        Representation::TableSize(_) => false,
    };
    steps.filter(is_pseudo).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudo_headers_are_counted_in_every_form() {
        for (section, count) in [
            (&b"\x88"[..], 1),
            (b"\x48\x03500", 1),
            (b"\x00\x07:status\x03500", 1),
            (b"\x00\x85\xb8\x84\x8d\x36\xa3\x03500", 1),
            (b"\x88\x84", 2),
            (b"\x3f\xe1\x1f\x88\x00\x0bgrpc-status\x010", 1),
            (b"\x00\x0bgrpc-status\x010", 0),
            (b"\xbe", 0),
            (b"\x88\x00\x07:sta", 1),
        ] {
            assert_eq!(pseudo_headers(section), count, "{section:x?}");
        }
    }

    /// RFC 7541 appendix C.1.
    #[test]
    fn integers_of_the_standard() {
        for (bytes, prefix, value) in [
            (&[0x0a][..], 5, Ok(10)),
            (&[0x1f, 0x9a, 0x0a], 5, Ok(1337)),
            (&[0x2a], 8, Ok(42)),
            (&[0x1f, 0xff, 0xff, 0xff, 0xff, 0x7f], 5, Ok(31 + (1 << 35) - 1)),
            (&[0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00], 5, Err(Broken::Integer)),
            (&[0x1f, 0x9a], 5, Err(Broken::Short)),
            (&[], 5, Err(Broken::Short)),
        ] {
            assert_eq!(Reader::new(bytes).integer(prefix), value, "{bytes:x?}");
        }
    }
}
