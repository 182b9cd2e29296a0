#![no_main]
//! A content type and a body, with a NUL between them: no input panics, and what comes out is UTF-8, at most three
//! times as long as the body.

#[path = "../../crates/faultfinder-engine/src/protocol/http/charset.rs"]
mod charset;

use libfuzzer_sys::fuzz_target;

/// One byte of a single-byte encoding, or one that is not valid, becomes at most three of UTF-8.
const BYTES_PER_BYTE_MAX: usize = 3;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == 0);
    let content_type = parts.next().unwrap_or_default().to_vec();
    let body = parts.next().unwrap_or_default();
    let decoded = charset::decode(&[("content-type".to_owned(), content_type)], body);
    if let Some(text) = decoded.text {
        assert!(std::str::from_utf8(&text).is_ok());
        assert!(text.len() <= body.len() * BYTES_PER_BYTE_MAX + BYTES_PER_BYTE_MAX, "{}", text.len());
    }
});
