//! Blocks of lines that end with an empty line, read incrementally: heads and trailer sections.

use super::error::{Error, TooLarge, Violation};
use super::grammar::{self, Lengths};
use super::limits::{Limits, Rules};
use bytes::{Bytes, BytesMut};

/// How many bytes of a first line are checked before it ends, so that data that is not HTTP is rejected at once.
const FIRST_LINE_BYTES: usize = 64;

/// The first line of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    /// A status line.
    Status,
    /// A field line, if there is one.
    Field,
}

/// Reads one block from the received data and checks each of its lines once.
#[derive(Debug)]
pub(super) struct Block {
    first: First,
    limits: Limits,
    /// The offset of the block in the response.
    begins: u64,
    /// The offset of the current line.
    line: usize,
    /// How much was searched for the end of that line.
    searched: usize,
    /// How many lines have ended.
    lines: usize,
    lengths: Lengths,
}

impl Block {
    /// A block that begins at this offset of the response.
    pub(super) fn new(first: First, limits: Limits, begins: u64) -> Self {
        Self { first, limits, begins, line: 0, searched: 0, lines: 0, lengths: Lengths::default() }
    }

    /// Removes the block from the buffer, once it is complete; its last line is the empty one.
    pub(super) fn read(&mut self, buffer: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        while let Some(end) = self.line_end(buffer) {
            let line = buffer.get(self.line..end).unwrap_or_default();
            if end > self.limits.block_bytes {
                return Err(TooLarge::Block(self.limits.block_bytes).into());
            }
            if self.judge(line)? {
                return Ok(Some(buffer.split_to(end).freeze()));
            }
            self.lines += 1;
            self.line = end;
        }
        self.judge_unfinished(buffer.get(self.line..).unwrap_or_default())?;
        if buffer.len() > self.limits.block_bytes {
            return Err(TooLarge::Block(self.limits.block_bytes).into());
        }
        Ok(None)
    }

    /// The end of the current line, after its LF.
    fn line_end(&mut self, buffer: &BytesMut) -> Option<usize> {
        let from = self.searched.max(self.line);
        let found = buffer.get(from..)?.iter().position(|byte| *byte == b'\n');
        self.searched = buffer.len();
        let end = found.map(|at| from + at + 1)?;
        self.searched = end;
        Some(end)
    }

    /// Checks a complete line; returns whether it is the empty one.
    fn judge(&mut self, line: &[u8]) -> Result<bool, Error> {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let (text, is_bare) = text.strip_suffix(b"\r").map_or((text, true), |text| (text, false));
        self.check_length(text)?;
        let is_status = self.first == First::Status && self.lines == 0;
        let is_empty = text.is_empty() && !is_status;
        let judged = if is_status { grammar::status_line(text).map(drop) } else { Ok(()) };
        let judged = judged.and_then(|()| match self.limits.rules {
            Rules::Strict if is_bare => Err(bare_lf(text)),
            Rules::Strict if !is_status && !is_empty => self.field(text),
            Rules::Strict | Rules::Lenient => Ok(()),
        });
        judged.map_err(|violation| violation.in_line(text, self.begins + self.line as u64))?;
        let fields = self.lines + usize::from(self.first == First::Field);
        if !is_empty && !is_status && fields > self.limits.lines {
            return Err(TooLarge::Lines(self.limits.lines).into());
        }
        Ok(is_empty)
    }

    fn field(&mut self, text: &[u8]) -> Result<(), Violation> {
        let is_first = self.lines == usize::from(self.first == First::Status);
        let (name, value) = grammar::field_line(text, is_first)?;
        match self.first {
            First::Status => self.lengths.note(name, value),
            First::Field => Ok(()),
        }
    }

    /// Checks a line that is not complete.
    fn judge_unfinished(&self, line: &[u8]) -> Result<(), Error> {
        let is_status = self.first == First::Status && self.lines == 0;
        if is_status {
            let begin = line.get(..FIRST_LINE_BYTES).unwrap_or(line);
            if let Err(violation) = grammar::status_line(begin) {
                return Err(violation.in_line(line, self.begins).into());
            }
        }
        self.check_length(line.strip_suffix(b"\r").unwrap_or(line))
    }

    fn check_length(&self, line: &[u8]) -> Result<(), Error> {
        if line.len() > self.limits.line_bytes {
            return Err(TooLarge::Line(self.limits.line_bytes, field_name(line)).into());
        }
        Ok(())
    }
}

fn bare_lf(text: &[u8]) -> Violation {
    Violation::new("HPE_CR_EXPECTED", "a line ends with LF alone", text.len() as u64)
}

/// The name of a field line, if it is one with a name that can be shown.
fn field_name(line: &[u8]) -> Option<String> {
    /// Longer names are not shown.
    const NAME_BYTES_MAX: usize = 64;
    let end = line.iter().take(NAME_BYTES_MAX + 1).position(|byte| *byte == b':')?;
    let name = std::str::from_utf8(line.get(..end)?).ok()?;
    http::HeaderName::try_from(name).ok().map(|_| name.to_owned())
}
