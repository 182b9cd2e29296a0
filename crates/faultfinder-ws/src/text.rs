//! Whether bytes that come in pieces are UTF-8.

/// Looks at bytes as they come, and keeps nothing but the beginning of a character that is not complete.
#[derive(Debug, Default)]
pub(crate) struct Utf8 {
    /// The beginning of a character: at most three bytes.
    begun: Vec<u8>,
}

/// Longest character in UTF-8 (RFC 3629 section 3).
const CHARACTER_BYTES_MAX: usize = 4;

impl Utf8 {
    /// Takes the next bytes; whether everything so far is, or can still become, UTF-8.
    pub(crate) fn take(&mut self, mut bytes: &[u8]) -> bool {
        while !self.begun.is_empty() {
            let Some((first, rest)) = bytes.split_first() else { return true };
            self.begun.push(*first);
            bytes = rest;
            match std::str::from_utf8(&self.begun) {
                Ok(_) => self.begun.clear(),
                Err(error) if error.error_len().is_some() || self.begun.len() >= CHARACTER_BYTES_MAX => {
                    return false;
                }
                Err(_) => {}
            }
        }
        match std::str::from_utf8(bytes) {
            Ok(_) => true,
            Err(error) if error.error_len().is_some() => false,
            Err(error) => {
                self.begun = bytes.get(error.valid_up_to()..).unwrap_or_default().to_vec();
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether these bytes are UTF-8, taken in pieces of this length.
    fn is_text(bytes: &[u8], piece: usize) -> bool {
        let mut text = Utf8::default();
        bytes.chunks(piece).all(|chunk| text.take(chunk)) && text.begun.is_empty()
    }

    #[test]
    fn pieces_of_every_length_are_judged_like_the_whole() {
        let rows: [&[u8]; 9] = [
            "κόσμε € 𐍈 ok".as_bytes(),
            b"",
            b"\xc3",
            b"\xc3\x28",
            b"a\xff",
            b"\xf0\x9f\x92",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xc0\xaf",
        ];
        for bytes in rows {
            for piece in 1..=6 {
                assert_eq!(
                    is_text(bytes, piece),
                    std::str::from_utf8(bytes).is_ok(),
                    "{bytes:02x?} by {piece}"
                );
            }
        }
    }

    #[test]
    fn the_first_impossible_byte_is_enough() {
        let mut text = Utf8::default();
        assert!(text.take(b"\xf4"));
        assert!(!text.take(b"\x90"));
    }
}
