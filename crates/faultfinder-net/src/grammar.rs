//! HTTP/1 heads, read more strictly than the library does (RFC 9112 sections 2 to 6).
//!
//! The library that reads answers forgives what a strict recipient refuses: a bare LF, `content-length` beside
//! `transfer-encoding`, repeated lengths. And where it refuses, it does not say where. [`check`] goes over the bytes
//! of the head once more and names the first rule that is broken, by llhttp's names, which people know from Node.js.

/// The first rule that a head breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: which rule, what was found, and where")]
pub struct Violation {
    /// llhttp's name of the rule.
    pub name: &'static str,
    /// What was found, as a sentence fragment.
    pub what: &'static str,
    /// Where, in bytes from the beginning of the answer.
    pub offset: usize,
}

/// Most interim answers (1xx) that are looked at before the final one.
const INTERIM_MAX: usize = 64;

/// The first rule that the head of an answer breaks, interim answers before it included. An incomplete head is judged
/// as far as it goes.
#[must_use]
pub fn check(bytes: &[u8]) -> Option<Violation> {
    let mut offset = 0;
    for _ in 0..INTERIM_MAX {
        let head = Head::read(bytes.get(offset..)?, offset)?;
        match head {
            Head::Broken(violation) => return Some(violation),
            Head::Good { is_interim: true, length } => offset += length,
            Head::Good { is_interim: false, .. } => return None,
        }
    }
    None
}

/// Longest line of a chunk's size with its extensions that is looked at.
const CHUNK_LINE_BYTES_MAX: usize = 4096;

/// The first rule that the chunks of an answer's body break, as far as the bytes go.
#[must_use]
pub fn check_chunks(bytes: &[u8]) -> Option<Violation> {
    let mut at = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    loop {
        let line = bytes.get(at..)?;
        let length = line.iter().take(CHUNK_LINE_BYTES_MAX).position(|byte| *byte == b'\n')?;
        let Some(text) = line.get(..length)?.strip_suffix(b"\r") else {
            return Some(violation("HPE_CR_EXPECTED", "a chunk's size line ends with LF alone", at + length));
        };
        let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let after = text.get(digits).copied();
        let number =
            std::str::from_utf8(text.get(..digits)?).ok().and_then(|hex| u64::from_str_radix(hex, 16).ok());
        let Some(size) = number.filter(|_| matches!(after, None | Some(b';' | b' ' | b'\t'))) else {
            return Some(violation("HPE_INVALID_CHUNK_SIZE", "a chunk's size is not a number that fits", at));
        };
        if size == 0 {
            return None;
        }
        let end = usize::try_from(size).ok().and_then(|size| (at + length + 1).checked_add(size))?;
        let ending = bytes.get(end..)?;
        if ending.len() >= 2 && !ending.starts_with(b"\r\n") {
            return Some(violation("HPE_STRICT", "a chunk is longer than its size says", end));
        }
        at = end.checked_add(2)?;
    }
}

enum Head {
    Broken(Violation),
    Good { is_interim: bool, length: usize },
}

impl Head {
    /// One head at the beginning of `bytes`; nothing when there are no bytes.
    fn read(bytes: &[u8], base: usize) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        let mut lines = Lines { bytes, at: 0 };
        let status_line = lines.next_line();
        let status = match check_status_line(status_line.text) {
            Ok(status) => status,
            Err(violation) => return Some(Self::Broken(violation.shifted(base))),
        };
        if let Some(violation) = status_line.bare_lf() {
            return Some(Self::Broken(violation.shifted(base)));
        }
        let mut framing = Framing::default();
        let mut is_first = true;
        loop {
            let line = lines.next_line();
            let complete = line.end != LineEnd::None;
            if let Some(violation) = line.bare_lf() {
                return Some(Self::Broken(violation.shifted(base)));
            }
            if line.text.is_empty() || !complete {
                break;
            }
            let checked =
                check_field_line(line.text, is_first).and_then(|(name, value)| framing.note(name, value));
            if let Err(violation) = checked {
                return Some(Self::Broken(violation.shifted(base + line.at)));
            }
            is_first = false;
        }
        Some(Self::Good { is_interim: (100..200).contains(&status) && status != 101, length: lines.at })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    CrLf,
    Lf,
    None,
}

struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

struct Line<'a> {
    text: &'a [u8],
    at: usize,
    end: LineEnd,
}

impl<'a> Lines<'a> {
    fn next_line(&mut self) -> Line<'a> {
        let at = self.at;
        let rest = self.bytes.get(at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
            self.at = self.bytes.len();
            return Line { text: rest, at, end: LineEnd::None };
        };
        self.at = at + length + 1;
        let text = rest.get(..length).unwrap_or_default();
        match text.strip_suffix(b"\r") {
            Some(text) => Line { text, at, end: LineEnd::CrLf },
            None => Line { text, at, end: LineEnd::Lf },
        }
    }
}

impl Line<'_> {
    fn bare_lf(&self) -> Option<Violation> {
        (self.end == LineEnd::Lf)
            .then(|| violation("HPE_CR_EXPECTED", "a line ends with LF alone", self.at + self.text.len()))
    }
}

impl Violation {
    const fn shifted(mut self, by: usize) -> Self {
        self.offset += by;
        self
    }
}

const fn violation(name: &'static str, what: &'static str, offset: usize) -> Violation {
    Violation { name, what, offset }
}

/// `HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 section 4).
fn check_status_line(line: &[u8]) -> Result<u16, Violation> {
    const VERSION: &[u8] = b"HTTP/";
    let common = line.iter().zip(VERSION).take_while(|(found, expected)| found == expected).count();
    if common < VERSION.len() {
        if common == line.len() {
            return Ok(200); // cut off inside the version: nothing is wrong so far
        }
        return Err(violation("HPE_INVALID_CONSTANT", "the answer does not begin with HTTP/", common));
    }
    let rest = line.get(VERSION.len()..).unwrap_or_default();
    match rest {
        [b'1', b'.', b'0' | b'1', b' ', ..] => {}
        [b'1', b'.', b'0' | b'1'] | [b'1', b'.'] | [b'1'] | [] => return Ok(200),
        [b'1', b'.', b'0' | b'1', ..] => {
            return Err(violation("HPE_INVALID_CONSTANT", "no space follows the version", 8));
        }
        _ => return Err(violation("HPE_INVALID_VERSION", "the version is neither 1.0 nor 1.1", 5)),
    }
    let code = rest.get(4..).unwrap_or_default();
    match code {
        [a, b, c, after @ ..] if [a, b, c].iter().all(|digit| digit.is_ascii_digit()) => {
            if !after.is_empty() && !after.starts_with(b" ") {
                return Err(violation(
                    "HPE_INVALID_STATUS",
                    "the status code has more than three digits",
                    12,
                ));
            }
            let status = u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0');
            if status < 100 {
                return Err(violation("status<100", "the status code is below 100", 9));
            }
            Ok(status)
        }
        short if short.len() < 3 && short.iter().all(u8::is_ascii_digit) => Ok(200),
        _ => Err(violation("HPE_INVALID_STATUS", "the status code is not three digits", 9)),
    }
}

/// `field-name ":" OWS field-value OWS` (RFC 9112 section 5).
fn check_field_line(line: &[u8], is_first: bool) -> Result<(&[u8], &[u8]), Violation> {
    if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
        return Err(if is_first {
            violation("HPE_UNEXPECTED_SPACE", "white space comes before the first field", 0)
        } else {
            violation("HPE_UNEXPECTED_SPACE", "a field is folded over lines (obs-fold)", 0)
        });
    }
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return Err(violation("HPE_INVALID_HEADER_TOKEN", "a field line has no colon", line.len()));
    };
    let (name, rest) = line.split_at(colon);
    if name.is_empty() {
        return Err(violation("HPE_INVALID_HEADER_TOKEN", "a field has an empty name", 0));
    }
    if let Some(at) = name.iter().position(|byte| !is_token(*byte)) {
        let what = if name.get(at..).is_some_and(|rest| rest.iter().all(|byte| matches!(byte, b' ' | b'\t')))
        {
            "white space stands between a field's name and its colon"
        } else {
            "a field's name has a character that no token may have"
        };
        return Err(violation("HPE_INVALID_HEADER_TOKEN", what, at));
    }
    let value = rest.get(1..).unwrap_or_default();
    if let Some(at) = value.iter().position(|byte| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f) {
        return Err(violation(
            "HPE_INVALID_HEADER_TOKEN",
            "a field's value has a control character",
            colon + 1 + at,
        ));
    }
    Ok((name, value.trim_ascii()))
}

/// What says how long the body is (RFC 9112 section 6).
#[derive(Debug, Default)]
struct Framing {
    has_length: bool,
    has_transfer_encoding: bool,
}

impl Framing {
    fn note(&mut self, name: &[u8], value: &[u8]) -> Result<(), Violation> {
        if name.eq_ignore_ascii_case(b"content-length") {
            if self.has_length {
                return Err(violation("HPE_UNEXPECTED_CONTENT_LENGTH", "content-length stands twice", 0));
            }
            let digits = value.iter().all(u8::is_ascii_digit) && !value.is_empty();
            let number = std::str::from_utf8(value).ok().and_then(|text| text.parse::<u64>().ok());
            if !digits || number.is_none() {
                return Err(violation(
                    "HPE_INVALID_CONTENT_LENGTH",
                    "content-length is not a number that fits",
                    0,
                ));
            }
            self.has_length = true;
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.has_transfer_encoding = true;
        }
        if self.has_length && self.has_transfer_encoding {
            let what = "content-length stands beside transfer-encoding";
            return Err(violation("HPE_INVALID_TRANSFER_ENCODING", what, 0));
        }
        Ok(())
    }
}

/// RFC 9110 section 5.6.2.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn broken(head: &str, name: &str) {
        assert_eq!(check(head.as_bytes()).map(|violation| violation.name), Some(name), "{head:?}");
    }

    #[track_caller]
    fn good(head: &str) {
        assert_eq!(check(head.as_bytes()), None, "{head:?}");
    }

    #[test]
    fn status_lines_follow_the_grammar() {
        good("HTTP/1.1 200 OK\r\n\r\n");
        good("HTTP/1.0 999\r\n\r\n");
        good("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
        broken("http/1.1 200 OK\r\n\r\n", "HPE_INVALID_CONSTANT");
        broken("ICY 200 OK\r\n\r\n", "HPE_INVALID_CONSTANT");
        broken("<html>", "HPE_INVALID_CONSTANT");
        broken("HTTP/1.7 200 OK\r\n\r\n", "HPE_INVALID_VERSION");
        broken("HTTP/3.0 200 OK\r\n\r\n", "HPE_INVALID_VERSION");
        broken("HTTP/1.1  200 OK\r\n\r\n", "HPE_INVALID_STATUS");
        broken("HTTP/1.1 2000 OK\r\n\r\n", "HPE_INVALID_STATUS");
        broken("HTTP/1.1 099 Low\r\n\r\n", "status<100");
        broken("HTTP/1.1 200 OK\n\n", "HPE_CR_EXPECTED");
    }

    #[test]
    fn field_lines_follow_the_grammar() {
        let with = |line: &str| format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\n");
        good(&with("x: caf\u{e9}"));
        good(&with("x:"));
        broken(&with("x : y"), "HPE_INVALID_HEADER_TOKEN");
        broken(&with("x\0: y"), "HPE_INVALID_HEADER_TOKEN");
        broken(&with(": y"), "HPE_INVALID_HEADER_TOKEN");
        broken(&with(" x: y"), "HPE_UNEXPECTED_SPACE");
        broken(&with("x: y\r\n z"), "HPE_UNEXPECTED_SPACE");
        broken("HTTP/1.1 200 OK\r\nx: y\nz: a\r\n\r\n", "HPE_CR_EXPECTED");
    }

    #[test]
    fn lengths_must_not_contradict_each_other() {
        let with = |lines: &str| format!("HTTP/1.1 200 OK\r\n{lines}\r\n\r\n");
        broken(&with("content-length: 1\r\ncontent-length: 2"), "HPE_UNEXPECTED_CONTENT_LENGTH");
        broken(&with("content-length: 1\r\ntransfer-encoding: chunked"), "HPE_INVALID_TRANSFER_ENCODING");
        for length in ["+1", "0x1", "99999999999999999999999", "-1", "1, 1", ""] {
            broken(&with(&format!("content-length: {length}")), "HPE_INVALID_CONTENT_LENGTH");
        }
    }

    #[test]
    fn chunks_follow_the_grammar() {
        for (body, name) in [
            ("5\r\nhello\r\n0\r\n\r\n", None),
            ("5;ext=1\r\nhello\r\n0\r\n\r\n", None),
            ("5\nhello\r\n", Some("HPE_CR_EXPECTED")),
            ("zz\r\nhello", Some("HPE_INVALID_CHUNK_SIZE")),
            ("fffffffffffffffff\r\n", Some("HPE_INVALID_CHUNK_SIZE")),
            ("2\r\nhello\r\n", Some("HPE_STRICT")),
        ] {
            let answer = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}");
            assert_eq!(check_chunks(answer.as_bytes()).map(|violation| violation.name), name, "{body:?}");
        }
    }

    #[test]
    fn a_head_that_is_cut_off_is_not_broken() {
        let whole = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n";
        for length in 0..whole.len() {
            good(&whole[..length]);
        }
    }
}
