//! Bytes that are written in base64.

use super::{BadValue, FromText, ValueKind};
use crate::text::quoted;
use ::base64::alphabet::{STANDARD, URL_SAFE};
use ::base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use ::base64::engine::{DecodePaddingMode, Engine};

/// Bytes that are written in base64 (RFC 4648 sections 4 and 5): either alphabet, with or without padding, with spaces
/// and line breaks anywhere, as other tools break it into lines.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Base64(Vec<u8>);

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

impl Base64 {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl FromText for Base64 {
    const KIND: ValueKind = ValueKind::Text;

    fn expected() -> String {
        "bytes in base64".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let bare: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
        let alphabet = if bare.contains(['-', '_']) { URL_SAFE } else { STANDARD };
        match GeneralPurpose::new(&alphabet, LENIENT).decode(&bare) {
            Ok(bytes) => Ok(Self(bytes)),
            Err(error) => {
                let message = format!("{} is not base64: {error}", quoted(text));
                Err(BadValue::new(message)
                    .help("encode the bytes as RFC 4648 says, such as `aGVsbG8=` for `hello`"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_are_read_with_and_without_padding() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("aGVsbG8=", b"hello"),
            ("aGVsbG8", b"hello"),
            ("aGVs\n  bG8=\n", b"hello"),
            ("-_8=", &[0xfb, 0xff]),
            ("+/8=", &[0xfb, 0xff]),
        ] {
            assert_eq!(Base64::from_text(text).unwrap().into_bytes(), bytes, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in ["a", "aGVsbG8==x", "äöü=", "{\"a\"}"] {
            let bad = Base64::from_text(text).unwrap_err();
            assert!(bad.message.contains("is not base64"), "{text}: {}", bad.message);
        }
    }
}
