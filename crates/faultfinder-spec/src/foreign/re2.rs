//! Regular expressions of Go (RE2) as native ones.
//!
//! Both are the same language but for a few spellings: `{` that counts nothing, `[` inside a class, `\<`, `\Q..\E`, octal
//! numbers. Slashes around a pattern mean nothing in Go. What could be read as a template does not remain.

/// The text that a pattern is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A text as it is.
    Whole,
    /// A DNS record. Go's has tabs and names with their final dot, the native one has spaces and no dots.
    Record,
}

/// A pattern of Go that is looked for in such a text.
pub(super) fn native(pattern: &str, subject: Subject) -> String {
    let chars: Vec<char> = pattern.chars().collect();
    let mut writer = Writer { chars: &chars, at: 0, out: String::with_capacity(pattern.len()), subject };
    if chars.first() == Some(&'/') {
        writer.at = 1;
        writer.out.push_str("\\/");
    }
    while let Some(c) = writer.next() {
        match c {
            '\\' => writer.escape(),
            '[' => writer.class(),
            '{' if !writer.counts() => writer.out.push_str("\\{"),
            '{' => writer.count(),
            '.' if subject == Subject::Record && writer.tab_follows() => writer.out.push_str("\\.?"),
            '\t' if subject == Subject::Record => writer.out.push_str("[ \\t]+"),
            c => writer.out.push(c),
        }
    }
    writer.out
}

/// The names of the groups of a pattern of Go, in order; those without a name are empty.
pub(super) fn groups(pattern: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            '\\' => {
                let mut after = rest.chars();
                after.next();
                rest = after.as_str();
            }
            '[' if !in_class => {
                in_class = true;
                let after = rest.strip_prefix('^').unwrap_or(rest);
                rest = after.strip_prefix(']').unwrap_or(after);
            }
            ']' => in_class = false,
            '(' if !in_class => {
                let named = rest.strip_prefix("?P<").or_else(|| rest.strip_prefix("?<"));
                if let Some((name, _)) = named.and_then(|named| named.split_once('>')) {
                    names.push(name.to_owned());
                } else if !rest.starts_with('?') {
                    names.push(String::new());
                }
            }
            _ => {}
        }
    }
    names
}

/// Whether a pattern is a text that matches itself and nothing else; that text.
pub(super) fn plain_text(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(char::is_ascii_punctuation)?),
            '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            c => text.push(c),
        }
    }
    Some(text)
}

struct Writer<'p> {
    chars: &'p [char],
    at: usize,
    out: String,
    subject: Subject,
}

impl Writer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at.saturating_add(ahead)).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        Some(c)
    }

    /// Whether the `{` just read begins a repetition: `{2}`, `{2,}`, `{2,5}`.
    fn counts(&self) -> bool {
        let rest = self.chars.get(self.at..).unwrap_or(&[]);
        let end = rest.iter().position(|c| *c == '}').unwrap_or(0);
        let inside: String = rest.iter().take(end).collect();
        let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        match inside.split_once(',') {
            Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
            None => is_number(&inside),
        }
    }

    /// The beginning of a repetition. Two braces in a row would be read as a template.
    fn count(&mut self) {
        if self.out.ends_with('{') {
            self.out.truncate(self.out.len().saturating_sub("\\{".len()));
            self.out.push_str("\\x7b");
        }
        self.out.push('{');
    }

    /// Whether what follows is a tab, or white space of any kind.
    fn tab_follows(&self) -> bool {
        match self.peek(0) {
            Some('\t') => true,
            Some('\\') => matches!(self.peek(1), Some('t' | 's')),
            Some('[') => self.peek(1) == Some(' ') || self.peek(1) == Some('\t'),
            _ => false,
        }
    }

    /// Whether a name may end here: nothing more is matched, and it is not the beginning of an address.
    fn ends_name(&self) -> bool {
        let is_end = matches!(self.peek(0), None | Some('$' | '|' | ')'));
        is_end && self.out.ends_with(|c: char| c.is_ascii_alphabetic())
    }

    /// What follows a backslash, outside of a class.
    fn escape(&mut self) {
        let Some(c) = self.next() else {
            self.out.push('\\');
            return;
        };
        match (c, self.subject) {
            ('Q', _) => self.quotation(),
            ('C', _) => self.out.push_str("(?s:.)"),
            ('t', Subject::Record) => self.out.push_str("[ \\t]+"),
            ('.', Subject::Record) if self.tab_follows() || self.ends_name() => self.out.push_str("\\.?"),
            _ => self.common_escape(c),
        }
    }

    /// What follows a backslash, also in a class.
    fn common_escape(&mut self, c: char) {
        let octal = |c: Option<char>| c.filter(|c| ('0'..='7').contains(c));
        match c {
            // Go reads these as they are; here they are the ends of words.
            '<' | '>' => self.out.push(c),
            '0'..='7' if c == '0' || octal(self.peek(0)).is_some() => {
                let mut value = c.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    let Some(digit) = octal(self.peek(0)).and_then(|c| c.to_digit(8)) else { break };
                    self.at += 1;
                    value = value * 8 + digit;
                }
                self.out.push_str(&format!("\\x{{{value:x}}}"));
            }
            c => {
                self.out.push('\\');
                self.out.push(c);
            }
        }
    }

    /// What is between `\Q` and `\E`, or the end.
    fn quotation(&mut self) {
        while let Some(c) = self.next() {
            if c == '\\' && self.peek(0) == Some('E') {
                self.at += 1;
                return;
            }
            if c.is_ascii_punctuation() && !matches!(c, '<' | '>') {
                self.out.push('\\');
            }
            self.out.push(c);
        }
    }

    /// A class, after its `[`.
    fn class(&mut self) {
        self.out.push('[');
        if self.peek(0) == Some('^') {
            self.at += 1;
            self.out.push('^');
        }
        let mut is_first = true;
        while let Some(c) = self.next() {
            match c {
                ']' if !is_first => {
                    self.out.push(']');
                    return;
                }
                '[' if self.peek(0) == Some(':') && self.named_class() => {}
                '\\' => match self.next() {
                    Some(c) => self.common_escape(c),
                    None => self.out.push('\\'),
                },
                // These are operators on classes here, or begin another class.
                ']' | '[' | '&' | '~' | '{' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                '-' if self.out.ends_with('-') => self.out.push_str("\\-"),
                c => self.out.push(c),
            }
            is_first = false;
        }
    }

    /// Copies `[:alpha:]`, whose `[` was just read; nothing if it is none.
    fn named_class(&mut self) -> bool {
        let rest = self.chars.get(self.at..).unwrap_or(&[]);
        let Some(end) = rest.windows(2).position(|pair| pair == [':', ']']).filter(|end| *end > 0) else {
            return false;
        };
        let name: String = rest.iter().take(end).collect();
        if !name.chars().skip(1).all(|c| c.is_ascii_lowercase() || c == '^') {
            return false;
        }
        self.out.push_str(&format!("[{name}:]"));
        self.at = self.at.saturating_add(end).saturating_add(2);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_keep_their_meaning() {
        for (go, ours) in [
            ("^a+$", "^a+$"),
            ("a{2}b{2,}c{2,5}", "a{2}b{2,}c{2,5}"),
            ("{\"a\":{{1}}", "\\{\"a\":\\x7b{1}}"),
            ("{{x}}", "\\{\\{x}}"),
            ("a{,5}", "a\\{,5}"),
            ("[[a-z]+", "[\\[a-z]+"),
            ("[]a]", "[\\]a]"),
            ("[^]&&~]", "[^\\]\\&\\&\\~]"),
            ("[+--]", "[+-\\-]"),
            ("[[:alpha:]_]", "[[:alpha:]_]"),
            ("[{{]", "[\\{\\{]"),
            ("/ok/i", "\\/ok/i"),
            ("\\<b\\>", "<b>"),
            ("\\Qa.b\\E.c", "a\\.b.c"),
            ("\\012\\0", "\\x{a}\\x{0}"),
            ("(?i)x(?P<n>y)", "(?i)x(?P<n>y)"),
            ("\\d\\.\\/", "\\d\\.\\/"),
            ("a\\", "a\\"),
            ("[a", "[a"),
        ] {
            assert_eq!(native(go, Subject::Whole), ours, "{go}");
        }
    }

    #[test]
    fn patterns_for_records_fit_native_records() {
        for (go, ours) in [
            ("a.test.\t300\tIN\tA\t127.0.0.1", "a.test\\.?[ \\t]+300[ \\t]+IN[ \\t]+A[ \\t]+127.0.0.1"),
            ("a\\.test\\.\\s+IN", "a\\.test\\.?\\s+IN"),
            ("mx1\\.a\\.test\\.$", "mx1\\.a\\.test\\.?$"),
            ("127.0.0.1", "127.0.0.1"),
            ("192\\.0\\.2\\.", "192\\.0\\.2\\."),
        ] {
            assert_eq!(native(go, Subject::Record), ours, "{go}");
        }
    }

    #[test]
    fn groups_are_counted_as_go_counts_them() {
        assert_eq!(groups("(a)(?:b)(?P<n>c)[(]\\((?<m>[^](])"), ["", "n", "m"]);
    }

    #[test]
    fn plain_texts_are_recognized() {
        assert_eq!(plain_text("hello world").as_deref(), Some("hello world"));
        assert_eq!(plain_text("a\\.b").as_deref(), Some("a.b"));
        assert_eq!(plain_text("^hello"), None);
        assert_eq!(plain_text("\\d"), None);
    }
}
