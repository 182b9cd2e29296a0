//! The character encoding of a body, as browsers find it (WHATWG Encoding Standard).

use encoding_rs::{Encoding, UTF_8};

/// A body as UTF-8.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// The text; nothing if the body is UTF-8 as it is.
    pub(super) text: Option<Vec<u8>>,
    /// What people should know about it.
    pub(super) warning: Option<String>,
}

/// Decodes a body by its byte order mark, or by the charset of its content type.
pub(super) fn decode(headers: &[(String, Vec<u8>)], body: &[u8]) -> Decoded {
    let content_type = headers.iter().find(|(name, _)| name == "content-type");
    let content_type = content_type.map(|(_, value)| String::from_utf8_lossy(value)).unwrap_or_default();
    if let Some((encoding, length)) = Encoding::for_bom(body) {
        let rest = body.get(length..).unwrap_or_default();
        let (text, _) = encoding.decode_without_bom_handling(rest);
        let is_json = content_type.split(';').next().is_some_and(|kind| kind.trim().ends_with("json"));
        let warning = is_json.then(|| {
            "the body begins with a byte order mark, which JSON must not have (RFC 8259 section 8.1)"
                .to_owned()
        });
        return Decoded { text: Some(text.into_owned().into_bytes()), warning };
    }
    let Some(label) = charset(&content_type) else { return Decoded::default() };
    match Encoding::for_label(label.as_bytes()) {
        None => {
            let warning =
                format!("the charset {label:?} of the content type is unknown: the body is read as UTF-8");
            Decoded { text: None, warning: Some(warning) }
        }
        Some(encoding) if encoding == UTF_8 => Decoded::default(),
        Some(encoding) => {
            let (text, _) = encoding.decode_without_bom_handling(body);
            Decoded { text: Some(text.into_owned().into_bytes()), warning: None }
        }
    }
}

/// The charset of a content type (RFC 9110 section 8.3.2).
fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content_type: &str, body: &[u8], text: &str, warns: bool) {
        let headers = [("content-type".to_owned(), content_type.as_bytes().to_vec())];
        let decoded = decode(&headers, body);
        let found = decoded.text.unwrap_or_else(|| body.to_vec());
        assert_eq!(String::from_utf8_lossy(&found), text, "{content_type}");
        assert_eq!(decoded.warning.is_some(), warns, "{content_type}: {:?}", decoded.warning);
    }

    #[test]
    fn a_body_is_decoded_by_its_charset() {
        check("text/html; charset=iso-8859-1", b"caf\xe9", "café", false);
        check("text/html; charset=\"windows-1252\"", b"\x80 5", "€ 5", false);
        check("text/plain; Charset=Shift_JIS", b"\x93\xfa\x96\x7b", "日本", false);
        check("text/plain; charset=utf-16le", b"h\0i\0", "hi", false);
        check("text/plain; format=flowed; charset=utf-8", "é".as_bytes(), "é", false);
        check("text/plain", "é".as_bytes(), "é", false);
        check("text/plain; charset=klingon", b"hi", "hi", true);
    }

    #[test]
    fn a_byte_order_mark_wins_and_is_not_part_of_the_text() {
        check("application/json", b"\xef\xbb\xbf{}", "{}", true);
        check("application/problem+json; charset=utf-8", b"\xef\xbb\xbf{}", "{}", true);
        check("text/plain; charset=iso-8859-1", b"\xef\xbb\xbf\xc3\xa9", "é", false);
        check("text/plain", b"\xff\xfeh\0i\0", "hi", false);
    }
}
