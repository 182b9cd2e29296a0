//! The rules of HTTP/1, line by line (RFC 9112 sections 2 to 6).
//!
//! They are stricter than those of libraries: a bare LF, `content-length` together with `transfer-encoding`, and
//! repeated lengths are rejected. The first violated rule has the name that llhttp gives it.

use super::error::Violation;

/// A violation at this offset from the beginning of a line.
const fn violation(name: &'static str, what: &'static str, offset: usize) -> Violation {
    Violation::new(name, what, offset as u64)
}

/// `HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 section 4).
pub(super) fn status_line(line: &[u8]) -> Result<u16, Violation> {
    const VERSION: &[u8] = b"HTTP/";
    let common = line.iter().zip(VERSION).take_while(|(found, expected)| found == expected).count();
    if common < VERSION.len() {
        if common == line.len() {
            return Ok(200); // truncated inside the version: no error so far
        }
        return Err(violation("HPE_INVALID_CONSTANT", "the response does not begin with HTTP/", common));
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
pub(super) fn field_line(line: &[u8], is_first: bool) -> Result<(&[u8], &[u8]), Violation> {
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
            "there is white space between a field's name and its colon"
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

/// The fields that say how long the body is (RFC 9112 section 6).
#[derive(Debug, Default)]
pub(super) struct Lengths {
    has_length: bool,
    has_transfer_encoding: bool,
}

impl Lengths {
    /// Records a field.
    pub(super) fn note(&mut self, name: &[u8], value: &[u8]) -> Result<(), Violation> {
        if name.eq_ignore_ascii_case(b"content-length") {
            if self.has_length {
                return Err(violation("HPE_UNEXPECTED_CONTENT_LENGTH", "content-length appears twice", 0));
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
            let what = "content-length is combined with transfer-encoding";
            return Err(violation("HPE_INVALID_TRANSFER_ENCODING", what, 0));
        }
        Ok(())
    }
}

/// A character of a token (RFC 9110 section 5.6.2).
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
    fn status(line: &str, expected: Result<u16, &str>) {
        assert_eq!(status_line(line.as_bytes()).map_err(|violation| violation.name), expected, "{line:?}");
    }

    #[test]
    fn status_lines_follow_the_grammar() {
        status("HTTP/1.1 200 OK", Ok(200));
        status("HTTP/1.0 999", Ok(999));
        status("http/1.1 200 OK", Err("HPE_INVALID_CONSTANT"));
        status("ICY 200 OK", Err("HPE_INVALID_CONSTANT"));
        status("<html>", Err("HPE_INVALID_CONSTANT"));
        status("HTTP/1.7 200 OK", Err("HPE_INVALID_VERSION"));
        status("HTTP/3.0 200 OK", Err("HPE_INVALID_VERSION"));
        status("HTTP/1.1  200 OK", Err("HPE_INVALID_STATUS"));
        status("HTTP/1.1 2000 OK", Err("HPE_INVALID_STATUS"));
        status("HTTP/1.1 099 Low", Err("status<100"));
    }

    #[test]
    fn a_status_line_that_is_cut_off_is_not_broken() {
        let whole = "HTTP/1.1 200 OK";
        for length in 0..whole.len() {
            assert!(status_line(&whole.as_bytes()[..length]).is_ok(), "{length}");
        }
    }

    #[track_caller]
    fn field(line: &str, expected: Option<&str>) {
        let found = field_line(line.as_bytes(), false).err().map(|violation| violation.name);
        assert_eq!(found, expected, "{line:?}");
    }

    #[test]
    fn field_lines_follow_the_grammar() {
        field("x: caf\u{e9}", None);
        field("x:", None);
        field("x : y", Some("HPE_INVALID_HEADER_TOKEN"));
        field("x\0: y", Some("HPE_INVALID_HEADER_TOKEN"));
        field(": y", Some("HPE_INVALID_HEADER_TOKEN"));
        field("x", Some("HPE_INVALID_HEADER_TOKEN"));
        field("x: \u{7}", Some("HPE_INVALID_HEADER_TOKEN"));
        field(" x: y", Some("HPE_UNEXPECTED_SPACE"));
    }

    #[test]
    fn lengths_must_not_contradict_each_other() {
        let note = |fields: &[(&str, &str)]| {
            let mut lengths = Lengths::default();
            let noted =
                fields.iter().try_for_each(|(name, value)| lengths.note(name.as_bytes(), value.as_bytes()));
            noted.err().map(|violation| violation.name)
        };
        assert_eq!(note(&[("content-length", "1"), ("x", "2")]), None);
        assert_eq!(
            note(&[("content-length", "1"), ("Content-Length", "1")]),
            Some("HPE_UNEXPECTED_CONTENT_LENGTH")
        );
        assert_eq!(
            note(&[("transfer-encoding", "chunked"), ("content-length", "1")]),
            Some("HPE_INVALID_TRANSFER_ENCODING")
        );
        for length in ["+1", "0x1", "99999999999999999999999", "-1", "1, 1", ""] {
            assert_eq!(note(&[("content-length", length)]), Some("HPE_INVALID_CONTENT_LENGTH"), "{length}");
        }
    }
}
