//! Bytes in the form that evidence shows.

/// Maximum number of bytes that evidence shows of what was received.
pub const EXCERPT_BYTES_MAX: usize = 256;
/// Maximum number of bytes shown as digits.
const DIGITS_BYTES_MAX: usize = 64;

/// The first bytes of some data: as text if they are text, as hexadecimal digits otherwise.
#[must_use]
pub fn excerpt(bytes: &[u8]) -> String {
    let shown = bytes.get(..EXCERPT_BYTES_MAX).unwrap_or(bytes);
    match std::str::from_utf8(shown) {
        Ok(text) if !text.contains('\0') => text.escape_debug().to_string(),
        _ => shown
            .iter()
            .take(DIGITS_BYTES_MAX)
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_text_and_the_rest_as_digits() {
        assert_eq!(excerpt(b"HTTP/1.1 200\r\n"), "HTTP/1.1 200\\r\\n");
        assert_eq!(excerpt(&[0x88, 0x02, 0x03, 0xe8]), "88 02 03 e8");
        assert_eq!(excerpt(&[b'a'; 1000]).len(), EXCERPT_BYTES_MAX);
    }
}
