//! Patterns of `pat(..)`: `*` is any text, `?` any character, `[a-z]` one of some.

/// A pattern for the whole of a text, as a regular expression.
pub(super) fn regex(pattern: &str) -> String {
    format!("(?s)^{}$", body(pattern))
}

/// The same for a text around which there may be white space, as around a body.
pub(super) fn regex_of_body(pattern: &str) -> String {
    format!("(?s)^\\s*{}\\s*$", body(pattern))
}

/// A text that has no meaning as a pattern.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        escape(&mut out, c);
    }
    out
}

fn escape(out: &mut String, c: char) {
    // Behind a backslash these two would be the ends of words.
    if c.is_ascii_punctuation() && !matches!(c, '<' | '>' | '_') {
        out.push('\\');
    }
    out.push(c);
}

fn body(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            '\\' => escape(&mut out, chars.next().unwrap_or('\\')),
            '[' => match chars.as_str().split_once(']') {
                Some((inside, after)) if !inside.is_empty() => {
                    out.push_str(&class(inside));
                    chars = after.chars();
                }
                _ => out.push_str("\\["),
            },
            c => escape(&mut out, c),
        }
    }
    out
}

fn class(inside: &str) -> String {
    let (not, inside) = match inside.strip_prefix('^') {
        Some(inside) => ("^", inside),
        None => ("", inside),
    };
    let mut out = format!("[{not}");
    for c in inside.chars() {
        if c != '-' {
            escape(&mut out, c);
        } else {
            out.push(c);
        }
    }
    out.push(']');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_for_the_whole_text() {
        for (glob, ours) in [
            ("john*", "(?s)^john.*$"),
            ("192.168.*.?", "(?s)^192\\.168\\..*\\..$"),
            ("*<h1>a_b</h1>*", "(?s)^.*<h1>a_b<\\/h1>.*$"),
            ("[a-c][^.]", "(?s)^[a-c][^\\.]$"),
            ("a\\*b", "(?s)^a\\*b$"),
            ("[a", "(?s)^\\[a$"),
            ("{{", "(?s)^\\{\\{$"),
        ] {
            assert_eq!(regex(glob), ours, "{glob}");
        }
    }
}
