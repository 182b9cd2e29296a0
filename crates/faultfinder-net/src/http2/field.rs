//! The rules for one field of a response (RFC 9113 section 8.2), and for pseudo-headers (section 8.3).

use super::hpack::Field;
use crate::excerpt;

/// The pseudo-header of responses.
pub(crate) const STATUS: &[u8] = b":status";
/// Those of requests (RFC 9113 section 8.3.1, RFC 8441 section 4).
const OF_REQUESTS: [&[u8]; 5] = [b":method", b":scheme", b":authority", b":path", b":protocol"];
/// Fields about a connection of HTTP/1.1 (RFC 9113 section 8.2.2).
const OF_CONNECTIONS: [&[u8]; 5] =
    [b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"];
/// Most bytes that are shown of a name or value.
const SHOWN_BYTES_MAX: usize = 64;
/// The range of status codes (RFC 9110 section 15).
const STATUSES: std::ops::RangeInclusive<u16> = 100..=999;

/// What is wrong, and the document that says so.
pub(crate) type Finding = (String, &'static str);

/// A name or a value as it is shown.
pub(crate) fn shown(bytes: &[u8]) -> String {
    match bytes.get(..SHOWN_BYTES_MAX) {
        Some(first) if first.len() < bytes.len() => format!("\"{}…\"", excerpt(first)),
        _ => format!("\"{}\"", excerpt(bytes)),
    }
}

/// The fields of a section so far.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The value of `:status`.
    pub(crate) status: Option<u16>,
    /// The value of content-length.
    pub(super) content_length: Option<u64>,
    /// The name of the first field that is not a pseudo-header.
    first: Option<Vec<u8>>,
}

impl Seen {
    /// Takes the next field of a head; what is wrong with it, if something is.
    pub(crate) fn take(&mut self, field: &Field, is_trailers: bool) -> Option<Finding> {
        if field.name.first() == Some(&b':') {
            return self.take_pseudo(field, is_trailers);
        }
        if let Some(finding) =
            name_rule(&field.name).or_else(|| value_rule(field)).or_else(|| connection_rule(field))
        {
            return Some(finding);
        }
        self.first.get_or_insert_with(|| field.name.clone());
        if field.name == b"content-length" && !is_trailers { self.take_length(&field.value) } else { None }
    }

    fn take_pseudo(&mut self, field: &Field, is_trailers: bool) -> Option<Finding> {
        let name = shown(&field.name);
        if is_trailers {
            return Some((format!("the trailers have the pseudo-header {name}"), "RFC 9113 section 8.3"));
        }
        if OF_REQUESTS.contains(&field.name.as_slice()) {
            let what = format!("the response has the pseudo-header {name}, which is for requests");
            return Some((what, "RFC 9113 section 8.3"));
        }
        if field.name != STATUS {
            return Some((format!("the pseudo-header {name} is not defined"), "RFC 9113 section 8.3"));
        }
        if let Some(first) = &self.first {
            let what = format!("the pseudo-header {name} comes after the field {}", shown(first));
            return Some((what, "RFC 9113 section 8.3"));
        }
        if self.status.is_some() {
            return Some((format!("the pseudo-header {name} comes twice"), "RFC 9113 section 8.3"));
        }
        let digits = <[u8; 3]>::try_from(field.value.as_slice()).ok();
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_digit));
        let status =
            digits.map(|digits| digits.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')));
        self.status = status.filter(|status| STATUSES.contains(status));
        self.status.is_none().then(|| {
            let what = format!("{name} is {}, it must be a status code of three digits", shown(&field.value));
            (what, "RFC 9113 section 8.3.2")
        })
    }

    fn take_length(&mut self, value: &[u8]) -> Option<Finding> {
        let is_digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let length = std::str::from_utf8(value).ok().filter(|_| is_digits).and_then(|text| text.parse().ok());
        let Some(length) = length else {
            return Some((
                format!("content-length is {}, which is not a length", shown(value)),
                "RFC 9110 section 8.6",
            ));
        };
        match self.content_length.replace(length) {
            Some(other) if other != length => {
                Some((format!("content-length is {other} and {length}"), "RFC 9110 section 8.6"))
            }
            _ => None,
        }
    }
}

/// Names are tokens in lower case.
fn name_rule(name: &[u8]) -> Option<Finding> {
    const SECTION: &str = "RFC 9113 section 8.2.1";
    if name.is_empty() {
        return Some(("a field has an empty name".to_owned(), "RFC 9110 section 5.1"));
    }
    let byte = name.iter().copied().find(|byte| !is_name(*byte))?;
    let (what, section) = match byte {
        b'A'..=b'Z' => (format!("the uppercase letter {}", char::from(byte)), SECTION),
        0..=b' ' | 0x7f.. | b':' => (character(byte), SECTION),
        _ => (character(byte), "RFC 9110 section 5.1"),
    };
    Some((format!("the field name {} has {what}", shown(name)), section))
}

/// Whether a character may be in a name (`tchar` of RFC 9110 section 5.6.2, without capitals).
fn is_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Values have no control characters. White space around them is let pass, as by the library.
fn value_rule(field: &Field) -> Option<Finding> {
    let byte = field.value.iter().copied().find(|byte| matches!(byte, 0..=8 | 0x0a..=0x1f | 0x7f))?;
    let section = match byte {
        0 | b'\n' | b'\r' => "RFC 9113 section 8.2.1",
        _ => "RFC 9110 section 5.5",
    };
    Some((format!("the value of the field {} has {}", shown(&field.name), character(byte)), section))
}

/// A character that is not allowed.
fn character(byte: u8) -> String {
    match byte {
        0 => "a NUL".to_owned(),
        b'\t' => "a tab".to_owned(),
        b'\n' => "a line feed".to_owned(),
        b'\r' => "a carriage return".to_owned(),
        b' ' => "a space".to_owned(),
        0x21..=0x7e => format!("the character {}", char::from(byte)),
        _ => format!("the byte 0x{byte:02x}"),
    }
}

/// What is about a connection of HTTP/1.1 is not sent.
fn connection_rule(field: &Field) -> Option<Finding> {
    const SECTION: &str = "RFC 9113 section 8.2.2";
    let name = shown(&field.name);
    if OF_CONNECTIONS.contains(&field.name.as_slice()) {
        let what = format!("the response has the field {name}, which is about a connection of HTTP/1.1");
        return Some((what, SECTION));
    }
    let is_te = field.name == b"te" && field.value != b"trailers";
    is_te.then(|| (format!("the field {name} is {}, it may only be trailers", shown(&field.value)), SECTION))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The finding for the last of these fields.
    #[track_caller]
    fn check(fields: &[(&str, &str)], is_trailers: bool, words: &str, section: &str) {
        let mut seen = Seen::default();
        let mut last = None;
        for (name, value) in fields {
            assert_eq!(last, None, "{fields:?}");
            let field = Field { name: name.as_bytes().to_vec(), value: value.as_bytes().to_vec() };
            last = seen.take(&field, is_trailers);
        }
        assert!(last.is_some() || words.is_empty(), "{fields:?}");
        if let Some((what, document)) = last {
            assert_eq!((what.as_str(), document), (words, section));
        }
    }

    #[test]
    fn every_rule_names_its_field() {
        const FIELDS: &str = "RFC 9113 section 8.2.1";
        for (field, words, section) in [
            (("", "1"), "a field has an empty name", "RFC 9110 section 5.1"),
            (("x-Ab", "1"), "the field name \"x-Ab\" has the uppercase letter A", FIELDS),
            (("x a", "1"), "the field name \"x a\" has a space", FIELDS),
            (("x:a", "1"), "the field name \"x:a\" has the character :", FIELDS),
            (("x\u{7f}", "1"), "the field name \"x\\u{7f}\" has the byte 0x7f", FIELDS),
            (("x(a", "1"), "the field name \"x(a\" has the character (", "RFC 9110 section 5.1"),
            (("x-a", "1\n2"), "the value of the field \"x-a\" has a line feed", FIELDS),
            (("x-a", "\r"), "the value of the field \"x-a\" has a carriage return", FIELDS),
            (("x-a", "\0"), "the value of the field \"x-a\" has a NUL", FIELDS),
            (("x-a", "\u{1b}["), "the value of the field \"x-a\" has the byte 0x1b", "RFC 9110 section 5.5"),
            (
                ("te", "gzip"),
                "the field \"te\" is \"gzip\", it may only be trailers",
                "RFC 9113 section 8.2.2",
            ),
            (
                ("content-length", "+1"),
                "content-length is \"+1\", which is not a length",
                "RFC 9110 section 8.6",
            ),
            ((":lab", "1"), "the pseudo-header \":lab\" is not defined", "RFC 9113 section 8.3"),
        ] {
            check(&[(":status", "200"), field], false, words, section);
        }
        for name in ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"] {
            let words =
                format!("the response has the field \"{name}\", which is about a connection of HTTP/1.1");
            check(&[(name, "x")], false, &words, "RFC 9113 section 8.2.2");
            check(&[(name, "x")], true, &words, "RFC 9113 section 8.2.2");
        }
        for name in [":method", ":scheme", ":authority", ":path", ":protocol"] {
            let words = format!("the response has the pseudo-header \"{name}\", which is for requests");
            check(&[(name, "x")], false, &words, "RFC 9113 section 8.3");
        }
        for status in ["", "20", "2000", "abc", "099", "+20"] {
            let words = format!("\":status\" is \"{status}\", it must be a status code of three digits");
            check(&[(":status", status)], false, &words, "RFC 9113 section 8.3.2");
        }
    }

    #[test]
    fn fields_are_judged_by_those_before_them() {
        const PSEUDO: &str = "RFC 9113 section 8.3";
        let (ok, other) = ((":status", "200"), ("x-a", "1"));
        check(&[ok, ok], false, "the pseudo-header \":status\" comes twice", PSEUDO);
        check(&[other, ok], false, "the pseudo-header \":status\" comes after the field \"x-a\"", PSEUDO);
        check(&[ok], true, "the trailers have the pseudo-header \":status\"", PSEUDO);
        let lengths = [("content-length", "3"), ("content-length", "5")];
        check(&lengths, false, "content-length is 3 and 5", "RFC 9110 section 8.6");
        check(&lengths, true, "", "");
        check(&[("content-length", "3"), ("content-length", "3")], false, "", "");
        check(&[ok, other, ("te", "trailers"), ("x-b", " a\tb "), ("x-c", "é")], false, "", "");
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(shown(&[b'x'; SHOWN_BYTES_MAX]), format!("\"{}\"", "x".repeat(SHOWN_BYTES_MAX)));
        assert_eq!(shown(&[b'x'; 1000]), format!("\"{}…\"", "x".repeat(SHOWN_BYTES_MAX)));
    }
}
