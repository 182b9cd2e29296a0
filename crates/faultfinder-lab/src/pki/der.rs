//! A small writer of DER (X.690): just enough for certificates, and able to write wrong ones.

use std::time::SystemTime;
use time::OffsetDateTime;

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OBJECT_IDENTIFIER: u8 = 0x06;
const ENUMERATED: u8 = 0x0a;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// Class bits of a context-specific tag.
const CONTEXT: u8 = 0x80;
/// The bit of a tag whose content is made of other elements.
const CONSTRUCTED: u8 = 0x20;

/// One element: its tag, its length in the shortest form, its content.
#[must_use]
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    out.push(tag);
    match u8::try_from(content.len()) {
        Ok(length) if length < 0x80 => out.push(length),
        _ => {
            let length = content.len().to_be_bytes();
            let digits: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0x7f));
            out.extend_from_slice(&digits);
        }
    }
    out.extend_from_slice(content);
    out
}

/// A SEQUENCE of elements.
#[must_use]
pub fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &elements.concat())
}

/// A SEQUENCE of elements that lie in a row already.
#[must_use]
pub fn sequence_of(elements: &[u8]) -> Vec<u8> {
    element(SEQUENCE, elements)
}

/// A SET of one element.
#[must_use]
pub fn set(only: &[u8]) -> Vec<u8> {
    element(SET, only)
}

/// A BOOLEAN.
#[must_use]
pub fn boolean(value: bool) -> Vec<u8> {
    element(BOOLEAN, &[if value { 0xff } else { 0x00 }])
}

/// A non-negative INTEGER, given as big-endian bytes with or without leading zeros.
#[must_use]
pub fn integer(magnitude: &[u8]) -> Vec<u8> {
    let mut digits: Vec<u8> = magnitude.iter().copied().skip_while(|byte| *byte == 0).collect();
    if digits.first().is_none_or(|first| *first >= 0x80) {
        digits.insert(0, 0);
    }
    element(INTEGER, &digits)
}

/// An ENUMERATED below 128.
#[must_use]
pub fn enumerated(value: u8) -> Vec<u8> {
    element(ENUMERATED, &[value & 0x7f])
}

/// A BIT STRING of whole bytes.
#[must_use]
pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes].concat())
}

/// A BIT STRING of named bits (bit 0 is the first), without trailing zero bits as DER wants it.
#[must_use]
pub fn named_bits(bits: &[u8]) -> Vec<u8> {
    let word =
        bits.iter().fold(0_u16, |word, bit| word | 0x8000_u16.checked_shr(u32::from(*bit)).unwrap_or(0));
    let [first, second] = word.to_be_bytes();
    let unused = u8::try_from(word.trailing_zeros() % 8).unwrap_or(0);
    match (first, second) {
        (0, 0) => element(BIT_STRING, &[0]),
        (_, 0) => element(BIT_STRING, &[unused, first]),
        _ => element(BIT_STRING, &[unused, first, second]),
    }
}

/// An OCTET STRING.
#[must_use]
pub fn octet_string(bytes: &[u8]) -> Vec<u8> {
    element(OCTET_STRING, bytes)
}

/// NULL.
#[must_use]
pub fn null() -> Vec<u8> {
    element(NULL, &[])
}

/// An OBJECT IDENTIFIER, given by its arcs.
#[must_use]
pub fn oid(arcs: &[u32]) -> Vec<u8> {
    let mut content = Vec::new();
    // The first two arcs share one number.
    let (head, tail) = match arcs {
        [first, second, tail @ ..] => (first * 40 + second, tail),
        [only] => (only * 40, [].as_slice()),
        [] => (0, [].as_slice()),
    };
    for arc in std::iter::once(&head).chain(tail) {
        let groups = (0..5_u32).rev().map(|group| u8::try_from((arc >> (7 * group)) & 0x7f).unwrap_or(0));
        let mut groups: Vec<u8> = groups.skip_while(|group| *group == 0).collect();
        let last = groups.pop().unwrap_or(0);
        content.extend(groups.into_iter().map(|group| group | 0x80));
        content.push(last);
    }
    element(OBJECT_IDENTIFIER, &content)
}

/// A UTF8String.
#[must_use]
pub fn utf8_string(text: &str) -> Vec<u8> {
    element(UTF8_STRING, text.as_bytes())
}

/// A UTCTime with this content, well-formed or not.
#[must_use]
pub fn utc_time(content: &str) -> Vec<u8> {
    element(UTC_TIME, content.as_bytes())
}

/// A GeneralizedTime.
#[must_use]
pub fn generalized_time(at: SystemTime) -> Vec<u8> {
    let at = OffsetDateTime::from(at);
    let date = format!("{:04}{:02}{:02}", at.year(), u8::from(at.month()), at.day());
    let time = format!("{:02}{:02}{:02}Z", at.hour(), at.minute(), at.second());
    element(GENERALIZED_TIME, format!("{date}{time}").as_bytes())
}

/// A time as RFC 5280 section 4.1.2.5 wants it: UTCTime until 2049, GeneralizedTime outside.
#[must_use]
pub fn time(at: SystemTime) -> Vec<u8> {
    let at = OffsetDateTime::from(at);
    let (year, month) = (at.year(), u8::from(at.month()));
    let rest = format!("{month:02}{:02}{:02}{:02}{:02}Z", at.day(), at.hour(), at.minute(), at.second());
    if (1950..2050).contains(&year) {
        utc_time(&format!("{:02}{rest}", year % 100))
    } else {
        generalized_time(at.into())
    }
}

/// An element with a context-specific tag around whole elements: `[tag] EXPLICIT`, or an implicit SEQUENCE.
#[must_use]
pub fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    element(CONTEXT | CONSTRUCTED | tag, content)
}

/// A primitive element whose own tag is replaced by a context-specific one: `[tag] IMPLICIT`.
#[must_use]
pub fn implicit(tag: u8, content: &[u8]) -> Vec<u8> {
    element(CONTEXT | tag, content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn lengths_take_the_shortest_form() {
        for (length, head) in [
            (0, vec![0x04, 0x00]),
            (0x7f, vec![0x04, 0x7f]),
            (0x80, vec![0x04, 0x81, 0x80]),
            (0x100, vec![0x04, 0x82, 0x01, 0x00]),
        ] {
            assert_eq!(octet_string(&vec![0; length])[..head.len()], head, "{length}");
        }
    }

    #[test]
    fn integers_are_minimal_and_never_negative() {
        for (magnitude, written) in
            [(vec![], vec![2, 1, 0]), (vec![0, 0, 1], vec![2, 1, 1]), (vec![0x80], vec![2, 2, 0, 0x80])]
        {
            assert_eq!(integer(&magnitude), written, "{magnitude:?}");
        }
    }

    #[test]
    fn object_identifiers_are_written_in_groups_of_seven_bits() {
        assert_eq!(
            oid(&[1, 2, 840, 113_549, 1, 1, 11]),
            [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0b]
        );
        assert_eq!(oid(&[2, 5, 29, 15]), [6, 3, 0x55, 0x1d, 0x0f]);
    }

    #[test]
    fn named_bits_lose_their_trailing_zeros() {
        for (bits, written) in [
            (vec![], vec![3, 1, 0]),
            (vec![0], vec![3, 2, 7, 0x80]),
            (vec![5, 6], vec![3, 2, 1, 0x06]),
            (vec![8], vec![3, 3, 7, 0x00, 0x80]),
        ] {
            assert_eq!(named_bits(&bits), written, "{bits:?}");
        }
    }

    #[test]
    fn times_change_their_type_in_2050() {
        let at = |seconds| {
            String::from_utf8_lossy(&time(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))).into_owned()
        };
        assert_eq!(at(0), "\u{17}\u{d}700101000000Z");
        assert_eq!(at(1_709_210_096), "\u{17}\u{d}240229123456Z");
        assert_eq!(at(2_524_607_999), "\u{17}\u{d}491231235959Z");
        assert_eq!(at(2_524_608_000), "\u{18}\u{f}20500101000000Z");
    }
}
