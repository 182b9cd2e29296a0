//! A body as it is compared with words: its beginning, without what differs between servers and parsers.

use faultfinder_taxonomy::EdgeAnswer;

/// How much of a body is read, in bytes.
pub(super) const BODY_BYTES_MAX: usize = 64 << 10;
/// Longest character reference that is decoded, without its `&` and `;`.
const REFERENCE_BYTES_MAX: usize = 5;

/// The beginning of a body, twice: as it is, and in lower case. Both have the same length.
///
/// Character references to ASCII are decoded (Akamai writes `&#35;18&#46;`), white space is one space, and the
/// typographic apostrophe is the one of ASCII.
pub(super) struct Text {
    plain: String,
    lower: String,
}

impl Text {
    pub(super) fn new(body: &[u8]) -> Self {
        let body = body.get(..BODY_BYTES_MAX).unwrap_or(body);
        let body = String::from_utf8_lossy(body);
        let mut plain = String::with_capacity(body.len());
        let mut rest = body.as_ref();
        while let Some(letter) = rest.chars().next() {
            let after = rest.get(letter.len_utf8()..).unwrap_or_default();
            let (letter, after) = match letter {
                '&' => decoded(after).unwrap_or((letter, after)),
                '\u{2019}' => ('\'', after),
                _ => (letter, after),
            };
            if !letter.is_ascii_whitespace() {
                plain.push(letter);
            } else if !plain.ends_with(' ') {
                plain.push(' ');
            }
            rest = after;
        }
        Self { lower: plain.to_ascii_lowercase(), plain }
    }

    /// Whether the words, which are in lower case, are there.
    pub(super) fn has(&self, words: &str) -> bool {
        self.lower.contains(words)
    }

    /// The identifier behind these words, which are in lower case, if it is one.
    pub(super) fn reference_after(&self, words: &str) -> Option<String> {
        let start = self.lower.find(words)?.checked_add(words.len())?;
        let rest = self.plain.get(start..)?.trim_start();
        let end = rest.find(|letter| !is_of_reference(letter)).unwrap_or(rest.len());
        reference(rest.get(..end)?)
    }
}

/// A text as a reference, if it is nothing else: short, in printable ASCII, without spaces.
pub(super) fn reference(text: &str) -> Option<String> {
    // A sentence may end behind it.
    let text = text.trim_end_matches(['.', ',', ':']);
    let is_one = !text.is_empty()
        && text.len() <= EdgeAnswer::REFERENCE_BYTES_MAX
        && text.chars().all(is_of_reference)
        && text.chars().any(|letter| letter.is_ascii_digit());
    is_one.then(|| text.to_owned())
}

const fn is_of_reference(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '=' | '+' | '/' | ':')
}

/// The ASCII character that a character reference means, from behind its `&`, and what follows.
fn decoded(text: &str) -> Option<(char, &str)> {
    let end = text.bytes().take(REFERENCE_BYTES_MAX.saturating_add(1)).position(|byte| byte == b';')?;
    let (name, after) = (text.get(..end)?, text.get(end.checked_add(1)?..)?);
    let letter = match name {
        "quot" => '"',
        "apos" => '\'',
        "amp" => '&',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u8::from_str_radix(digits, 16).ok()?,
                None => number.parse::<u8>().ok()?,
            };
            Some(char::from(code)).filter(char::is_ascii)?
        }
    };
    Some((letter, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        assert_eq!(Text::new(body.as_bytes()).plain, expected);
    }

    #[test]
    fn character_references_and_white_space_do_not_matter() {
        check("a\r\n\t b", "a b");
        check("Reference&#32;&#35;18&#46;e3&#x2e;0", "Reference #18.e3.0");
        check("You don\u{2019}t &quot;have&quot;&nbsp;&apos;it&apos; &amp; x", "You don't \"have\" 'it' & x");
        check(
            "&; &#; &#x; &#999; &#200; &unknown; &#000000035; &",
            "&; &#; &#x; &#999; &#200; &unknown; &#000000035; &",
        );
        check("<&#60;&lt;", "<<&lt;");
    }

    #[test]
    fn only_the_beginning_is_read() {
        let body = |length| format!("{}needle", " x".repeat(length / 2)).into_bytes();
        assert!(Text::new(&body(BODY_BYTES_MAX - 6)).has("needle"));
        assert!(!Text::new(&body(BODY_BYTES_MAX - 4)).has("needle"));
    }

    #[test]
    fn a_reference_keeps_its_case_and_is_nothing_but_one() {
        let found = |body: &str| Text::new(body.as_bytes()).reference_after("request id: ");
        assert_eq!(found("Request ID: yaPS_b-1==\n</PRE>").as_deref(), Some("yaPS_b-1=="));
        assert_eq!(found("Request ID: 12.").as_deref(), Some("12"));
        assert_eq!(found("Request ID: <b>12</b>"), None);
        assert_eq!(found("Request ID: unknown"), None);
        let length = EdgeAnswer::REFERENCE_BYTES_MAX;
        assert!(found(&format!("Request ID: {}", "7".repeat(length))).is_some());
        assert_eq!(found(&format!("Request ID: {}", "7".repeat(length + 1))), None);
    }
}
