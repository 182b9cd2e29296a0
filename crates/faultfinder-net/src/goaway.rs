//! The GOAWAY frames of an HTTP/2 server, by which it announces the end of the connection (RFC 9113 section 6.8).

use crate::excerpt::EXCERPT_BYTES_MAX;
use crate::frame::{GOAWAY, HEADER_BYTES};

/// Length of what stands before the debug data: the last stream, and the error code.
const FIXED_BYTES: usize = 8;

/// The latest GOAWAY frame.
#[derive(Debug, Default, Clone)]
pub(crate) struct Goaway {
    /// Whether the frame that passes now is one.
    is_inside: bool,
    /// Its payload, as far as it is kept.
    payload: Vec<u8>,
}

impl Goaway {
    /// A frame of the server begins.
    pub(crate) fn begin(&mut self, header: &[u8; HEADER_BYTES]) {
        let [_, _, _, kind, ..] = *header;
        self.is_inside = kind == GOAWAY;
        if self.is_inside {
            self.payload.clear();
        }
    }

    /// A part of the frame's payload passes.
    pub(crate) fn payload(&mut self, bytes: &[u8]) {
        if self.is_inside {
            let room = (FIXED_BYTES + EXCERPT_BYTES_MAX).saturating_sub(self.payload.len());
            self.payload.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        }
    }

    /// Whether the server has announced that it will close the connection.
    #[cfg(feature = "http")]
    pub(crate) const fn has_come(&self) -> bool {
        self.payload.len() >= FIXED_BYTES
    }

    /// Whether the server drains the connection without having processed a request: GOAWAY with `NO_ERROR` and 0 as the
    /// last stream.
    #[cfg(feature = "http")]
    pub(crate) fn is_drained(&self) -> bool {
        self.payload.starts_with(&[0; FIXED_BYTES])
    }

    /// What the server says about it, if it says anything: an excerpt of the debug data.
    #[cfg(feature = "http")]
    pub(crate) fn text(&self) -> Option<String> {
        let text = self.payload.get(FIXED_BYTES..).filter(|text| !text.is_empty())?;
        Some(crate::excerpt(text))
    }
}

/// What a peer said with GOAWAY, for the middle of a sentence; empty if it said nothing.
#[cfg(feature = "http")]
#[must_use]
pub fn saying(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!(", saying \"{text}\""))
}

#[cfg(all(test, feature = "http"))]
mod tests {
    use super::*;

    /// What is known after frames of these kinds with these payloads, which come in pieces of two bytes.
    fn after(frames: &[(u8, &[u8])]) -> Goaway {
        let mut goaway = Goaway::default();
        for (kind, payload) in frames {
            goaway.begin(&[0, 0, 0, *kind, 0, 0, 0, 0, 0]);
            for piece in payload.chunks(2) {
                goaway.payload(piece);
            }
        }
        goaway
    }

    #[test]
    fn the_latest_goaway_counts() {
        const OURS: [u8; 8] = [0, 0, 0, 1, 0, 0, 0, 0];
        let drained = after(&[(4, &[0; 6]), (GOAWAY, &OURS), (GOAWAY, &[0; 8]), (0, b"data")]);
        assert!(drained.has_come() && drained.is_drained());
        assert_eq!(drained.text(), None);
        let other = after(&[(GOAWAY, &[0; 8]), (GOAWAY, &[0, 0, 0, 1, 0, 0, 0, 11, b'c', b'a', b'l', b'm'])]);
        assert!(other.has_come() && !other.is_drained());
        assert_eq!(other.text().as_deref(), Some("calm"));
        assert!(!after(&[(GOAWAY, &[0; 7])]).has_come());
        assert!(!after(&[(0, &[0; 20])]).has_come());
    }

    #[test]
    fn long_debug_data_is_kept_in_part() {
        let payload = [&[0; 8][..], &[b'x'; 1000]].concat();
        assert_eq!(after(&[(GOAWAY, &payload)]).text().map(|text| text.len()), Some(EXCERPT_BYTES_MAX));
    }
}
