//! Additional checks of HTTP/2 frames where the library is lenient or gives no detail (RFC 9113 section 4).

use super::hpack;
use super::rule::Rule;
use faultfinder_taxonomy::Http2ErrorCode;

/// Length of a frame's header.
const HEADER_BYTES: usize = 9;
/// Frame types (RFC 9113 section 6).
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
/// Error codes (RFC 9113 section 7).
const PROTOCOL_ERROR: u32 = 1;
const FRAME_SIZE_ERROR: u32 = 6;
const COMPRESSION_ERROR: u32 = 9;
const ENHANCE_YOUR_CALM: u32 = 11;
/// Flags (RFC 9113 sections 6.2 and 6.5).
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;
const PRIORITY: u8 = 0x20;
/// Length of one setting.
const SETTING_BYTES: usize = 6;
/// The stream of the only request.
const OUR_STREAM: u32 = 1;

/// A frame with at least a complete header.
struct Frame<'a> {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: &'a [u8],
}

/// The frames at the beginning of the peer's data.
fn frames(mut bytes: &[u8]) -> impl Iterator<Item = Frame<'_>> {
    std::iter::from_fn(move || {
        let [high, middle, low, kind, flags, a, b, c, d] = *bytes.first_chunk::<HEADER_BYTES>()?;
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        let rest = bytes.get(HEADER_BYTES..)?;
        let payload = rest.get(..length.min(rest.len()))?;
        bytes = rest.get(length..).unwrap_or_default();
        Some(Frame { kind, flags, stream: u32::from_be_bytes([a & 0x7f, b, c, d]), payload })
    })
}

/// The violation of a peer whose first frame is not SETTINGS (RFC 9113 section 3.4).
pub(super) fn check_preface(bytes: &[u8]) -> Option<Rule> {
    let first = frames(bytes).next().filter(|first| first.kind != SETTINGS)?;
    let what =
        format!("the peer's first frame has type {}, it must be SETTINGS (RFC 9113 section 3.4)", first.kind);
    Some(Rule { code: Http2ErrorCode::new(PROTOCOL_ERROR), what })
}

/// Whether the peer announced that it will close the connection.
pub(super) fn has_goaway(bytes: &[u8]) -> bool {
    frames(bytes).any(|frame| frame.kind == GOAWAY && frame.payload.len() >= 8)
}

/// RFC 9113's error code for the frames with which the connection ended before a response, where the library only
/// reports `PROTOCOL_ERROR`: SETTINGS of a wrong length, or a header block that does not decode.
pub(super) fn refine(bytes: &[u8]) -> Option<Http2ErrorCode> {
    for frame in frames(bytes) {
        let is_ack = frame.flags & ACK != 0;
        match frame.kind {
            SETTINGS if frame.payload.len() % SETTING_BYTES != 0 || (is_ack && !frame.payload.is_empty()) => {
                return Some(Http2ErrorCode::new(FRAME_SIZE_ERROR));
            }
            HEADERS if frame.stream == OUR_STREAM => {
                let is_plain = frame.flags & END_HEADERS != 0 && frame.flags & (PADDED | PRIORITY) == 0;
                let is_broken = is_plain && hpack::is_broken(frame.payload);
                return is_broken.then(|| Http2ErrorCode::new(COMPRESSION_ERROR));
            }
            _ => {}
        }
    }
    None
}

/// The violation of a peer that sends frame after frame without a response.
pub(super) fn flood(bytes: u64) -> Rule {
    let what = format!("{bytes} bytes of frames came without a response");
    Rule { code: Http2ErrorCode::new(ENHANCE_YOUR_CALM), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, u8::try_from(payload.len()).unwrap(), kind, 0, 0, 0, 0, 0];
        bytes.extend_from_slice(payload);
        bytes
    }

    #[test]
    fn settings_come_first() {
        assert!(check_preface(&frame(SETTINGS, &[])).is_none());
        assert_eq!(check_preface(&frame(1, b"x")).unwrap().code.number(), PROTOCOL_ERROR);
        assert!(check_preface(b"short").is_none());
    }

    #[test]
    fn settings_of_a_wrong_length_are_a_frame_size_error() {
        assert_eq!(refine(&frame(SETTINGS, &[0; 5])), Some(Http2ErrorCode::new(FRAME_SIZE_ERROR)));
        assert_eq!(refine(&frame(SETTINGS, &[0; 6])), None);
    }

    #[test]
    fn goaway_is_found_behind_other_frames() {
        let mut bytes = frame(SETTINGS, &[]);
        bytes.extend(frame(0, b"data"));
        assert!(!has_goaway(&bytes));
        bytes.extend(frame(GOAWAY, &[0; 8]));
        assert!(has_goaway(&bytes));
    }
}
