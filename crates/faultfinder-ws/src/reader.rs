//! Messages, read from the frames that a peer sends (RFC 6455 section 5).
//!
//! [`Reader`] stops at the first byte that violates a rule, and uses the error names of the `ws` library of Node.js.
//! A message's length is checked when it is announced, before the bytes arrive.

use crate::text::Utf8;
use crate::{Close, Message};
use std::collections::VecDeque;

/// The opcodes (RFC 6455 section 11.8).
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
/// Longest header that a peer may send: two bytes, and eight of length. It must not mask.
const HEADER_BYTES_MAX: usize = 10;
/// Longest payload of a control frame (RFC 6455 section 5.5).
pub(crate) const CONTROL_BYTES_MAX: u8 = 125;
/// Longest payload that other clients can count: 2^53 - 1, the greatest whole number of JavaScript. RFC 6455 section 5.2
/// allows one bit of 64 less.
const PAYLOAD_BYTES_MAX: u64 = (1 << 53) - 1;

/// What Datadog's documentation says of a message that is too long; the detail's name here, too.
pub(crate) const TOO_LONG: &str = "Received message longer than the maximum supported length";

/// Reads what a peer sends.
#[derive(Debug)]
pub(crate) struct Reader {
    message_bytes_max: u64,
    state: State,
    /// The message of which a fragment has come.
    begun: Option<Begun>,
    /// How many messages, and close frames, have begun.
    count: u64,
    /// How many pings have come.
    pings: u64,
    /// How many bytes were taken.
    offset: u64,
    /// What was read and not taken yet.
    items: VecDeque<Item>,
    close: Option<Close>,
    violation: Option<Violation>,
}

/// What a peer sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A message.
    Message(Message),
    /// A ping, with its payload.
    Ping(Vec<u8>),
    /// A pong, with its payload.
    Pong(Vec<u8>),
    /// A close frame. Nothing comes after it.
    Close(Close),
}

/// Where in a frame it is.
#[derive(Debug)]
enum State {
    Header(Header),
    Payload(Frame),
    /// After a close frame nothing counts (RFC 6455 section 5.5.1).
    Closed,
}

#[derive(Debug, Default, Clone, Copy)]
struct Header {
    bytes: [u8; HEADER_BYTES_MAX],
    have: usize,
}

/// A frame whose header was good.
#[derive(Debug)]
struct Frame {
    opcode: u8,
    is_final: bool,
    length: u64,
    remaining: u64,
    /// The payload, of a control frame.
    payload: Vec<u8>,
}

/// A message of which a fragment has come.
#[derive(Debug)]
struct Begun {
    /// How many bytes its frames have announced.
    announced: u64,
    bytes: Vec<u8>,
    /// Nothing for a binary one.
    text: Option<Utf8>,
}

/// The first rule that a peer's frames break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The rule's name.
    pub(crate) name: &'static str,
    /// What was found, as a sentence fragment.
    pub(crate) what: String,
    /// Where, in bytes from the first one after the opening handshake.
    pub(crate) offset: u64,
    /// The frame's header, as far as it had come.
    pub(crate) header: Vec<u8>,
    /// The close code that tells the peer.
    pub(crate) answer: u16,
}

/// Close codes of violations (RFC 6455 section 7.4.1).
const PROTOCOL_ERROR: u16 = 1002;
const INVALID_PAYLOAD: u16 = 1007;
const TOO_BIG: u16 = 1009;

/// A rule that is broken: its name, what was found, and the close code that tells the peer.
type Broken = (&'static str, String, u16);

fn broken<T>(name: &'static str, what: impl Into<String>) -> Result<T, Broken> {
    Err((name, what.into(), PROTOCOL_ERROR))
}

impl Reader {
    /// Reads from a peer whose messages may have so many bytes.
    pub(crate) fn new(message_bytes_max: usize) -> Self {
        Self {
            message_bytes_max: u64::try_from(message_bytes_max).unwrap_or(u64::MAX),
            state: State::Header(Header::default()),
            begun: None,
            count: 0,
            pings: 0,
            offset: 0,
            items: VecDeque::new(),
            close: None,
            violation: None,
        }
    }

    /// Takes the next bytes, and answers how many of them count: all, unless a rule is broken or the peer has closed.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while self.violation.is_none() {
            let rest = bytes.get(at..).unwrap_or_default();
            if rest.is_empty() || matches!(self.state, State::Closed) {
                break;
            }
            match self.step(rest) {
                Ok(taken) => {
                    at += taken;
                    self.offset = self.offset.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
                }
                Err((name, what, answer)) => {
                    let header = match &self.state {
                        State::Header(header) => header.bytes.get(..header.have).unwrap_or_default().to_vec(),
                        State::Payload(_) | State::Closed => Vec::new(),
                    };
                    self.violation = Some(Violation { name, what, offset: self.offset, header, answer });
                }
            }
        }
        at
    }

    /// The next of what was read.
    pub(crate) fn next(&mut self) -> Option<Item> {
        self.items.pop_front()
    }

    /// The rule that was broken.
    pub(crate) const fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// The peer's close frame.
    pub(crate) const fn close(&self) -> Option<&Close> {
        self.close.as_ref()
    }

    /// How many messages, and close frames, have begun to come.
    pub(crate) const fn begun(&self) -> u64 {
        self.count
    }

    /// How many pings have come.
    pub(crate) const fn pings(&self) -> u64 {
        self.pings
    }

    /// What has come of a frame or a message that is not complete, as a sentence fragment.
    pub(crate) fn unfinished(&self) -> Option<String> {
        match &self.state {
            State::Header(header) if header.have > 0 => {
                Some(format!("{} of the bytes of a frame's header", header.have))
            }
            State::Payload(frame) => {
                let kind = match frame.opcode {
                    CONTINUATION => "continuation",
                    TEXT => "text",
                    BINARY => "binary",
                    CLOSE => "close",
                    PING => "ping",
                    _ => "pong",
                };
                let come = frame.length.saturating_sub(frame.remaining);
                Some(format!("{come} of the {} bytes of a {kind} frame", frame.length))
            }
            State::Header(_) => {
                let bytes = self.begun.as_ref()?.bytes.len();
                Some(format!("{bytes} bytes in fragments, of which none was the last"))
            }
            State::Closed => None,
        }
    }

    /// Takes a part of the bytes: one of a header, or all that there is of a payload.
    fn step(&mut self, bytes: &[u8]) -> Result<usize, Broken> {
        match &mut self.state {
            State::Closed => Ok(0),
            State::Header(header) => {
                let Some(first) = bytes.first() else { return Ok(0) };
                header.push(*first);
                let header = *header;
                if header.have == 2 {
                    self.check_start(header)?;
                }
                if let Some(length) = header.length() {
                    self.begin_frame(header, length)?;
                }
                Ok(1)
            }
            State::Payload(frame) => {
                let count = usize::try_from(frame.remaining).unwrap_or(usize::MAX).min(bytes.len());
                let part = bytes.get(..count).unwrap_or_default();
                frame.remaining = frame.remaining.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
                if frame.opcode >= CLOSE {
                    frame.payload.extend_from_slice(part);
                } else if let Some(begun) = &mut self.begun {
                    if begun.text.as_mut().is_some_and(|text| !text.take(part)) {
                        return invalid_text("a text message is not UTF-8");
                    }
                    begun.bytes.extend_from_slice(part);
                }
                if frame.remaining == 0 {
                    self.end_frame()?;
                }
                Ok(count)
            }
        }
    }

    /// What the first two bytes of a header say.
    fn check_start(&self, header: Header) -> Result<(), Broken> {
        let [first, second, ..] = header.bytes;
        if first & 0x30 != 0 {
            return broken("WS_ERR_UNEXPECTED_RSV_2_3", "a frame has the bit RSV2 or RSV3 set");
        }
        if first & 0x40 != 0 {
            return broken(
                "WS_ERR_UNEXPECTED_RSV_1",
                "a frame has the bit RSV1 set, but no extension was negotiated",
            );
        }
        let (is_final, opcode, length) = (first & 0x80 != 0, first & 0x0f, second & 0x7f);
        match opcode {
            CONTINUATION if self.begun.is_none() => {
                return broken(
                    "WS_ERR_INVALID_OPCODE",
                    "a continuation frame arrived before a message began",
                );
            }
            TEXT | BINARY if self.begun.is_some() => {
                return broken("WS_ERR_INVALID_OPCODE", "a message begins inside another one");
            }
            CONTINUATION | TEXT | BINARY => {}
            CLOSE..=PONG => {
                if !is_final {
                    return broken("WS_ERR_EXPECTED_FIN", "a control frame is fragmented");
                }
                if length > CONTROL_BYTES_MAX {
                    let what = format!("a control frame has more than {CONTROL_BYTES_MAX} bytes");
                    return broken("WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", what);
                }
                if opcode == CLOSE && length == 1 {
                    let what = "a close frame has one byte, which is half a close code";
                    return broken("WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", what);
                }
            }
            _ => {
                return broken(
                    "WS_ERR_INVALID_OPCODE",
                    format!("a frame has the opcode {opcode}, which is reserved"),
                );
            }
        }
        if second & 0x80 != 0 {
            return broken("WS_ERR_UNEXPECTED_MASK", "a frame is masked, which is not allowed for servers");
        }
        Ok(())
    }

    /// The header is whole.
    fn begin_frame(&mut self, header: Header, length: u64) -> Result<(), Broken> {
        let opcode = header.bytes[0] & 0x0f;
        if length > PAYLOAD_BYTES_MAX {
            let what = format!("a frame announces {length} bytes, more than 2^53 - 1");
            return Err(("WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", what, TOO_BIG));
        }
        if opcode <= BINARY {
            let before = self.begun.as_ref().map_or(0, |begun| begun.announced);
            let announced = before.saturating_add(length);
            if announced > self.message_bytes_max {
                let what = format!("it has at least {announced} bytes");
                return Err((TOO_LONG, what, TOO_BIG));
            }
            let text = (opcode == TEXT).then(Utf8::default);
            self.begun.get_or_insert(Begun { announced, bytes: Vec::new(), text }).announced = announced;
        }
        if matches!(opcode, TEXT | BINARY | CLOSE) {
            self.count += 1;
        }
        let is_final = header.bytes[0] & 0x80 != 0;
        self.state =
            State::Payload(Frame { opcode, is_final, length, remaining: length, payload: Vec::new() });
        if length == 0 { self.end_frame() } else { Ok(()) }
    }

    /// The payload is whole.
    fn end_frame(&mut self) -> Result<(), Broken> {
        let next = State::Header(Header::default());
        let State::Payload(frame) = std::mem::replace(&mut self.state, next) else { return Ok(()) };
        match frame.opcode {
            CLOSE => {
                let close = read_close(&frame.payload)?;
                self.close = Some(close.clone());
                self.items.push_back(Item::Close(close));
                self.state = State::Closed;
            }
            PING => {
                self.pings = self.pings.saturating_add(1);
                self.items.push_back(Item::Ping(frame.payload));
            }
            PONG => self.items.push_back(Item::Pong(frame.payload)),
            _ if frame.is_final => {
                if let Some(begun) = self.begun.take() {
                    self.items.push_back(Item::Message(begun.end()?));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Begun {
    /// The message, whose last frame has come.
    fn end(self) -> Result<Message, Broken> {
        match self.text {
            None => Ok(Message::Binary(self.bytes)),
            Some(_) => match String::from_utf8(self.bytes) {
                Ok(text) => Ok(Message::Text(text)),
                Err(_) => invalid_text("a text message ends inside a character"),
            },
        }
    }
}

impl Header {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.have) {
            *place = byte;
            self.have += 1;
        }
    }

    /// The length of the payload, once the whole header is there.
    fn length(&self) -> Option<u64> {
        let [_, second, a, b, rest @ ..] = self.bytes;
        match (second & 0x7f, self.have) {
            (length @ 0..=125, 2) => Some(u64::from(length)),
            (126, 4) => Some(u64::from(u16::from_be_bytes([a, b]))),
            (127, 10) => {
                let [c, d, e, f, g, h] = rest;
                Some(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
            }
            _ => None,
        }
    }
}

fn invalid_text<T>(what: &str) -> Result<T, Broken> {
    Err(("WS_ERR_INVALID_UTF8", what.to_owned(), INVALID_PAYLOAD))
}

/// What a close frame says (RFC 6455 section 5.5.1).
fn read_close(payload: &[u8]) -> Result<Close, Broken> {
    let Some(([high, low], reason)) = payload.split_first_chunk::<2>() else {
        return Ok(Close { code: Close::NO_CODE, reason: String::new() });
    };
    let code = u16::from_be_bytes([*high, *low]);
    if !may_be_sent(code) {
        let what = format!("a close frame has the invalid code {code}");
        return broken("WS_ERR_INVALID_CLOSE_CODE", what);
    }
    match std::str::from_utf8(reason) {
        Ok(reason) => Ok(Close { code, reason: reason.to_owned() }),
        Err(_) => invalid_text("the reason in a close frame is not UTF-8"),
    }
}

/// Whether a close code may be on the wire (RFC 6455 section 7.4 and the IANA registry).
const fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an reader says of these bytes, taken in pieces of every length: the rule that is broken and where.
    #[track_caller]
    fn check(bytes: &[u8], expected: Option<(&str, u64)>) {
        for piece in 1..=bytes.len() {
            let mut reader = Reader::new(1000);
            for chunk in bytes.chunks(piece) {
                reader.take(chunk);
            }
            let found = reader.violation().map(|violation| violation.name);
            assert_eq!(found, expected.map(|(name, _)| name), "{bytes:02x?} by {piece}");
            if let Some((_, answer)) = expected {
                assert_eq!(reader.violation().map(|violation| u64::from(violation.answer)), Some(answer));
            }
        }
    }

    #[test]
    fn good_frames_are_let_through() {
        check(b"\x81\x05hello", None);
        check(b"\x01\x03hel\x89\x02hi\x80\x02lo\x82\x00", None);
        check(b"\x81\x7e\x00\x02ok", None);
        check(b"\x88\x02\x03\xe8", None);
        check(b"\x88\x00", None);
    }

    #[test]
    fn every_broken_rule_has_its_name() {
        for (bytes, name, answer) in [
            (&b"\xa1\x00"[..], "WS_ERR_UNEXPECTED_RSV_2_3", 1002),
            (b"\xc1\x00", "WS_ERR_UNEXPECTED_RSV_1", 1002),
            (b"HTTP/1.1 200 OK", "WS_ERR_UNEXPECTED_RSV_1", 1002),
            (b"\x83\x00", "WS_ERR_INVALID_OPCODE", 1002),
            (b"\x8b\x00", "WS_ERR_INVALID_OPCODE", 1002),
            (b"\x80\x00", "WS_ERR_INVALID_OPCODE", 1002),
            (b"\x01\x01a\x81\x01b", "WS_ERR_INVALID_OPCODE", 1002),
            (b"\x09\x00", "WS_ERR_EXPECTED_FIN", 1002),
            (b"\x89\x7e", "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", 1002),
            (b"\x88\x01\x03", "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", 1002),
            (b"\x81\x85\x00\x00\x00\x00hello", "WS_ERR_UNEXPECTED_MASK", 1002),
            (b"\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00", "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", 1009),
            (b"\x82\x7f\x00\x00\x00\x00\x40\x00\x00\x00", TOO_LONG, 1009),
            (b"\x82\x7e\x03\xe9", TOO_LONG, 1009),
            (b"\x81\x02\xc3\x28", "WS_ERR_INVALID_UTF8", 1007),
            (b"\x81\x01\xc3", "WS_ERR_INVALID_UTF8", 1007),
            (b"\x88\x03\x03\xe8\xff", "WS_ERR_INVALID_UTF8", 1007),
            (b"\x88\x02\x03\xed", "WS_ERR_INVALID_CLOSE_CODE", 1002),
            (b"\x88\x02\x03\xf7", "WS_ERR_INVALID_CLOSE_CODE", 1002),
            (b"\x88\x02\x0b\xb7", "WS_ERR_INVALID_CLOSE_CODE", 1002),
        ] {
            check(bytes, Some((name, answer)));
        }
    }

    #[test]
    fn a_message_is_counted_over_its_fragments() {
        let mut fragments = b"\x02\x7e\x02\x58".to_vec();
        fragments.extend([0; 600]);
        let mut fitting = Reader::new(1000);
        fitting.take(&fragments);
        fitting.take(b"\x00\x7e\x01\x90");
        assert_eq!(fitting.violation(), None);
        let mut too_long = Reader::new(1000);
        too_long.take(&fragments);
        assert_eq!(too_long.take(b"\x00\x7e\x01\x91"), 3);
        let violation = too_long.violation().unwrap();
        assert_eq!((violation.name, violation.offset), (TOO_LONG, 607));
        assert_eq!(violation.header, b"\x00\x7e\x01\x91");
    }

    #[test]
    fn nothing_counts_after_a_close_frame() {
        let mut reader = Reader::new(1000);
        assert_eq!(reader.take(b"\x88\x05\x0f\xa1bye\xff\xff"), 7);
        assert_eq!(reader.take(b"\xff\xff"), 0);
        assert_eq!(reader.violation(), None);
        assert_eq!(reader.close(), Some(&Close { code: 4001, reason: "bye".into() }));
    }
}
