//! Field sections, put together from their frames (RFC 9113 section 4.3).

use super::frames::{self, END_HEADERS, Frame, PRIORITY};
use crate::frame::{CONTINUATION, END_STREAM, HEADERS, PADDED};

/// Length of the priority in a HEADERS frame (RFC 9113 section 6.2).
const PRIORITY_BYTES: usize = 5;

/// The compressed fields of a head or of trailers.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) stream: u32,
    pub(super) block: Vec<u8>,
    /// Whether the stream ends with it.
    pub(super) ends_stream: bool,
    /// Whether its end has arrived.
    pub(super) is_whole: bool,
}

/// The sections of these frames, in order.
pub(super) fn sections(bytes: &[u8]) -> impl Iterator<Item = Section> {
    let mut frames = frames::frames(bytes).peekable();
    std::iter::from_fn(move || {
        let head = frames.find(|frame| frame.kind == HEADERS)?;
        let mut section = Section {
            stream: head.stream,
            block: fragment(&head).to_vec(),
            ends_stream: head.flags & END_STREAM != 0,
            is_whole: is_last(&head),
        };
        let is_next = |frame: &Frame<'_>| frame.kind == CONTINUATION && frame.stream == head.stream;
        while !section.is_whole
            && let Some(rest) = frames.next_if(is_next)
        {
            section.block.extend_from_slice(rest.payload);
            section.is_whole = is_last(&rest);
        }
        Some(section)
    })
}

/// Whether this is the last frame of its section, and complete.
const fn is_last(frame: &Frame<'_>) -> bool {
    frame.flags & END_HEADERS != 0 && frame.payload.len() == frame.length
}

/// The part of a section in a HEADERS frame: without padding and priority.
fn fragment<'a>(frame: &Frame<'a>) -> &'a [u8] {
    let (mut payload, mut padding) = (frame.payload, 0);
    if frame.flags & PADDED != 0 {
        let Some((length, rest)) = payload.split_first() else { return &[] };
        (payload, padding) = (rest, usize::from(*length));
    }
    if frame.flags & PRIORITY != 0 {
        payload = payload.get(PRIORITY_BYTES..).unwrap_or_default();
    }
    // Padding is at the end, which may not have arrived.
    let missing = frame.length.saturating_sub(frame.payload.len());
    let padding = padding.saturating_sub(missing);
    payload.get(..payload.len().saturating_sub(padding)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, u8::try_from(payload.len()).unwrap(), kind, flags, 0, 0, 0, stream];
        bytes.extend_from_slice(payload);
        bytes
    }

    #[test]
    fn sections_are_put_together() {
        let (headers, continuation) = (HEADERS, CONTINUATION);
        let bytes = [
            frame(headers, PADDED | PRIORITY, 1, b"\x03\0\0\0\0\0he\0\0\0"),
            frame(continuation, END_HEADERS, 1, b"ad"),
            frame(headers, END_HEADERS | END_STREAM, 1, b"end"),
            frame(headers, END_HEADERS | PADDED, 3, b"\xffhead"),
            frame(headers, END_HEADERS | PADDED, 3, b"\x02cut\0\0"),
        ]
        .concat();
        let read = |bytes: &[u8]| -> Vec<(u32, Vec<u8>, bool, bool)> {
            sections(bytes)
                .map(|section| (section.stream, section.block, section.ends_stream, section.is_whole))
                .collect()
        };
        let mut sections = vec![
            (1, b"head".to_vec(), false, true),
            (1, b"end".to_vec(), true, true),
            (3, b"".to_vec(), false, true),
            (3, b"cut".to_vec(), false, true),
        ];
        assert_eq!(read(&bytes), sections);
        sections[3].3 = false;
        assert_eq!(read(&bytes[..bytes.len() - 1]), sections);
        sections[3].1 = b"cu".to_vec();
        assert_eq!(read(&bytes[..bytes.len() - 3]), sections);
    }
}
