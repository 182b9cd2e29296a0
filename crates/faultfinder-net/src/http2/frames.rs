//! Additional checks of HTTP/2 frames where the library is lenient or gives no detail (RFC 9113 section 4).

use super::hpack;
use super::rule::Rule;
use faultfinder_taxonomy::Http2ErrorCode;

/// Length of a frame's header.
const HEADER_BYTES: usize = 9;
/// Frame types (RFC 9113 section 6).
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY_FRAME: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
/// Settings (RFC 9113 section 6.5.2), and what they allow.
const ENABLE_PUSH: u16 = 2;
const INITIAL_WINDOW_SIZE: u16 = 4;
const MAX_FRAME_SIZE: u16 = 5;
const WINDOW_MAX: u32 = (1 << 31) - 1;
/// Longest frame, in bytes, as long as this client allows no longer ones (RFC 9113 section 4.2).
const FRAME_BYTES_MAX: usize = 16 << 10;
/// Error codes (RFC 9113 section 7).
const PROTOCOL_ERROR: u32 = 1;
const FLOW_CONTROL_ERROR: u32 = 3;
const FRAME_SIZE_ERROR: u32 = 6;
const COMPRESSION_ERROR: u32 = 9;
const ENHANCE_YOUR_CALM: u32 = 11;
/// Flags (RFC 9113 sections 6.2 and 6.5).
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;
const PRIORITY: u8 = 0x20;
/// Length of one setting.
const SETTING_BYTES: usize = 6;

/// A frame with at least a complete header.
struct Frame<'a> {
    kind: u8,
    flags: u8,
    stream: u32,
    /// How long its payload is; less of it may have arrived.
    length: usize,
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
        let stream = u32::from_be_bytes([a & 0x7f, b, c, d]);
        Some(Frame { kind, flags, stream, length, payload })
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

/// Whether the peer drains the connection without having processed a request: GOAWAY with `NO_ERROR` and 0 as the last
/// stream (RFC 9113 section 6.8).
pub(super) fn is_drained(bytes: &[u8]) -> bool {
    let goaway = frames(bytes).filter(|frame| frame.kind == GOAWAY).last();
    goaway.is_some_and(|goaway| goaway.payload.starts_with(&[0; 8]))
}

/// The first rule of RFC 9113 that the peer's frames break, for where the library only reports "protocol error": which
/// frame, what is wrong with it, and the section.
pub(super) fn violation(bytes: &[u8]) -> Option<Rule> {
    let mut has_head = false;
    for frame in frames(bytes) {
        if let Some(rule) = broken_rule(&frame, has_head) {
            return Some(rule);
        }
        has_head |= frame.kind == HEADERS;
    }
    None
}

/// The rule that one frame breaks; `has_head` says that the head of the response came before it.
fn broken_rule(frame: &Frame<'_>, has_head: bool) -> Option<Rule> {
    let Frame { kind, flags, stream, length, payload } = *frame;
    let name = name(kind);
    let rule = |code: u32, what: String, section: &str| {
        Some(Rule { code: Http2ErrorCode::new(code), what: format!("{what} (RFC 9113 section {section})") })
    };
    if length > FRAME_BYTES_MAX {
        let what = format!("a {name} frame has {length} bytes, the maximum is {FRAME_BYTES_MAX}");
        return rule(FRAME_SIZE_ERROR, what, "4.2");
    }
    let of_connection = matches!(kind, SETTINGS | PING | GOAWAY);
    let of_stream =
        matches!(kind, DATA | HEADERS | PRIORITY_FRAME | RST_STREAM | PUSH_PROMISE | CONTINUATION);
    if (of_connection && stream != 0) || (of_stream && stream == 0) {
        return rule(PROTOCOL_ERROR, format!("a {name} frame came on stream {stream}"), "6");
    }
    // A client opens odd ones, and the server may open none.
    if matches!(kind, DATA | HEADERS | RST_STREAM) && stream.is_multiple_of(2) {
        let what = format!("a {name} frame came on stream {stream}, which no request has opened");
        return rule(PROTOCOL_ERROR, what, "5.1");
    }
    let fixed = match kind {
        PING => Some((8, "6.7")),
        WINDOW_UPDATE => Some((4, "6.9")),
        RST_STREAM => Some((4, "6.4")),
        PRIORITY_FRAME => Some((5, "6.3")),
        _ => None,
    };
    if let Some((wanted, section)) = fixed.filter(|(wanted, _)| length != *wanted) {
        let what = format!("a {name} frame has {length} bytes, it must have {wanted}");
        return rule(FRAME_SIZE_ERROR, what, section);
    }
    // The rest depends on the payload. What was kept of the frames may end in the middle of one.
    let is_whole = payload.len() == length;
    match kind {
        SETTINGS if is_whole => {
            settings_rule(flags, payload).and_then(|(code, what)| rule(code, what, "6.5"))
        }
        GOAWAY if length < 8 => {
            rule(FRAME_SIZE_ERROR, format!("a GOAWAY frame has {length} bytes, the minimum is 8"), "6.8")
        }
        WINDOW_UPDATE if is_whole && payload.iter().all(|byte| *byte == 0) => {
            rule(PROTOCOL_ERROR, "a WINDOW_UPDATE frame opens the window by 0".to_owned(), "6.9")
        }
        PUSH_PROMISE => {
            rule(PROTOCOL_ERROR, "a PUSH_PROMISE frame came, but pushing is switched off".to_owned(), "8.4")
        }
        DATA if !has_head => {
            rule(PROTOCOL_ERROR, "a DATA frame came before the head of the response".to_owned(), "8.1")
        }
        HEADERS => {
            let is_plain = flags & END_HEADERS != 0 && flags & (PADDED | PRIORITY) == 0;
            if is_whole && is_plain && !has_head && hpack::is_broken(payload) {
                let what = "the header block of the response cannot be decompressed (RFC 7541)".to_owned();
                return rule(COMPRESSION_ERROR, what, "4.3");
            }
            None
        }
        _ => None,
    }
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

/// The name of a frame type (RFC 9113 section 6).
fn name(kind: u8) -> &'static str {
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
    NAMES.get(usize::from(kind)).copied().unwrap_or("unknown")
}

/// The violation of a peer that sends frame after frame without a response.
pub(super) fn flood(bytes: u64) -> Rule {
    let what = format!("{bytes} bytes of frames came without a response");
    Rule { code: Http2ErrorCode::new(ENHANCE_YOUR_CALM), what }
}

/// The violation of trailers that have a pseudo-header (RFC 9113 section 8.1).
pub(super) fn check_trailers(bytes: &[u8], stream: u32) -> Option<Rule> {
    let trailers = frames(bytes)
        .filter(|frame| frame.kind == HEADERS && frame.stream == stream)
        .filter(|frame| frame.length == frame.payload.len())
        .skip(1)
        .find(|frame| frame.flags & END_STREAM != 0 && frame.flags & (PADDED | PRIORITY) == 0)?;
    hpack::has_pseudo(trailers.payload).then(|| {
        let what = "the trailers have a pseudo-header, such as :status (RFC 9113 section 8.1)";
        Rule { code: Http2ErrorCode::new(PROTOCOL_ERROR), what: what.to_owned() }
    })
}

/// The violation of a response that switches protocols.
pub(super) fn switching_protocols() -> Rule {
    let what = "the response is 101 Switching Protocols, which HTTP/2 does not allow (RFC 9113 section 8.6)";
    Rule { code: Http2ErrorCode::new(PROTOCOL_ERROR), what: what.to_owned() }
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
        let rule = violation(&frames.concat()).unwrap();
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
        check(&[ours(DATA, b"x")], PROTOCOL_ERROR, "before the head of the response");
        check(&[ours(PUSH_PROMISE, &[0; 4])], PROTOCOL_ERROR, "pushing is switched off");
        let mut foreign = frame(HEADERS, b"\x88");
        foreign[8] = 2;
        check(&[foreign], PROTOCOL_ERROR, "stream 2, which no request has opened");
        let mut broken = ours(HEADERS, b"\x80");
        broken[4] = END_HEADERS;
        check(&[frame(SETTINGS, &[0; 6]), broken], COMPRESSION_ERROR, "cannot be decompressed");
        let mut fine = ours(HEADERS, b"\x88");
        fine[4] = END_HEADERS;
        let fine = [frame(SETTINGS, &[0; 6]), frame(PING, &[0; 8]), fine, ours(DATA, b"x")];
        assert!(violation(&fine.concat()).is_none());
        // Frames of which a part is missing are not judged by the rest.
        for whole in
            [frame(SETTINGS, &[0; 6]), frame(WINDOW_UPDATE, &[0, 0, 0, 1]), ours(HEADERS, b"\x48\x03500")]
        {
            let kept = whole.len() - 1;
            assert!(violation(&whole[..kept]).is_none(), "{whole:x?}");
        }
    }

    #[test]
    fn a_drained_connection_has_processed_nothing_and_had_no_error() {
        let goaway = |last: u8, code: u8| frame(GOAWAY, &[0, 0, 0, last, 0, 0, 0, code]);
        assert!(is_drained(&[frame(SETTINGS, &[]), goaway(0, 0)].concat()));
        assert!(!is_drained(&goaway(1, 0)));
        assert!(!is_drained(&goaway(0, 0xb)));
        // A graceful server announces the end before it names the last stream.
        assert!(is_drained(&[goaway(9, 0), goaway(0, 0)].concat()));
        assert!(!is_drained(&frame(SETTINGS, &[])));
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
