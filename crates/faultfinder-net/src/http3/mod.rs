//! What is wrong with the fields of a response over HTTP/3 (RFC 9114 sections 4.2 and 4.3), for the explanation of a fault.
//!
//! The library decodes them for the exchange, and reports only "malformed". When it does, [`broken_rule`] reads what came on the
//! stream of the request again. Without a fault nothing is decoded.

mod qpack; // field sections as they are compressed

use crate::http2::field::{Finding, STATUS, Seen, shown};
use qpack::Fields;

/// Most bytes of a response's stream that are kept for an explanation.
pub const KEPT_BYTES_MAX: usize = 64 << 10;

/// The type of a HEADERS frame (RFC 9114 section 7.2.2).
const HEADERS: u64 = 1;

/// The first rule for fields that a response breaks, with the document that says so. `received` are the bytes of its stream, as far
/// as they were kept.
#[must_use]
pub fn broken_rule(received: &[u8]) -> Option<String> {
    let mut rest = received;
    let mut has_head = false;
    while let Some((kind, after)) = varint(rest) {
        let (length, content) = varint(after)?;
        let content_length = usize::try_from(length).ok()?;
        let frame = content.get(..content_length)?;
        if kind == HEADERS {
            match section(frame, has_head) {
                Ok(status) => has_head |= status.is_some_and(|status| status >= 200),
                Err((what, document)) => {
                    return Some(format!("in a HEADERS frame, {what} ({})", of_http3(document)));
                }
            }
        }
        rest = content.get(content_length..)?;
    }
    None
}

/// The status of a head; nothing for trailers, and where the fields cannot be read to the end.
fn section(frame: &[u8], is_trailers: bool) -> Result<Option<u16>, Finding> {
    let mut seen = Seen::default();
    let Some(fields) = Fields::of(frame) else { return Ok(None) };
    for field in fields {
        let Some(field) = field else { return Ok(seen.status) };
        if let Some(finding) = seen.take(&field, is_trailers) {
            return Err(finding);
        }
    }
    if !is_trailers && seen.status.is_none() {
        return Err((format!("the response has no {}", shown(STATUS)), "RFC 9113 section 8.3.2"));
    }
    Ok(seen.status)
}

/// The document of HTTP/3 for a rule that it shares with HTTP/2.
fn of_http3(document: &'static str) -> &'static str {
    match document {
        "RFC 9113 section 8.2.1" | "RFC 9113 section 8.2.2" => "RFC 9114 section 4.2",
        "RFC 9113 section 8.3" => "RFC 9114 section 4.3",
        "RFC 9113 section 8.3.2" => "RFC 9114 section 4.3.2",
        other => other,
    }
}

/// An integer of QUIC (RFC 9000 section 16), and what is behind it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (first, _) = bytes.split_first()?;
    let length = 1_usize << (first >> 6);
    let (number, rest) = bytes.split_at_checked(length)?;
    let number = number.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    // Without the two bits of the length.
    Some((number & (u64::MAX >> (64 - (8 * length - 2))), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_the_standard() {
        // RFC 9000 appendix A.1.
        for (bytes, number) in [
            (&[0x25][..], 37),
            (&[0x40, 0x25], 37),
            (&[0x7b, 0xbd], 15_293),
            (&[0x9d, 0x7f, 0x3e, 0x7d], 494_878_333),
            (&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c], 151_288_809_941_952_652),
        ] {
            assert_eq!(varint(bytes), Some((number, &[][..])));
            assert_eq!(varint(&bytes[..bytes.len() - 1]), None);
        }
    }

    /// A HEADERS frame with literal names.
    fn headers(fields: &[(&str, &str)]) -> Vec<u8> {
        let mut section = vec![0, 0];
        for (name, value) in fields {
            // 0010 0111, the rest of a length of seven and more behind it.
            section.extend([0x27, u8::try_from(name.len() - 7).unwrap()]);
            section.extend(name.as_bytes());
            section.push(u8::try_from(value.len()).unwrap());
            section.extend(value.as_bytes());
        }
        [&[1, u8::try_from(section.len()).unwrap()], &section[..]].concat()
    }

    #[test]
    fn the_field_that_breaks_a_rule_is_named() {
        let ok = headers(&[(":status", "200"), ("content-type", "a/b")]);
        let interim = headers(&[(":status", "103"), ("x-early-hint", "1")]);
        let data = [0, 2, b'h', b'i'];
        assert_eq!(broken_rule(&[&interim[..], &ok, &data].concat()), None);
        for (section, words) in [
            (headers(&[("x-lab-a", "1")]), "the response has no \":status\" (RFC 9114 section 4.3.2)"),
            (
                headers(&[(":status", "abc")]),
                "\":status\" is \"abc\", it must be a status code of three digits (RFC 9114 section 4.3.2)",
            ),
            (
                headers(&[(":status", "200"), ("x-Lab-a", "1")]),
                "the field name \"x-Lab-a\" has the uppercase letter L (RFC 9114 section 4.2)",
            ),
            (
                headers(&[(":status", "200"), (":lab-ab", "1")]),
                "the pseudo-header \":lab-ab\" is not defined (RFC 9114 section 4.3)",
            ),
        ] {
            let received = [&interim[..], &section].concat();
            assert_eq!(broken_rule(&received).unwrap(), format!("in a HEADERS frame, {words}"));
            // What has not come is not judged.
            assert_eq!(broken_rule(&received[..received.len() - 1]), None);
        }
        let trailers = [&ok[..], &data, &headers(&[(":status", "200")])].concat();
        let words =
            "in a HEADERS frame, the trailers have the pseudo-header \":status\" (RFC 9114 section 4.3)";
        assert_eq!(broken_rule(&trailers).unwrap(), words);
    }
}
