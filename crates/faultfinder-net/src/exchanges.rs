//! Times of HTTP/2 exchanges from their frames: when a request ends, and when its response begins (RFC 9113 section
//! 8.1).
//!
//! Timing an exchange by the bytes of the connection would include its SETTINGS frames.

use crate::allowed::Allowed;
use crate::frame::{CONTINUATION, DATA, END_STREAM, HEADER_BYTES, HEADERS};
use crate::goaway::Goaway;
use crate::sections::Sections;
use tokio::time::Instant;

/// Length of what a client sends before its frames (RFC 9113 section 3.4).
const PREFACE_BYTES: usize = 24;

/// What is known about the exchanges of a client's connection. Only the latest one, because they do not overlap.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exchanges {
    read: Walk,
    written: Walk,
    /// How much of the preface was written.
    preface_bytes: usize,
    /// The latest stream whose request has ended, and when.
    asked: Option<(u32, Instant)>,
    /// The latest stream whose response has begun, and when.
    answered: Option<(u32, Instant)>,
    /// The latest stream whose request has begun, and whether it has a body.
    begun: Option<(u32, bool)>,
    /// What the peer's messages consist of.
    sections: Sections,
    /// What the peer lets us send.
    allowed: Allowed,
    /// How the peer announced the end of the connection.
    goaway: Goaway,
}

impl Exchanges {
    /// Processes bytes that were read at this moment.
    pub(crate) fn read(&mut self, bytes: &[u8], now: Instant) {
        let Self { read, answered, sections, allowed, goaway, .. } = self;
        read.walk(bytes, now, |frame, edge| match edge {
            Edge::Begin(header) => {
                let is_new = answered.is_none_or(|(stream, _)| stream != frame.stream);
                if frame.kind == HEADERS && is_new {
                    *answered = Some((frame.stream, frame.began));
                }
                sections.begin(header);
                allowed.begin(header);
                goaway.begin(header);
            }
            Edge::Payload(payload) => {
                sections.payload(payload);
                allowed.payload(payload);
                goaway.payload(payload);
            }
            Edge::End => {}
        });
    }

    /// The latest stream whose request has begun.
    #[cfg(feature = "http")]
    pub(crate) fn last_stream(&self) -> Option<u32> {
        self.begun.map(|(stream, _)| stream)
    }

    /// The setting by which the peer lets no request out, if there is one and no response has begun.
    #[cfg(feature = "http")]
    pub(crate) fn obstacle(&self) -> Option<&'static str> {
        let Some((stream, has_body)) = self.begun else { return self.allowed.obstacle(None) };
        if self.answer_began(stream).is_some() {
            return None;
        }
        self.allowed.obstacle(has_body.then_some(stream))
    }

    /// The field sections of the peer, and how long its bodies are.
    #[cfg(feature = "http")]
    pub(crate) const fn sections(&self) -> &Sections {
        &self.sections
    }

    /// How the peer announced the end of the connection.
    #[cfg(feature = "http")]
    pub(crate) const fn goaway(&self) -> &Goaway {
        &self.goaway
    }

    /// Processes bytes that were written at this moment.
    pub(crate) fn wrote(&mut self, bytes: &[u8], now: Instant) {
        let preface = (PREFACE_BYTES - self.preface_bytes).min(bytes.len());
        self.preface_bytes += preface;
        let Self { written, asked, begun, .. } = self;
        written.walk(bytes.get(preface..).unwrap_or_default(), now, |frame, edge| {
            if frame.kind == HEADERS && edge == Edge::End {
                *begun = Some((frame.stream, frame.flags & END_STREAM == 0));
            }
            let is_last = match frame.kind {
                DATA | HEADERS => frame.flags & END_STREAM != 0,
                // The rest of a header block that did not fit into its frame.
                CONTINUATION => asked.is_some_and(|(stream, _)| stream == frame.stream),
                _ => false,
            };
            if edge == Edge::End && is_last {
                *asked = Some((frame.stream, now));
            }
        });
    }

    /// When the last byte of the request on this stream was written, if no later one has ended since.
    pub(crate) fn request_ended(&self, stream: u32) -> Option<Instant> {
        self.asked.filter(|(asked, _)| *asked == stream).map(|(_, ended)| ended)
    }

    /// When the first byte of the response on this stream was read, if no later one has begun since.
    pub(crate) fn answer_began(&self, stream: u32) -> Option<Instant> {
        self.answered.filter(|(answered, _)| *answered == stream).map(|(_, began)| began)
    }
}

/// A frame whose header is complete.
#[derive(Debug, Clone, Copy)]
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    /// When the first byte of its header passed.
    began: Instant,
}

/// The position of the walk within a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge<'a> {
    /// Its header is complete.
    Begin(&'a [u8; HEADER_BYTES]),
    /// A part of its payload has passed.
    Payload(&'a [u8]),
    /// All of it has passed.
    End,
}

/// A walk over frames, however their bytes are split.
#[derive(Debug, Clone, Default)]
struct Walk {
    /// The header of the next frame, as far as it has passed.
    header: [u8; HEADER_BYTES],
    header_bytes: usize,
    began: Option<Instant>,
    /// The current frame, and how much of its payload is left.
    inside: Option<(Frame, usize)>,
}

impl Walk {
    fn walk(&mut self, mut bytes: &[u8], now: Instant, mut seen: impl FnMut(&Frame, Edge<'_>)) {
        loop {
            if let Some((frame, left)) = &mut self.inside {
                let (passed, rest) = bytes.split_at((*left).min(bytes.len()));
                *left -= passed.len();
                bytes = rest;
                seen(frame, Edge::Payload(passed));
                if *left > 0 {
                    return;
                }
                seen(frame, Edge::End);
                self.inside = None;
            }
            let Some((first, rest)) = bytes.split_first() else { return };
            bytes = rest;
            let began = *self.began.get_or_insert(now);
            if let Some(place) = self.header.get_mut(self.header_bytes) {
                *place = *first;
            }
            self.header_bytes += 1;
            if self.header_bytes == HEADER_BYTES {
                let [high, middle, low, kind, flags, a, b, c, d] = self.header;
                let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
                let frame = Frame { kind, flags, stream: u32::from_be_bytes([a & 0x7f, b, c, d]), began };
                seen(&frame, Edge::Begin(&self.header));
                (self.header_bytes, self.began, self.inside) = (0, None, Some((frame, length)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::SETTINGS;
    use std::time::Duration;

    const END_HEADERS: u8 = 4;

    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, u8::try_from(payload.len()).unwrap(), kind, flags, 0, 0, 0, stream];
        bytes.extend_from_slice(payload);
        bytes
    }

    /// The recorded times when every byte takes a second.
    fn seconds(bytes: &[u8], take: fn(&mut Exchanges, &[u8], Instant)) -> impl Fn(u32) -> [Option<u64>; 2] {
        let start = Instant::now();
        let mut exchanges = Exchanges::default();
        for (at, byte) in (0..).zip(bytes) {
            take(&mut exchanges, &[*byte], start + Duration::from_secs(at));
        }
        move |stream| {
            [exchanges.request_ended(stream), exchanges.answer_began(stream)]
                .map(|moment| moment.map(|moment| (moment - start).as_secs()))
        }
    }

    #[test]
    fn an_answer_begins_with_the_first_byte_of_its_headers() {
        let read = |bytes: &[u8], stream| seconds(bytes, Exchanges::read)(stream)[1];
        let mut bytes = frame(SETTINGS, 0, 0, &[0; 6]);
        assert_eq!(read(&bytes, 1), None);
        bytes.extend(frame(HEADERS, END_HEADERS, 1, b"head"));
        assert_eq!(read(&bytes, 1), Some(15));
        bytes.extend(frame(DATA, 0, 1, b"body"));
        bytes.extend(frame(HEADERS, END_HEADERS | END_STREAM, 1, b"trailers"));
        assert_eq!(read(&bytes, 1), Some(15));
        bytes.extend(frame(HEADERS, END_HEADERS, 3, b"head"));
        assert_eq!((read(&bytes, 1), read(&bytes, 3)), (None, Some(58)));
    }

    #[test]
    fn a_request_ends_with_the_last_byte_of_its_last_frame() {
        let wrote = |bytes: &[u8], stream| seconds(bytes, Exchanges::wrote)(stream)[0];
        let mut bytes = vec![b'x'; PREFACE_BYTES];
        bytes.extend(frame(SETTINGS, 1, 0, &[]));
        bytes.extend(frame(HEADERS, END_HEADERS, 1, b"head"));
        bytes.extend(frame(DATA, 0, 1, b"bo"));
        assert_eq!(wrote(&bytes, 1), None);
        bytes.extend(frame(DATA, END_STREAM, 1, b"dy"));
        assert_eq!(wrote(&bytes, 1), Some(67));
        // An empty frame ends with its header; a SETTINGS acknowledgment has the same flag but does not end a stream.
        bytes.extend(frame(HEADERS, END_HEADERS, 3, b"head"));
        bytes.extend(frame(DATA, END_STREAM, 3, &[]));
        bytes.extend(frame(SETTINGS, 1, 0, &[]));
        assert_eq!((wrote(&bytes, 1), wrote(&bytes, 3)), (None, Some(89)));
        bytes.extend(frame(HEADERS, END_STREAM, 5, b"he"));
        bytes.extend(frame(CONTINUATION, END_HEADERS, 5, b"ad"));
        assert_eq!(wrote(&bytes, 5), Some(120));
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_request_that_is_not_let_out_has_an_obstacle_until_it_is_answered() {
        let window = Some("SETTINGS_INITIAL_WINDOW_SIZE is 0");
        for (flags, obstacle) in [(END_HEADERS, window), (END_HEADERS | END_STREAM, None)] {
            let (mut exchanges, now) = (Exchanges::default(), Instant::now());
            exchanges.wrote(&[b'x'; PREFACE_BYTES], now);
            exchanges.wrote(&frame(HEADERS, flags, 1, b"head"), now);
            assert_eq!(exchanges.obstacle(), None);
            exchanges.read(&frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]), now);
            assert_eq!(exchanges.obstacle(), obstacle);
            exchanges.read(&frame(HEADERS, END_HEADERS, 1, b"head"), now);
            assert_eq!(exchanges.obstacle(), None, "it is answered");
        }
    }

    #[test]
    fn what_looks_like_a_frame_inside_a_payload_is_none() {
        let bytes = frame(DATA, 0, 1, &frame(HEADERS, END_HEADERS, 1, b"head"));
        assert_eq!(seconds(&bytes, Exchanges::read)(1), [None, None]);
    }

    #[test]
    fn frames_that_come_together_began_together() {
        let mut bytes = frame(SETTINGS, 0, 0, &[]);
        bytes.extend(frame(HEADERS, END_HEADERS, 1, b"head"));
        let (mut exchanges, now) = (Exchanges::default(), Instant::now());
        exchanges.read(&bytes, now);
        assert_eq!(exchanges.answer_began(1), Some(now));
    }
}
