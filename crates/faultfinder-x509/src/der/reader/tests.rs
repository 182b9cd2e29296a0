//! What the reader accepts, and what it does not.

use super::*;
use crate::der::write;

#[test]
fn lengths_may_be_longer_than_need_be_and_indefinite() {
    let rows: &[(&[u8], Option<&[u8]>)] = &[
        (&[4, 2, 1, 2], Some(&[1, 2])),
        (&[4, 0x81, 2, 1, 2], Some(&[1, 2])),
        (&[4, 0x84, 0, 0, 0, 2, 1, 2], Some(&[1, 2])),
        (&[0x24, 0x80, 4, 1, 1, 4, 1, 2, 0, 0], Some(&[1, 2])),
        (&[0x24, 0x80, 4, 1, 1, 4, 1, 2], None),
        (&[4, 0x80, 0, 0], None),
        (&[4, 0x81, 0], None),
        (&[4, 0x81, 0, 7], Some(&[])),
        (&[4, 3, 1, 2], None),
        (&[4, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1], None),
        (&[], None),
    ];
    for (input, expected) in rows {
        let read = Reader::new(input).any().and_then(|value| value.string().map(Cow::into_owned));
        assert_eq!(read.ok().as_deref(), *expected, "{input:02x?}");
    }
}

#[test]
fn values_of_any_type_must_be_well_formed() {
    let rows: &[(&[u8], bool)] = &[
        (&[5, 0], true),
        (&[5, 1, 0], false),
        (&[6, 2, 0x2a, 3], true),
        (&[6, 2, 0x2a, 0x83], false),
        (&[2, 2, 0, 1], false),
        (&[30, 1, 0], false),
        (&[28, 4, 0, 0, 0, 0x41], true),
        (&[23, 1, 0x30], false),
        (&[0x10, 0], false),
        (&[0x30, 0], true),
        (&[0x81, 1, 0xff], true),
    ];
    for (input, good) in rows {
        assert_eq!(Reader::new(input).any().unwrap().well_formed().is_ok(), *good, "{input:02x?}");
    }
}

#[test]
fn integers_must_be_minimal() {
    for (content, good) in [
        (&[][..], false),
        (&[0], true),
        (&[0, 1], false),
        (&[0, 0x80], true),
        (&[0xff, 0x80], false),
        (&[0xff, 0], true),
    ] {
        let mut input = Vec::new();
        write(&mut input, 2, content);
        assert_eq!(Reader::new(&input).any().unwrap().integer().is_ok(), good, "{content:02x?}");
    }
}

#[test]
fn nesting_is_bounded_only_where_pieces_of_strings_are_put_together() {
    let mut input: Vec<u8> = Vec::new();
    for _ in 0..100 {
        input.extend([0x24, 0x80]);
    }
    input.extend([0; 200]);
    let value = Reader::new(&input).any().unwrap();
    assert_eq!(value.whole(), input);
    assert_eq!(value.string(), Err(DerFault::TooDeep));
}
