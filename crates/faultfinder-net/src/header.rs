//! Header lines that may be sent (RFC 9110 section 5).

use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::{HeaderName, HeaderValue};

/// A header that may be sent. `fields` is what headers are called in faults: `http.headers`.
///
/// Characters up to U+00FF are sent as one byte each (ISO-8859-1), as Node.js does.
///
/// # Errors
///
/// `INVALID_CHAR_IN_HEADER` naming the header.
pub fn header(fields: &str, name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Fault> {
    let field = format!("{fields}.{}", printable(name));
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        let message = if name.is_empty() {
            "a header has an empty name".to_owned()
        } else {
            format!(
                "the header name {name:?} has a character that no token may have (RFC 9110 section 5.6.2)"
            )
        };
        fault("ERR_INVALID_HTTP_TOKEN", &field, message)
    })?;
    let bytes = latin1(value).ok_or_else(|| bad_value(&field, name, value))?;
    let value = HeaderValue::from_bytes(&bytes).map_err(|_| bad_value(&field, name, value))?;
    Ok((parsed, value))
}

fn latin1(value: &str) -> Option<Vec<u8>> {
    value.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

/// Gives the position and the character, never the value: it may be secret.
fn bad_value(field: &str, name: &str, value: &str) -> Fault {
    let refused =
        |character: &char| (character.is_control() && *character != '\t') || u32::from(*character) > 0xff;
    let found = value.chars().enumerate().find(|(_, character)| refused(character));
    let message = match found {
        Some((at, character)) => format!(
            "the value of the header {name:?} has U+{:04X} at character {}, which no header may have",
            u32::from(character),
            at + 1
        ),
        None => format!("the value of the header {name:?} has a character that no header may have"),
    };
    fault("ERR_INVALID_CHAR", field, message)
}

fn fault(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidCharInHeader, Phase::Config, Detail::definition(name, field), message)
}

fn printable(name: &str) -> String {
    name.escape_debug().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_control_characters_or_beyond_latin1_are_refused_without_showing_them() {
        for value in ["a\r\nb: c", "a\nb", "\u{0}", "\u{2603}"] {
            let fault = header("http.headers", "x", value).unwrap_err();
            assert_eq!(
                (fault.code, fault.detail.name()),
                (Code::InvalidCharInHeader, "ERR_INVALID_CHAR"),
                "{value:?}"
            );
        }
        assert_eq!(header("http.headers", "x", "caf\u{e9}\tok").unwrap().1.as_bytes(), b"caf\xe9\tok");
    }

    #[test]
    fn names_must_be_tokens() {
        for name in ["", "a b", "a:", "\u{e9}"] {
            assert_eq!(
                header("http.headers", name, "x").unwrap_err().detail.name(),
                "ERR_INVALID_HTTP_TOKEN",
                "{name:?}"
            );
        }
    }
}
