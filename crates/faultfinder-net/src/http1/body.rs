//! Where a body ends, and its content (RFC 9112 sections 6 and 7).

use super::error::{Error, Violation};
use super::head::{self, Head};
use super::limits::{CHUNK_LINE_BYTES_MAX, Limits, Rules};
use super::lines::{Block, First};
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

/// The remaining part of a body.
#[derive(Debug)]
pub(super) enum Body {
    /// Nothing.
    Done,
    /// A known number of bytes.
    Length(u64),
    /// Chunks.
    Chunked(Chunk),
    /// Everything until the connection ends.
    Close,
}

/// The position within a chunked body.
#[derive(Debug)]
pub(super) enum Chunk {
    /// In the line with a chunk's size.
    Size,
    /// In a chunk with this many bytes left.
    Data(u64),
    /// After a chunk's data.
    End,
    /// In the trailer section.
    Trailers(Box<Block>),
}

/// The result of reading a body.
#[derive(Debug)]
pub(super) enum Piece {
    /// Some bytes.
    Data(Bytes),
    /// Nothing until more data arrives.
    More,
    /// The body has been read completely; with the trailer section.
    End(HeaderMap),
}

impl Body {
    /// The body of a response (RFC 9112 section 6.3).
    pub(super) fn of(head: &Head, is_answer_to_head: bool) -> Self {
        if is_answer_to_head || matches!(head.status, 100..=199 | 204 | 304) {
            return Self::Done;
        }
        let codings = head.headers.get_all(TRANSFER_ENCODING).iter().next_back();
        if let Some(codings) = codings {
            let last = codings.to_str().unwrap_or_default().rsplit(',').next().unwrap_or_default();
            return if last.trim().eq_ignore_ascii_case("chunked") {
                Self::Chunked(Chunk::Size)
            } else {
                Self::Close
            };
        }
        let length = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        match length {
            Some(0) => Self::Done,
            Some(length) => Self::Length(length),
            None => Self::Close,
        }
    }

    /// Reads from the buffer, which begins at this offset of the response.
    pub(super) fn read(
        &mut self,
        buffer: &mut BytesMut,
        begins: u64,
        limits: Limits,
    ) -> Result<Piece, Error> {
        match self {
            Self::Done => Ok(Piece::End(HeaderMap::new())),
            Self::Close => Ok(take(buffer, u64::MAX)),
            Self::Length(left) => {
                let piece = take(buffer, *left);
                if let Piece::Data(data) = &piece {
                    *left = left.saturating_sub(data.len() as u64);
                    if *left == 0 {
                        *self = Self::Done;
                    }
                }
                Ok(piece)
            }
            Self::Chunked(chunk) => {
                let piece = chunk.read(buffer, begins, limits)?;
                if matches!(piece, Piece::End(_)) {
                    *self = Self::Done;
                }
                Ok(piece)
            }
        }
    }

    /// How many bytes are left, if known.
    pub(super) const fn left(&self) -> Option<u64> {
        match self {
            Self::Done => Some(0),
            Self::Length(left) => Some(*left),
            Self::Chunked(_) | Self::Close => None,
        }
    }
}

/// At most this many of the received bytes.
fn take(buffer: &mut BytesMut, left: u64) -> Piece {
    let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
    if length == 0 { Piece::More } else { Piece::Data(buffer.split_to(length).freeze()) }
}

impl Chunk {
    fn read(&mut self, buffer: &mut BytesMut, begins: u64, limits: Limits) -> Result<Piece, Error> {
        let came = buffer.len();
        loop {
            let at = begins + (came - buffer.len()) as u64;
            match self {
                Self::Size => {
                    let Some(size) = size(buffer, at, limits.rules)? else { return Ok(Piece::More) };
                    let passed = begins + (came - buffer.len()) as u64;
                    *self = match size {
                        0 => Self::Trailers(Box::new(Block::new(First::Field, limits, passed))),
                        size => Self::Data(size),
                    };
                }
                Self::Data(left) => {
                    let piece = take(buffer, *left);
                    if let Piece::Data(data) = &piece {
                        *left = left.saturating_sub(data.len() as u64);
                        if *left == 0 {
                            *self = Self::End;
                        }
                    }
                    return Ok(piece);
                }
                Self::End => {
                    let Some(length) = end(buffer, at, limits.rules)? else { return Ok(Piece::More) };
                    let _ = buffer.split_to(length);
                    *self = Self::Size;
                }
                Self::Trailers(block) => {
                    return match block.read(buffer)? {
                        Some(section) => Ok(Piece::End(head::trailers(&section, at)?)),
                        None => Ok(Piece::More),
                    };
                }
            }
        }
    }
}

/// Removes the line with a chunk's size from the buffer.
fn size(buffer: &mut BytesMut, at: u64, rules: Rules) -> Result<Option<u64>, Error> {
    let seen = buffer.get(..CHUNK_LINE_BYTES_MAX).unwrap_or(buffer);
    let Some(length) = seen.iter().position(|byte| *byte == b'\n') else {
        // An invalid size is rejected before its line ends; the parser reads an empty size as zero.
        let is_wrong = seen.first().is_some_and(|byte| !byte.is_ascii_hexdigit());
        let is_too_long = buffer.len() >= CHUNK_LINE_BYTES_MAX;
        let is_valid = !is_wrong && !is_too_long;
        return if is_valid { Ok(None) } else { Err(invalid_size(seen).in_line(seen, at).into()) };
    };
    let line = seen.get(..length).unwrap_or_default();
    let (text, is_bare) = line.strip_suffix(b"\r").map_or((line, true), |text| (text, false));
    if is_bare && rules == Rules::Strict {
        let violation =
            Violation::new("HPE_CR_EXPECTED", "a chunk's size line ends with LF alone", length as u64);
        return Err(violation.in_line(text, at).into());
    }
    // The parser requires the correct line ending.
    let mut whole = text.to_vec();
    whole.extend_from_slice(b"\r\n");
    match httparse::parse_chunk_size(&whole) {
        Ok(httparse::Status::Complete((_, size))) if text.first().is_some_and(u8::is_ascii_hexdigit) => {
            let _ = buffer.split_to(length + 1);
            Ok(Some(size))
        }
        _ => Err(invalid_size(text).in_line(text, at).into()),
    }
}

/// What is wrong with the line of a chunk's size (RFC 9112 section 7.1).
fn invalid_size(line: &[u8]) -> Violation {
    /// Digits of the greatest number of 64 bits.
    const DIGITS_MAX: usize = 16;
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let what = match line.get(digits) {
        _ if digits == 0 => "a chunk's size is not a hexadecimal number",
        _ if digits > DIGITS_MAX => "a chunk's size does not fit in 64 bits",
        None if line.len() < CHUNK_LINE_BYTES_MAX => "a chunk's size does not fit in 64 bits",
        Some(b';' | b' ' | b'\t') | None => "a chunk's extension is malformed or too long",
        Some(_) => "a chunk's size is followed by something that is not an extension",
    };
    Violation::new("HPE_INVALID_CHUNK_SIZE", what, 0)
}

/// The length of the line ending after a chunk's data.
fn end(buffer: &[u8], at: u64, rules: Rules) -> Result<Option<usize>, Error> {
    match buffer {
        [b'\r', b'\n', ..] => Ok(Some(2)),
        [b'\n', ..] if rules == Rules::Lenient => Ok(Some(1)),
        [] | [b'\r'] => Ok(None),
        _ => {
            let violation = Violation::new("HPE_STRICT", "a chunk is longer than its size says", 0);
            Err(violation.in_line(buffer, at).into())
        }
    }
}
