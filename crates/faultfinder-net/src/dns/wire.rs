//! A bounded reader over a message.

use super::malformed::Malformed;
use hickory_proto::rr::Name;
use hickory_proto::serialize::binary::{BinDecodable as _, BinDecoder};
use std::fmt::Display;

/// Reads a message from start to end and never past `end`. What is read has a name, `what`, for the case that it is malformed.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    /// Reads a whole message; bytes that a 16-bit compression pointer cannot reach are not read.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, end: bytes.len().min(usize::from(u16::MAX)) }
    }

    /// The current position, in bytes from the message's start.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    pub(super) const fn left(&self) -> usize {
        self.end - self.at
    }

    /// The next bytes.
    pub(super) fn take(&mut self, count: usize, what: impl Display) -> Result<&'a [u8], Malformed> {
        let next = self.at.saturating_add(count);
        match self.bytes.get(self.at..next) {
            Some(taken) if next <= self.end => {
                self.at = next;
                Ok(taken)
            }
            _ => Err(self.malformed(format!("{what} needs {count} bytes, {} are left", self.left()))),
        }
    }

    /// A number of one byte.
    pub(super) fn u8(&mut self, what: impl Display) -> Result<u8, Malformed> {
        Ok(self.take(1, what)?.iter().fold(0, |_, byte| *byte))
    }

    /// A number of two bytes.
    pub(super) fn u16(&mut self, what: impl Display) -> Result<u16, Malformed> {
        Ok(self.take(2, what)?.iter().fold(0, |number, byte| number << 8 | u16::from(*byte)))
    }

    /// A number of four bytes.
    pub(super) fn u32(&mut self, what: impl Display) -> Result<u32, Malformed> {
        Ok(self.take(4, what)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    /// A name in presentation form; its pointers may lead anywhere before it in the message.
    pub(super) fn name(&mut self, what: impl Display) -> Result<String, Malformed> {
        self.labels(what).map(|name| presentation(name.iter()))
    }

    /// A name; its pointers may lead anywhere before it in the message.
    pub(super) fn labels(&mut self, what: impl Display) -> Result<Name, Malformed> {
        let start =
            u16::try_from(self.at).map_err(|_| self.malformed(format!("{what} begins past 64 KiB")))?;
        let mut decoder = BinDecoder::new(self.bytes).clone(start);
        let name = Name::read(&mut decoder).map_err(|error| self.malformed(format!("{what}: {error}")))?;
        if decoder.index() > self.end {
            return Err(
                self.malformed(format!("{what} runs {} bytes over its end", decoder.index() - self.end))
            );
        }
        self.at = decoder.index();
        Ok(name)
    }

    /// A text with one byte of length before it.
    pub(super) fn character_string(&mut self, what: impl Display) -> Result<&'a [u8], Malformed> {
        let length = self.u8(&what)?;
        self.take(usize::from(length), what)
    }

    /// A reader of only the next bytes; this one continues after them.
    pub(super) fn part(&mut self, count: usize, what: impl Display) -> Result<Self, Malformed> {
        let at = self.at;
        self.take(count, what)?;
        Ok(Self { bytes: self.bytes, at, end: self.at })
    }

    /// An error at this position.
    pub(super) fn malformed(&self, reason: impl Into<String>) -> Malformed {
        Malformed { offset: self.at, reason: reason.into() }
    }
}

/// The class of the Internet (RFC 1035 section 3.2.4).
pub(super) const CLASS_IN: u16 = 1;

/// Room for most names, so that their text does not grow label by label.
const PRESENTATION_BYTES: usize = 64;

/// A name, from its labels, in presentation form (RFC 1035 section 5.1), without the final dot; the root is `.`.
pub(super) fn presentation<'l>(labels: impl Iterator<Item = &'l [u8]>) -> String {
    let mut text = String::with_capacity(PRESENTATION_BYTES);
    for label in labels {
        if !text.is_empty() {
            text.push('.');
        }
        escape(label, b".\\\"();@$ ", &mut text);
    }
    if text.is_empty() { ".".to_owned() } else { text }
}

/// A name in wire form without compression (RFC 1035 section 3.1).
pub(super) fn uncompressed(name: &Name) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len() + 1);
    for label in name.iter() {
        // A label has 63 bytes at the most.
        bytes.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(label);
    }
    bytes.push(0);
    bytes
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Text in quotes, as character strings are presented.
pub(super) fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    escape(bytes, b"\\\"", &mut text);
    text.push('"');
    text
}

/// Appends bytes, with a backslash before the special ones and bytes outside printable ASCII as `\DDD`.
fn escape(bytes: &[u8], special: &[u8], text: &mut String) {
    for byte in bytes {
        if !matches!(byte, b' '..=b'~') {
            text.push_str(&format!("\\{byte:03}"));
            continue;
        }
        if special.contains(byte) {
            text.push('\\');
        }
        text.push(char::from(*byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presentation_escapes_what_would_be_read_otherwise() {
        let name = Name::from_labels([b"a.b".as_slice(), b"\x00\xff", b"_x"]).unwrap();
        assert_eq!(presentation(name.iter()), "a\\.b.\\000\\255._x");
        assert_eq!(presentation(Name::root().iter()), ".");
        assert_eq!(quoted(b"a \"b\" \\ \n"), "\"a \\\"b\\\" \\\\ \\010\"");
    }

    #[test]
    fn a_part_never_reads_past_its_end() {
        let mut reader = Reader::new(&[1, 2, 3, 4]);
        let mut part = reader.part(2, "a part").unwrap();
        assert_eq!(part.u16("two").unwrap(), 0x0102);
        assert_eq!(part.u8("more").unwrap_err().offset, 2);
        assert_eq!(reader.u16("two").unwrap(), 0x0304);
    }
}
