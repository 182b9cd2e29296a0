//! What the messages of an HTTP/2 peer consist of: the frames of their field sections as they came, and how long their
//! bodies are (RFC 9113 section 8.1).
//!
//! They are kept to explain a fault and not looked at otherwise. Field sections depend on the ones before them (RFC 7541),
//! so all of a connection are kept, up to [`SECTIONS_BYTES_MAX`].

use crate::frame::{CONTINUATION, DATA, END_STREAM, HEADER_BYTES, HEADERS, PADDED};

/// Most bytes of field sections that are kept of a connection: twice the longest section that is accepted, so that a longer
/// one can be named.
pub(crate) const SECTIONS_BYTES_MAX: usize = 128 << 10;

/// The frames of a connection's field sections, and the body of the latest message.
#[derive(Debug, Default, Clone)]
pub(crate) struct Sections {
    frames: Vec<u8>,
    /// Whether there was no more room, after which nothing is kept.
    is_cut: bool,
    /// The kind of the frame that passes now.
    inside: Inside,
    body: Body,
}

/// A message's body, as far as its frames have begun.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Body {
    /// The number of its stream.
    pub(crate) stream: u32,
    /// Its length, without padding.
    pub(crate) bytes: u64,
    /// Whether its last frame ends the stream.
    pub(crate) is_ended: bool,
}

/// The frame of which a payload passes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// One of a field section.
    Section,
    /// DATA whose first byte says how long the padding is.
    Padded,
    /// Another one.
    #[default]
    Other,
}

impl Sections {
    /// A frame begins.
    pub(crate) fn begin(&mut self, header: &[u8; HEADER_BYTES]) {
        let [high, middle, low, kind, flags, a, b, c, d] = *header;
        let stream = u32::from_be_bytes([a & 0x7f, b, c, d]);
        self.inside = Inside::Other;
        match kind {
            HEADERS | CONTINUATION => {
                self.inside = Inside::Section;
                self.keep(header);
            }
            DATA => {
                if self.body.stream != stream {
                    self.body = Body { stream, ..Body::default() };
                }
                let length = u64::from(u32::from_be_bytes([0, high, middle, low]));
                self.body.bytes = self.body.bytes.saturating_add(length);
                self.body.is_ended = flags & END_STREAM != 0;
                if flags & PADDED != 0 {
                    self.inside = Inside::Padded;
                }
            }
            _ => {}
        }
    }

    /// A part of the frame's payload passes.
    pub(crate) fn payload(&mut self, bytes: &[u8]) {
        match (self.inside, bytes.first()) {
            (Inside::Section, _) => self.keep(bytes),
            (Inside::Padded, Some(padding)) => {
                self.inside = Inside::Other;
                self.body.bytes = self.body.bytes.saturating_sub(1 + u64::from(*padding));
            }
            (Inside::Padded | Inside::Other, _) => {}
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = if self.is_cut { 0 } else { SECTIONS_BYTES_MAX - self.frames.len() };
        let kept = bytes.get(..room).unwrap_or(bytes);
        self.frames.extend_from_slice(kept);
        self.is_cut |= kept.len() < bytes.len();
    }

    /// The frames: HEADERS and CONTINUATION as they came. The last one may be incomplete.
    #[cfg(feature = "http")]
    pub(crate) fn frames(&self) -> &[u8] {
        &self.frames
    }

    /// The body of the latest message that has one.
    #[cfg(feature = "http")]
    pub(crate) const fn body(&self) -> Body {
        self.body
    }
}

#[cfg(all(test, feature = "http"))]
mod tests {
    use super::*;
    use crate::frame::SETTINGS;

    /// A frame, byte for byte.
    fn feed(sections: &mut Sections, kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let [.., high, middle, low] = payload.len().to_be_bytes();
        let header = [high, middle, low, kind, flags, 0, 0, 0, stream];
        sections.begin(&header);
        for byte in payload {
            sections.payload(&[*byte]);
        }
        [&header, payload].concat()
    }

    #[test]
    fn frames_of_sections_are_kept_and_those_of_bodies_are_counted() {
        let mut sections = Sections::default();
        feed(&mut sections, SETTINGS, 0, 0, &[0; 6]);
        let first = feed(&mut sections, HEADERS, 0, 1, b"he");
        let second = feed(&mut sections, CONTINUATION, 4, 1, b"ad");
        feed(&mut sections, DATA, 0, 1, b"body");
        feed(&mut sections, DATA, PADDED | END_STREAM, 1, b"\x02ab\0\0");
        assert_eq!(sections.frames(), [first.as_slice(), &second].concat());
        assert_eq!(sections.body(), Body { stream: 1, bytes: 6, is_ended: true });
        feed(&mut sections, DATA, 0, 3, b"next");
        assert_eq!(sections.body(), Body { stream: 3, bytes: 4, is_ended: false });
    }

    #[test]
    fn what_has_no_room_is_not_kept_nor_anything_after_it() {
        let mut sections = Sections::default();
        sections.begin(&[0, 0, 0, HEADERS, 0, 0, 0, 0, 1]);
        sections.payload(&vec![b'x'; SECTIONS_BYTES_MAX - HEADER_BYTES]);
        assert_eq!((sections.frames().len(), sections.is_cut), (SECTIONS_BYTES_MAX, false));
        sections.payload(b"y");
        sections.payload(b"z");
        assert_eq!((sections.frames().len(), sections.is_cut), (SECTIONS_BYTES_MAX, true));
        assert!(sections.frames().ends_with(b"x"));
    }
}
