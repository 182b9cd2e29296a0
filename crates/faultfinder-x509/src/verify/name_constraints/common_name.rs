//! Common names that are host names (`cn2dnsid`).

/// The host name that a common name, in UTF-8, is; nothing if it is none.
///
/// It is one if it has two labels or more of letters, digits, `_` and, inside, `-`. NULs at the end are cut off.
///
/// # Errors
///
/// If it contains a NUL: it may be an attempt to impersonate another host.
pub(super) fn host(text: &[u8]) -> Result<Option<&[u8]>, &'static str> {
    let length = text.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let text = text.get(..length).unwrap_or_default();
    if text.contains(&0) {
        return Err("it has a NUL inside");
    }
    Ok(is_host(text).then_some(text))
}

fn is_host(text: &[u8]) -> bool {
    let mut dotted = false;
    let mut before = None;
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        let ends = before.zip(rest.as_slice().first());
        match (byte, ends) {
            (b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9', _) | (b'-', Some(_)) => {}
            (b'.', Some((before, after))) if before != b'-' && !matches!(after, b'.' | b'-') => dotted = true,
            _ => return false,
        }
        before = Some(*byte);
    }
    dotted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_has_two_labels_of_letters_digits_and_hyphens_inside() {
        let rows: &[(&str, Result<bool, ()>)] = &[
            ("a.test", Ok(true)),
            ("A_1.b-c.test", Ok(true)),
            ("a.test\0\0", Ok(true)),
            ("_.a", Ok(true)),
            ("192.0.2.1", Ok(true)),
            ("a--b.test", Ok(true)),
            ("localhost", Ok(false)),
            ("a_b", Ok(false)),
            ("", Ok(false)),
            ("\0", Ok(false)),
            (".a", Ok(false)),
            ("a.", Ok(false)),
            ("a.b.", Ok(false)),
            ("a..b", Ok(false)),
            ("-a.b", Ok(false)),
            ("a.b-", Ok(false)),
            ("a-.b", Ok(false)),
            ("a.-b", Ok(false)),
            ("*.a.b", Ok(false)),
            ("a.b c", Ok(false)),
            ("bücher.test", Ok(false)),
            ("a.test\0b", Err(())),
            ("Not a host\0at all", Err(())),
        ];
        for (text, expected) in rows {
            let found = host(text.as_bytes()).map(|host| host.is_some()).map_err(|_| ());
            assert_eq!(found, *expected, "{text:?}");
        }
        assert_eq!(host(b"a.b\0"), Ok(Some(&b"a.b"[..])));
    }
}
