//! Words for people: durations, and text from outside that cannot act on what is around it.

use std::fmt::Write as _;
use std::time::Duration;

/// Longest name that is shown, in characters.
pub(super) const NAME_CHARS_MAX: usize = 200;
/// Longest text that is shown in a row, in characters.
pub(super) const TEXT_CHARS_MAX: usize = 2_000;

/// A page in which each character that would not be seen, or would change how others are shown, is written out. No template
/// has such a character, so all of them come from outside.
pub(super) fn visible(page: String) -> String {
    if !page.chars().any(is_hidden) {
        return page;
    }
    let mut shown = String::with_capacity(page.len().saturating_add(64));
    for letter in page.chars() {
        if is_hidden(letter) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Control characters but for the ends of lines and tabs, those that set the direction of writing (Unicode TR 9), and those
/// without a form of their own that are used to hide text.
const fn is_hidden(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// A text of at most so many characters; what is longer ends with an ellipsis.
pub(super) fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A name as it is shown: of one line, and of bounded length.
pub(super) fn name(text: &str) -> String {
    cut(text, NAME_CHARS_MAX)
}

/// A number of things: `1 test`, `2 tests`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with commas between its thousands.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// How long something took: `0.42 ms`, `12.3 ms`, `340 ms`, `2.41 s`, `3 min 5 s`.
pub(super) fn took(millis: f64) -> String {
    let millis = if millis.is_finite() { millis.max(0.0) } else { 0.0 };
    match millis {
        _ if millis < 0.005 => "0 ms".to_owned(),
        _ if millis < 1.0 => format!("{millis:.2} ms"),
        _ if millis < 99.95 => format!("{millis:.1} ms"),
        _ if millis < 999.5 => format!("{millis:.0} ms"),
        _ if millis < 59_995.0 => format!("{:.2} s", millis / 1000.0),
        _ => span(Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()),
    }
}

/// The milliseconds of a duration.
pub(super) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// A span of time in its two largest units: `45 s`, `5 min`, `3 h 20 min`, `12 d`.
pub(super) fn span(duration: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let seconds = duration.as_secs();
    if seconds == 0 {
        return match duration.as_millis() {
            0 => "0 s".to_owned(),
            millis => format!("{millis} ms"),
        };
    }
    let largest = UNITS.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(3);
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, word) in UNITS.iter().skip(largest).take(2) {
        let number = left / unit;
        left %= unit;
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    // Days ago: hours say little.
    if seconds >= 10 * 86_400 {
        parts.truncate(1);
    }
    parts.join(" ")
}

/// A text with a capital at its beginning, if that is a plain word: a host or a path stays as it is.
pub(super) fn sentence(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    match text.split_at_checked(1).filter(|_| is_word) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => text.to_owned(),
    }
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_code: bool,
}

/// A text, in which code is between backticks, in its parts. One without a partner is a part of the text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let has_pairs = text.matches('`').count().is_multiple_of(2);
    let parts: Vec<&str> = if has_pairs { text.split('`').collect() } else { vec![text] };
    let pieces = parts.into_iter().enumerate();
    let pieces = pieces.map(|(place, text)| Piece { text: text.to_owned(), is_code: place % 2 == 1 });
    pieces.filter(|piece| !piece.text.is_empty()).collect()
}

/// A text as a part of a URL.
pub(super) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_on_the_text_around_it_is_written_out() {
        for (text, shown) in [
            ("plain\n\ttext é 👍", "plain\n\ttext é 👍"),
            ("a\u{202e}b\u{2066}c", "a\\u{202e}b\\u{2066}c"),
            ("\0\u{1b}[31m\r\u{85}", "\\u{0}\\u{1b}[31m\\u{d}\\u{85}"),
            ("zero\u{200b}width\u{feff}\u{e0041}", "zero\\u{200b}width\\u{feff}\\u{e0041}"),
        ] {
            assert_eq!(visible(text.to_owned()), shown);
        }
    }

    #[test]
    fn durations_are_in_units_that_are_read_at_a_glance() {
        for (millis, shown) in [
            (0.0, "0 ms"),
            (0.42, "0.42 ms"),
            (12.34, "12.3 ms"),
            (340.2, "340 ms"),
            (2_412.0, "2.41 s"),
            (185_000.0, "3 min 5 s"),
            (f64::NAN, "0 ms"),
        ] {
            assert_eq!(took(millis), shown);
        }
        for (seconds, shown) in
            [(0, "0 s"), (45, "45 s"), (300, "5 min"), (12_000, "3 h 20 min"), (12 * 86_400 + 7_200, "12 d")]
        {
            assert_eq!(span(Duration::from_secs(seconds)), shown);
        }
        assert_eq!(span(Duration::from_millis(500)), "500 ms");
    }

    #[test]
    fn code_in_a_text_is_between_backticks() {
        let piece = |text: &str, is_code| Piece { text: text.to_owned(), is_code };
        assert_eq!(
            pieces("`a` or `b`."),
            [piece("a", true), piece(" or ", false), piece("b", true), piece(".", false)]
        );
        assert_eq!(pieces("a ` b"), [piece("a ` b", false)]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!((cut("äöü", 3), cut("äöüß", 3)), ("äöü".to_owned(), "äöü…".to_owned()));
        assert_eq!(sentence("check the host"), "Check the host");
        assert_eq!(
            (sentence("a.test refused"), sentence("über")),
            ("a.test refused".to_owned(), "über".to_owned())
        );
        assert_eq!((grouped(7), grouped(1_234_567)), ("7".to_owned(), "1,234,567".to_owned()));
    }
}
