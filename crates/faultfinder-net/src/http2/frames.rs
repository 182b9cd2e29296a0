//! Additional checks of HTTP/2 frames where the library is lenient or gives no detail (RFC 9113 section 4).

use super::rule::Rule;
use crate::frame::{CONTINUATION, DATA, GOAWAY, HEADER_BYTES, HEADERS, PADDED, SETTINGS, WINDOW_UPDATE};
use faultfinder_taxonomy::Http2ErrorCode;

/// Further types of frames (RFC 9113 section 6).
const PRIORITY_FRAME: u8 = 2;
const RST_STREAM: u8 = 3;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
/// Settings (RFC 9113 section 6.5.2), and what they allow.
const ENABLE_PUSH: u16 = 2;
const INITIAL_WINDOW_SIZE: u16 = 4;
const MAX_FRAME_SIZE: u16 = 5;
const WINDOW_MAX: u32 = (1 << 31) - 1;
/// The window that a peer begins with (RFC 9113 section 6.9.2).
const INITIAL_WINDOW_BYTES: u32 = (1 << 16) - 1;
/// Longest frame, in bytes, as long as this client allows no longer ones (RFC 9113 section 4.2).
const FRAME_BYTES_MAX: usize = 16 << 10;
/// Error codes (RFC 9113 section 7).
pub(super) const PROTOCOL_ERROR: u32 = 1;
const FLOW_CONTROL_ERROR: u32 = 3;
const FRAME_SIZE_ERROR: u32 = 6;
pub(super) const COMPRESSION_ERROR: u32 = 9;
const ENHANCE_YOUR_CALM: u32 = 11;
/// Further flags (RFC 9113 sections 6.2 and 6.5).
const ACK: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;
pub(super) const PRIORITY: u8 = 0x20;
/// Length of one setting.
const SETTING_BYTES: usize = 6;

/// A frame with at least a complete header.
pub(super) struct Frame<'a> {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    /// How long its payload is; less of it may have arrived.
    pub(super) length: usize,
    pub(super) payload: &'a [u8],
}

/// The frames at the beginning of the peer's data.
pub(super) fn frames(mut bytes: &[u8]) -> impl Iterator<Item = Frame<'_>> {
    std::iter::from_fn(move || {
        let [high, middle, low, kind, flags, a, b, c, d] = *bytes.first_chunk::<HEADER_BYTES>()?;
        let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        let rest = bytes.get(HEADER_BYTES..)?;
        let payload = rest.get(..length.min(rest.len()))?;
        bytes = rest.get(length..).unwrap_or_default();
        let stream = u32::from_be_bytes([a & 0x7f, b, c, d]);
        Some(Frame { kind, flags, stream, length, payload })
    })
}

/// The violation of a peer whose first frame is not SETTINGS (RFC 9113 section 3.4).
pub(super) fn check_preface(bytes: &[u8]) -> Option<Rule> {
    let first = frames(bytes).next().filter(|first| first.kind != SETTINGS)?;
    let what =
        format!("the peer's first frame has type {}, it must be SETTINGS (RFC 9113 section 3.4)", first.kind);
    Some(Rule::new(Http2ErrorCode::new(PROTOCOL_ERROR), what))
}

/// What came before a frame.
#[derive(Clone, Copy, Default)]
struct Before {
    /// Whether the head of the response did.
    has_head: bool,
    /// The stream of a field section of which more must follow.
    open_section: Option<u32>,
    /// The latest stream of our own; nothing if it is not known.
    last_stream: Option<u32>,
}

/// The first rule of RFC 9113 that the peer's frames break, for where the library only reports "protocol error": which
/// frame, what is wrong with it, and the section. `last_stream` is the latest stream that a request has opened, if known.
pub(super) fn violation(bytes: &[u8], last_stream: Option<u32>) -> Option<Rule> {
    let mut before = Before { last_stream, ..Before::default() };
    for frame in frames(bytes) {
        if let Some((code, what, section)) = broken_rule(&frame, before) {
            let what = format!("{what} (RFC 9113 section {section})");
            return Some(Rule::new(Http2ErrorCode::new(code), what));
        }
        before.has_head |= frame.kind == HEADERS;
        if matches!(frame.kind, HEADERS | CONTINUATION) {
            before.open_section = (frame.flags & END_HEADERS == 0).then_some(frame.stream);
        }
    }
    None
}

/// The error code of a broken rule, what is wrong, and the section of RFC 9113.
type Finding = (u32, String, &'static str);

/// The rule that one frame breaks.
fn broken_rule(frame: &Frame<'_>, before: Before) -> Option<Finding> {
    let Frame { kind, flags, stream, length, payload } = *frame;
    let name = described(kind);
    if length > FRAME_BYTES_MAX {
        let what = format!("{name} has {length} bytes, the maximum is {FRAME_BYTES_MAX}");
        return Some((FRAME_SIZE_ERROR, what, "4.2"));
    }
    if let Some(finding) = stream_rule(frame, before) {
        return Some(finding);
    }
    let fixed = match kind {
        PING => Some((8, "6.7")),
        WINDOW_UPDATE => Some((4, "6.9")),
        RST_STREAM => Some((4, "6.4")),
        PRIORITY_FRAME => Some((5, "6.3")),
        _ => None,
    };
    if let Some((wanted, section)) = fixed.filter(|(wanted, _)| length != *wanted) {
        let what = format!("{name} has {length} bytes, it must have {wanted}");
        return Some((FRAME_SIZE_ERROR, what, section));
    }
    let padding = match (kind, payload) {
        (DATA | HEADERS | PUSH_PROMISE, [padding, ..]) if flags & PADDED != 0 => usize::from(*padding),
        _ => 0,
    };
    if padding > 0 && padding >= length {
        let what = format!("{name} has {length} bytes, of which {padding} are padding");
        return Some((PROTOCOL_ERROR, what, if kind == DATA { "6.1" } else { "6.2" }));
    }
    // The rest depends on the payload. What was kept of the frames may end in the middle of one.
    let is_whole = payload.len() == length;
    match kind {
        SETTINGS if is_whole => settings_rule(flags, payload).map(|(code, what)| (code, what, "6.5")),
        GOAWAY if length < 8 => {
            Some((FRAME_SIZE_ERROR, format!("{name} has {length} bytes, the minimum is 8"), "6.8"))
        }
        WINDOW_UPDATE if is_whole => window_rule(stream, payload),
        PUSH_PROMISE => Some((PROTOCOL_ERROR, format!("{name} came, but pushing is switched off"), "8.4")),
        DATA if !before.has_head => {
            Some((PROTOCOL_ERROR, format!("{name} came before the head of the response"), "8.1"))
        }
        _ => None,
    }
}

/// The rule that a frame breaks by its stream, or by its place among other frames.
fn stream_rule(frame: &Frame<'_>, before: Before) -> Option<Finding> {
    let (kind, stream, name) = (frame.kind, frame.stream, described(frame.kind));
    match before.open_section {
        Some(open) if kind != CONTINUATION || stream != open => {
            let what = format!(
                "{name} on stream {stream} came where a CONTINUATION frame on stream {open} must follow"
            );
            return Some((PROTOCOL_ERROR, what, "6.10"));
        }
        None if kind == CONTINUATION => {
            let what = format!("{name} on stream {stream} came without a HEADERS frame that it continues");
            return Some((PROTOCOL_ERROR, what, "6.10"));
        }
        Some(_) | None => {}
    }
    let of_connection = matches!(kind, SETTINGS | PING | GOAWAY);
    let of_stream =
        matches!(kind, DATA | HEADERS | PRIORITY_FRAME | RST_STREAM | PUSH_PROMISE | CONTINUATION);
    if (of_connection && stream != 0) || (of_stream && stream == 0) {
        return Some((PROTOCOL_ERROR, format!("{name} came on stream {stream}"), "6"));
    }
    // A client opens odd ones, one after the other, and the server may open none.
    let is_idle = stream.is_multiple_of(2) || before.last_stream.is_some_and(|last| stream > last);
    (matches!(kind, DATA | HEADERS | RST_STREAM) && is_idle).then(|| {
        (PROTOCOL_ERROR, format!("{name} came on stream {stream}, which no request has opened"), "5.1")
    })
}

/// What is wrong with a complete WINDOW_UPDATE frame.
fn window_rule(stream: u32, payload: &[u8]) -> Option<Finding> {
    let [a, b, c, d] = *payload.first_chunk()?;
    let increment = u32::from_be_bytes([a & 0x7f, b, c, d]);
    if increment == 0 {
        let what = format!("a WINDOW_UPDATE frame on stream {stream} opens the window by 0");
        return Some((PROTOCOL_ERROR, what, "6.9"));
    }
    // However much of the initial window is in use, it is not all that the frame adds.
    (increment > WINDOW_MAX - INITIAL_WINDOW_BYTES).then(|| {
        let what = format!(
            "a WINDOW_UPDATE frame on stream {stream} opens the window by {increment} bytes, it can have {WINDOW_MAX}"
        );
        (FLOW_CONTROL_ERROR, what, "6.9.1")
    })
}

/// What is wrong with a SETTINGS frame, and its error code.
fn settings_rule(flags: u8, payload: &[u8]) -> Option<(u32, String)> {
    if !payload.len().is_multiple_of(SETTING_BYTES) || (flags & ACK != 0 && !payload.is_empty()) {
        return Some((FRAME_SIZE_ERROR, format!("a SETTINGS frame has {} bytes", payload.len())));
    }
    payload.chunks_exact(SETTING_BYTES).find_map(|setting| {
        let [a, b, c, d, e, f] = *setting.first_chunk()?;
        let value = u32::from_be_bytes([c, d, e, f]);
        match u16::from_be_bytes([a, b]) {
            ENABLE_PUSH if value != 0 => {
                Some((PROTOCOL_ERROR, format!("the server sets SETTINGS_ENABLE_PUSH to {value}")))
            }
            INITIAL_WINDOW_SIZE if value > WINDOW_MAX => Some((
                FLOW_CONTROL_ERROR,
                format!("SETTINGS_INITIAL_WINDOW_SIZE is {value}, the maximum is {WINDOW_MAX}"),
            )),
            MAX_FRAME_SIZE if !(0x4000..=0x00ff_ffff).contains(&value) => Some((
                PROTOCOL_ERROR,
                format!("SETTINGS_MAX_FRAME_SIZE is {value}, it must be from 16384 to 16777215"),
            )),
            _ => None,
        }
    })
}

/// A frame by its type (RFC 9113 section 6).
fn described(kind: u8) -> String {
    const NAMES: [&str; 10] = [
        "DATA",
        "HEADERS",
        "PRIORITY",
        "RST_STREAM",
        "SETTINGS",
        "PUSH_PROMISE",
        "PING",
        "GOAWAY",
        "WINDOW_UPDATE",
        "CONTINUATION",
    ];
    NAMES.get(usize::from(kind)).map_or_else(
        || format!("a frame of the unknown type {kind}"),
        |name| format!("{} {name} frame", if *name == "RST_STREAM" { "an" } else { "a" }),
    )
}

/// The violation of a peer that sends frame after frame without a response.
pub(super) fn flood(bytes: u64) -> Rule {
    let what = format!("{bytes} bytes of frames came without a response");
    Rule::new(Http2ErrorCode::new(ENHANCE_YOUR_CALM), what)
}

/// The violation of a response that switches protocols.
pub(super) fn switching_protocols() -> Rule {
    let what = "the response is 101 Switching Protocols, which HTTP/2 does not allow (RFC 9113 section 8.6)";
    Rule::new(Http2ErrorCode::new(PROTOCOL_ERROR), what)
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

    #[track_caller]
    fn check(frames: &[Vec<u8>], code: u32, words: &str) {
        let rule = violation(&frames.concat(), Some(1)).unwrap();
        assert_eq!(rule.code.number(), code, "{}", rule.what);
        assert!(rule.what.contains(words), "{}", rule.what);
    }

    /// A frame on the stream of the request.
    fn ours(kind: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = frame(kind, payload);
        bytes[8] = 1;
        bytes
    }

    #[test]
    fn the_rule_that_a_frame_breaks_is_named() {
        let setting = |id: u8, value: u32| frame(SETTINGS, &[&[0, id][..], &value.to_be_bytes()].concat());
        check(&[frame(SETTINGS, &[0; 5])], FRAME_SIZE_ERROR, "SETTINGS frame has 5 bytes");
        check(&[setting(4, 1 << 31)], FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE is 2147483648");
        check(&[setting(5, 100)], PROTOCOL_ERROR, "SETTINGS_MAX_FRAME_SIZE is 100");
        check(&[setting(2, 1)], PROTOCOL_ERROR, "SETTINGS_ENABLE_PUSH to 1");
        check(&[ours(SETTINGS, &[])], PROTOCOL_ERROR, "SETTINGS frame came on stream 1");
        check(&[frame(PING, &[0; 7])], FRAME_SIZE_ERROR, "PING frame has 7 bytes, it must have 8");
        check(&[frame(WINDOW_UPDATE, &[0; 4])], PROTOCOL_ERROR, "opens the window by 0");
        check(&[frame(GOAWAY, &[0; 4])], FRAME_SIZE_ERROR, "GOAWAY frame has 4 bytes");
        check(&[frame(DATA, b"x")], PROTOCOL_ERROR, "DATA frame came on stream 0");
        let mut padded = ours(HEADERS, &[4, 0x88, 0, 0]);
        padded[4] = PADDED | END_HEADERS;
        check(&[padded], PROTOCOL_ERROR, "a HEADERS frame has 4 bytes, of which 4 are padding");
        check(&[ours(DATA, b"x")], PROTOCOL_ERROR, "before the head of the response");
        check(&[ours(PUSH_PROMISE, &[0; 4])], PROTOCOL_ERROR, "pushing is switched off");
        let mut foreign = frame(HEADERS, b"\x88");
        foreign[8] = 2;
        check(&[foreign], PROTOCOL_ERROR, "stream 2, which no request has opened");
        let mut later = frame(HEADERS, b"\x88");
        later[8] = 3;
        check(&[later], PROTOCOL_ERROR, "stream 3, which no request has opened");
        let grown = |by: u32| frame(WINDOW_UPDATE, &by.to_be_bytes());
        check(&[grown(WINDOW_MAX)], FLOW_CONTROL_ERROR, "on stream 0 opens the window by 2147483647 bytes");
        let most = grown(WINDOW_MAX - INITIAL_WINDOW_BYTES);
        assert!(violation(&most, Some(1)).is_none());
        check(&[ours(CONTINUATION, b"\x88")], PROTOCOL_ERROR, "CONTINUATION frame on stream 1 came without");
        let section = ours(HEADERS, b"\x88");
        check(&[section.clone(), ours(DATA, b"x")], PROTOCOL_ERROR, "a DATA frame on stream 1 came where");
        check(&[section, frame(PING, &[0; 8])], PROTOCOL_ERROR, "a PING frame on stream 0 came where");
        let unknown = [0xff, 0, 0, 0xdd, 0, 0, 0, 0, 0];
        check(&[unknown.to_vec()], FRAME_SIZE_ERROR, "a frame of the unknown type 221 has 16711680 bytes");
        let mut fine = ours(HEADERS, b"\x88");
        fine[4] = END_HEADERS;
        let fine = [frame(SETTINGS, &[0; 6]), frame(PING, &[0; 8]), fine, ours(DATA, b"x")];
        assert!(violation(&fine.concat(), Some(1)).is_none());
        // Frames of which a part is missing are not judged by the rest.
        for whole in
            [frame(SETTINGS, &[0; 6]), frame(WINDOW_UPDATE, &[0, 0, 0, 1]), ours(HEADERS, b"\x48\x03500")]
        {
            let kept = whole.len() - 1;
            assert!(violation(&whole[..kept], Some(1)).is_none(), "{whole:x?}");
        }
    }
}
