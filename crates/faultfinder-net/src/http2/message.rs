//! The rules for a response as a whole: its field sections in order, and its body (RFC 9113 section 8.1).
//!
//! Only rules that the library enforces are here, and those that [`stray_in_head`] and [`stray_in_trailers`] find: a fault
//! must name its cause and not an oddity before it.

use super::field::{Finding, STATUS, Seen, shown};
use super::frames::{COMPRESSION_ERROR, PROTOCOL_ERROR};
use super::hpack::{self, Broken, Decoder};
use super::rule::Rule;
use super::section::{Section, sections};
use crate::sections::{Body, Sections};
use faultfinder_taxonomy::Http2ErrorCode;

/// Longest list of fields, in bytes as RFC 9113 section 6.5.2 counts them.
pub(super) const FIELD_LIST_BYTES_MAX: usize = crate::http1::Limits::TARGET.block_bytes;
/// What a field counts beside its name and value (RFC 9113 section 6.5.2).
const FIELD_BYTES: usize = 32;
/// Statuses whose content-length is not that of a body (RFC 9110 section 8.6).
const WITHOUT_BODY: [u16; 2] = [204, 304];

/// The message of a stream so far.
#[derive(Default)]
struct Message {
    stream: u32,
    /// The status of its final head.
    status: Option<u16>,
    content_length: Option<u64>,
    /// Whether trailers end it.
    has_trailers: bool,
}

impl Message {
    /// Whether the next section is that of its trailers.
    const fn has_head(&self) -> bool {
        self.status.is_some()
    }
}

/// The first rule that the messages of a connection break; `is_head` says that the last request was a HEAD.
pub(super) fn violation(kept: &Sections, is_head: bool) -> Option<Rule> {
    let mut decoder = Decoder::new();
    let mut message = Message::default();
    for section in sections(kept.frames()) {
        if section.stream != message.stream {
            message = Message { stream: section.stream, ..Message::default() };
        }
        if let Some(rule) = section_rule(&mut decoder, &section, &mut message, is_head) {
            return Some(rule);
        }
    }
    body_rule(&message, kept.body(), is_head).map(|(what, document)| {
        rule(PROTOCOL_ERROR, &format!("on stream {}, {what}", message.stream), document)
    })
}

/// The rule that a head breaks and the library does not enforce: a pseudo-header of requests. Decodes only a section that
/// has a pseudo-header too many.
pub(super) fn stray_in_head(kept: &Sections, is_head: bool) -> Option<Rule> {
    let has_stray = sections(kept.frames()).any(|section| hpack::pseudo_headers(&section.block) > 1);
    if has_stray { violation(kept, is_head) } else { None }
}

/// The rule that trailers break and the library does not enforce: a pseudo-header. They are the latest section.
pub(super) fn stray_in_trailers(kept: &Sections, is_head: bool) -> Option<Rule> {
    let trailers = sections(kept.frames()).last()?;
    if hpack::pseudo_headers(&trailers.block) > 0 { violation(kept, is_head) } else { None }
}

fn rule(code: u32, what: &str, document: &str) -> Rule {
    Rule::new(Http2ErrorCode::new(code), format!("{what} ({document})"))
}

fn section_rule(
    decoder: &mut Decoder,
    section: &Section,
    message: &mut Message,
    is_head: bool,
) -> Option<Rule> {
    let place = format!("in the HEADERS frame on stream {}", section.stream);
    let mut seen = Seen::default();
    let mut list_bytes = 0;
    for field in decoder.block(&section.block) {
        let field = match field {
            Ok(field) => field,
            // The rest has not arrived.
            Err(Broken::Short) if !section.is_whole => return None,
            Err(broken) => {
                let what = format!("{place}, the fields cannot be decompressed: {broken}");
                return Some(rule(COMPRESSION_ERROR, &what, broken.document()));
            }
        };
        if let Some((what, document)) = seen.take(&field, message.has_head()) {
            return Some(rule(PROTOCOL_ERROR, &format!("{place}, {what}"), document));
        }
        list_bytes += FIELD_BYTES + field.name.len() + field.value.len();
        if list_bytes >= FIELD_LIST_BYTES_MAX {
            let what = format!(
                "{place}, the fields up to {} have {list_bytes} bytes, this client accepts less than {FIELD_LIST_BYTES_MAX}",
                shown(&field.name)
            );
            let rule = rule(PROTOCOL_ERROR, &what, "RFC 9113 section 6.5.2");
            return Some(Rule { is_over_limit: true, ..rule });
        }
    }
    if !section.is_whole {
        return None;
    }
    message
        .take(&seen, section.ends_stream, is_head)
        .map(|(what, document)| rule(PROTOCOL_ERROR, &format!("{place}, {what}"), document))
}

impl Message {
    /// Takes a complete section; what is wrong with it, if something is.
    fn take(&mut self, seen: &Seen, ends_stream: bool, is_head: bool) -> Option<Finding> {
        const SECTION: &str = "RFC 9113 section 8.1";
        if self.has_head() {
            self.has_trailers = ends_stream;
            return (!ends_stream).then(|| ("the trailers do not end the stream".to_owned(), SECTION));
        }
        let Some(status) = seen.status else {
            let what = format!("the response has no {}", shown(STATUS));
            return Some((what, "RFC 9113 section 8.3.2"));
        };
        if (100..200).contains(&status) {
            return ends_stream.then(|| (format!("the interim response {status} ends the stream"), SECTION));
        }
        self.status = Some(status);
        self.content_length = seen.content_length;
        let announced = self.content_length.filter(|length| *length > 0 && ends_stream && !is_head);
        let announced = announced.filter(|_| !WITHOUT_BODY.contains(&status))?;
        let what = format!("content-length is {announced}, but the response ends without a body");
        Some((what, "RFC 9113 section 8.1.1"))
    }
}

/// What is wrong with the length of a body.
fn body_rule(message: &Message, latest: Body, is_head: bool) -> Option<Finding> {
    if !message.has_head() {
        return None;
    }
    let body = Some(latest).filter(|body| body.stream == message.stream).unwrap_or_default();
    if is_head {
        let what = format!("the response to a HEAD request has a body of {} bytes", body.bytes);
        return (body.bytes > 0).then_some((what, "RFC 9110 section 9.3.2"));
    }
    let announced = message.content_length?;
    let is_short = body.bytes < announced && (body.is_ended || message.has_trailers);
    (is_short || body.bytes > announced).then(|| {
        let what = format!("content-length is {announced}, but the body has {} bytes", body.bytes);
        (what, "RFC 9113 section 8.1.1")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http2::violation;

    const END_STREAM: u8 = 1;
    const END_HEADERS: u8 = 4;

    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let [.., high, middle, low] = payload.len().to_be_bytes();
        [&[high, middle, low, kind, flags, 0, 0, 0, stream], payload].concat()
    }

    /// A field section of literals, on stream 1.
    fn head(flags: u8, fields: &[(&str, &str)]) -> Vec<u8> {
        let mut block = Vec::new();
        for (name, value) in fields {
            block.push(0);
            for text in [name, value] {
                block.push(u8::try_from(text.len()).unwrap());
                block.extend_from_slice(text.as_bytes());
            }
        }
        frame(1, END_HEADERS | flags, 1, &block)
    }

    fn data(flags: u8, bytes: &[u8]) -> Vec<u8> {
        frame(0, flags, 1, bytes)
    }

    const OK: (&str, &str) = (":status", "200");
    const FIVE: (&str, &str) = ("content-length", "5");

    #[track_caller]
    fn check(is_head: bool, frames: &[Vec<u8>], words: &str) {
        let found = violation(&frames.concat(), is_head).map(|rule| rule.what).unwrap_or_default();
        assert!(found == words || (!words.is_empty() && found.contains(words)), "{found:?}");
    }

    #[test]
    fn bodies_are_as_long_as_announced() {
        let short = "content-length is 5, but the body has 3 bytes (RFC 9113 section 8.1.1)";
        let ended = "content-length is 5, but the response ends without a body";
        let cases: &[(bool, Vec<Vec<u8>>, &str)] = &[
            (false, vec![head(0, &[OK, FIVE]), data(END_STREAM, b"hello")], ""),
            (false, vec![head(0, &[OK, FIVE]), data(0, b"hel")], ""),
            (false, vec![head(0, &[OK, FIVE]), data(0, b"hel"), data(END_STREAM, b"lo")], ""),
            (false, vec![head(0, &[OK, FIVE]), data(0, b"hel"), data(END_STREAM, b"")], short),
            (false, vec![head(0, &[OK, FIVE]), data(0, b"hel"), head(END_STREAM, &[])], short),
            (false, vec![head(0, &[OK, FIVE]), head(END_STREAM, &[])], "but the body has 0 bytes"),
            (false, vec![head(0, &[OK, FIVE]), data(0, b"hello!")], "but the body has 6 bytes"),
            (false, vec![head(0, &[OK, FIVE]), frame(0, 8 | END_STREAM, 1, b"\x02hello\0\0")], ""),
            (false, vec![head(END_STREAM, &[OK, FIVE])], ended),
            (true, vec![head(END_STREAM, &[OK, FIVE])], ""),
            (false, vec![head(END_STREAM, &[(":status", "204"), FIVE])], ""),
            (false, vec![head(END_STREAM, &[(":status", "304"), FIVE])], ""),
            (true, vec![head(0, &[OK, FIVE]), data(END_STREAM, b"")], ""),
            (
                true,
                vec![head(0, &[OK, FIVE]), data(END_STREAM, b"hello")],
                "to a HEAD request has a body of 5 bytes",
            ),
            // The length of another response.
            (false, vec![head(0, &[OK, FIVE]), data(END_STREAM, b"hello"), frame(1, 4, 3, b"\x88")], ""),
        ];
        for (is_head, frames, words) in cases {
            check(*is_head, frames, words);
        }
    }

    #[test]
    fn heads_and_trailers_have_their_place() {
        let interim = (":status", "103");
        check(false, &[head(0, &[interim]), head(0, &[OK]), head(END_STREAM, &[("x-sum", "1")])], "");
        check(false, &[head(END_STREAM, &[interim])], "the interim response 103 ends the stream");
        check(false, &[head(0, &[("x-a", "1")])], "the response has no \":status\" (RFC 9113 section 8.3.2)");
        check(false, &[head(0, &[OK]), head(0, &[("x-a", "1")])], "the trailers do not end the stream");
        check(false, &[head(0, &[OK]), head(END_STREAM, &[OK])], "the trailers have the pseudo-header");
        // A section of which a part is missing is judged by what is there.
        let mut open = head(0, &[("x-a", "1"), ("X-B", "2")]);
        check(false, &[open.clone()], "the field name \"X-B\"");
        open.truncate(open.len() - 4);
        check(false, &[open], "");
    }

    #[test]
    fn lists_have_a_limit() {
        // 42 bytes for the status; an entry of 100 bytes, once as a literal.
        let entry = [&b"\x40\x04abcd\x40"[..], &[b'x'; 64]].concat();
        let list = |count: usize| {
            let block = [&b"\x88"[..], &entry, &vec![0xbe; count - 1]].concat();
            frame(1, END_HEADERS, 1, &block)
        };
        let most = (FIELD_LIST_BYTES_MAX - 42 - 1) / 100;
        check(false, &[list(most)], "");
        check(false, &[list(most + 1)], "this client accepts less than 65536 (RFC 9113 section 6.5.2)");
    }

    #[test]
    fn pseudo_headers_that_the_library_lets_pass_are_found() {
        let kept = |frames: &[Vec<u8>]| {
            let mut sections = Sections::default();
            for frame in frames {
                let (header, payload) = frame.split_first_chunk().unwrap();
                sections.begin(header);
                sections.payload(payload);
            }
            sections
        };
        let (fine, stray) = (head(0, &[OK, ("x-a", "1")]), head(0, &[OK, (":path", "/")]));
        let (trailers, late) = (head(END_STREAM, &[("x-a", "1")]), head(END_STREAM, &[OK]));
        assert!(stray_in_head(&kept(std::slice::from_ref(&fine)), false).is_none());
        let rule = stray_in_head(&kept(&[stray]), false).unwrap();
        assert!(rule.what.contains("the pseudo-header \":path\", which is for requests"), "{}", rule.what);
        assert!(stray_in_trailers(&kept(&[fine.clone(), trailers]), false).is_none());
        assert!(stray_in_head(&kept(&[fine.clone(), late.clone()]), false).is_none(), "it is not the head's");
        let rule = stray_in_trailers(&kept(&[fine, late]), false).unwrap();
        assert!(rule.what.contains("the trailers have the pseudo-header"), "{}", rule.what);
    }
}
