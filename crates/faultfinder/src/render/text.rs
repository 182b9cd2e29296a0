//! Padding, wrapping and numbers for people.

use std::time::Duration;

/// Widest line that is written, however wide the terminal is: longer ones are hard to read.
const WIDTH_MAX: usize = 120;
/// Narrowest width that is wrapped to.
const WIDTH_MIN: usize = 60;

/// The width of the terminal; 100 columns when there is none.
pub(crate) fn terminal_width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    width.unwrap_or(100).clamp(WIDTH_MIN, WIDTH_MAX)
}

/// Text with spaces behind it up to a width in characters.
pub(crate) fn pad(text: &str, width: usize) -> String {
    format!("{text:<width$}")
}

/// Text with spaces before it up to a width in characters.
pub(crate) fn pad_left(text: &str, width: usize) -> String {
    format!("{text:>width$}")
}

/// Text cut to a width in characters, with an ellipsis where something is missing.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// Text wrapped at spaces, every line indented and ended by a line feed.
pub(crate) fn wrapped(text: &str, indent: usize, width: usize) -> String {
    hanging(text, &" ".repeat(indent), &" ".repeat(indent), width)
}

/// A point of a list.
pub(crate) fn bullet(text: &str, indent: usize, width: usize) -> String {
    let spaces = " ".repeat(indent);
    hanging(text, &format!("{spaces}→ "), &format!("{spaces}  "), width)
}

/// Text wrapped at spaces, with one prefix for its first line and one for the others.
pub(crate) fn hanging(text: &str, first: &str, others: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        let needed =
            line.chars().count().saturating_add(word.chars().count()).saturating_add(usize::from(!empty));
        if !empty && needed > width {
            wrapped.push_str(line.trim_end());
            wrapped.push('\n');
            line = others.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    wrapped.push_str(line.trim_end());
    wrapped.push('\n');
    wrapped
}

/// A duration as people say it: `0.412 ms`, `12.3 ms`, `5.003 s`.
pub(crate) fn duration(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1000.0;
    if millis >= 1000.0 {
        format!("{:.3} s", millis / 1000.0)
    } else if millis >= 10.0 {
        format!("{millis:.1} ms")
    } else {
        format!("{millis:.3} ms")
    }
}

/// Text from outside on one line: control characters are shown, not obeyed (they could rewrite the terminal).
pub(crate) fn inert(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            letter if is_steering(letter) => shown.extend(letter.escape_unicode()),
            letter => shown.push(letter),
        }
    }
    shown
}

/// Whether a character acts on what shows a text instead of being shown: control characters, bidirectional overrides
/// (they could make a text read as another one), and code points that are not characters (XML 1.0 forbids the last two of
/// the first plane).
pub(crate) fn is_steering(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
}

/// A time in seconds since 1970 as `2026-11-22 05:39`, in UTC.
pub(crate) fn date(unix: i64) -> String {
    time::OffsetDateTime::from_unix_timestamp(unix).map_or_else(
        |_| format!("@{unix}"),
        |time| {
            let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
            format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", time.hour(), time.minute())
        },
    )
}

/// A stretch of time in the largest unit that fits: `3 days`, `1 hour`.
pub(crate) fn stretch(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let (count, unit) = match seconds {
        172_800.. => (seconds / 86_400, "day"),
        7_200.. => (seconds / 3600, "hour"),
        120.. => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_spaces_and_long_words_are_left_alone() {
        assert_eq!(wrapped("one two three", 2, 10), "  one two\n  three\n");
        assert_eq!(bullet("one two three", 1, 10), " → one two\n   three\n");
        assert_eq!(wrapped("a-very-long-word b", 0, 5), "a-very-long-word\nb\n");
    }

    #[test]
    fn what_peers_send_cannot_steer_the_terminal() {
        assert_eq!(inert("a\u{1b}[31mb\r\nc\u{202e}"), "a\\u{1b}[31mb\\r\\nc\\u{202e}");
    }

    #[test]
    fn durations_have_the_digits_that_matter() {
        let rows = [(412, "0.412 ms"), (12_345, "12.3 ms"), (5_003_000, "5.003 s")];
        for (micros, text) in rows {
            assert_eq!(duration(Duration::from_micros(micros)), text);
        }
    }

    #[test]
    fn stretches_of_time_use_the_largest_unit_that_fits() {
        let rows = [(1, "1 second"), (90, "90 seconds"), (-7_300, "2 hours"), (86_400 * 14, "14 days")];
        for (seconds, text) in rows {
            assert_eq!(stretch(seconds), text);
        }
    }

    #[test]
    fn dates_are_in_utc() {
        assert_eq!(date(0), "1970-01-01 00:00");
    }
}
