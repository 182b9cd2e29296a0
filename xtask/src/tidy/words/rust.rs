//! The prose of Rust: comments, documentation, and texts that are messages.

use super::markdown::Markdown;
use super::prose::{Prose, Word};

/// The words of the comments and messages of a file, in their order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut comments = Markdown::default();
    let mut messages = Vec::new();
    let mut last = 0;
    for piece in pieces(text) {
        match piece.kind {
            Kind::Comment { is_alone } => {
                // Comments on lines of their own continue on the next line; those behind code do not.
                if !is_alone || last + 1 != piece.line {
                    comments.end();
                }
                for (place, line) in piece.text.lines().enumerate() {
                    comments.push(piece.line + place, comment_text(line));
                }
                last = if is_alone { piece.line + piece.text.lines().count().saturating_sub(1) } else { 0 };
            }
            Kind::Text => messages.extend(message(&piece)),
        }
    }
    let mut words = comments.into_words();
    words.extend(messages);
    words.sort_by_key(|word| word.line);
    words
}

/// A piece of a source that may be prose.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'a> {
    kind: Kind,
    /// Its first line, from 1.
    line: usize,
    /// What is in it: of a text without its quotes.
    text: &'a str,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A comment.
    Comment {
        /// Whether no code is before it on its line.
        is_alone: bool,
    },
    /// A text: a string literal.
    Text,
}

/// The comments and string literals of a source.
fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut line, mut is_alone) = (source, 1, true);
    while let Some(first) = rest.chars().next() {
        let (length, piece) = next(rest, is_alone);
        let Some((whole, after)) = rest.split_at_checked(length.max(first.len_utf8())) else { break };
        pieces.extend(piece.map(|(kind, text)| Piece { kind, line, text }));
        line += whole.matches('\n').count();
        is_alone = match whole.rsplit_once('\n') {
            Some((_, last)) => last.trim().is_empty(),
            None => is_alone && whole.trim().is_empty(),
        };
        rest = after;
    }
    pieces
}

/// How long what a source begins with is, and what is in it if that may be prose.
fn next(rest: &str, is_alone: bool) -> (usize, Option<(Kind, &str)>) {
    if rest.starts_with("//") {
        let comment = rest.split('\n').next().unwrap_or(rest);
        return (comment.len(), Some((Kind::Comment { is_alone }, comment)));
    }
    if rest.starts_with("/*") {
        let length = block_comment(rest);
        return (length, rest.get(..length).map(|comment| (Kind::Comment { is_alone }, comment)));
    }
    let word = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(rest.len());
    let (prefix, after) = rest.split_at_checked(word).unwrap_or((rest, ""));
    if prefix.ends_with('r') && prefix.len() <= 2 {
        let marks = after.len() - after.trim_start_matches('#').len();
        if let Some(open) = after.get(marks..).and_then(|text| text.strip_prefix('"')) {
            let close = format!("\"{}", "#".repeat(marks));
            let inside = open.split(close.as_str()).next().unwrap_or(open);
            let length = word + marks + 1 + inside.len() + close.len();
            return (length.min(rest.len()), Some((Kind::Text, inside)));
        }
    }
    if let Some(open) = after.strip_prefix('"').filter(|_| prefix.len() <= 1) {
        let inside = open.get(..quoted(open, '"')).unwrap_or(open);
        return ((word + inside.len() + 2).min(rest.len()), Some((Kind::Text, inside)));
    }
    if word > 0 {
        return (word, None);
    }
    (character(rest), None)
}

/// How long a block comment is, with those in it.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (place, _) in rest.char_indices() {
        let here = rest.get(place..).unwrap_or_default();
        // A `/` that has just closed a comment does not open one.
        let is_close = rest.get(..place).is_some_and(|before| before.ends_with('*') && place > 2);
        if here.starts_with("/*") {
            depth += 1;
        } else if is_close && here.starts_with('/') {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return place + 1;
            }
        }
    }
    rest.len()
}

/// How far a closing quote is away.
fn quoted(open: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, sign) in open.char_indices() {
        if sign == quote && !escaped {
            return place;
        }
        escaped = sign == '\\' && !escaped;
    }
    open.len()
}

/// How long a character literal is; 1 for anything else, a lifetime included.
fn character(rest: &str) -> usize {
    let Some(open) = rest.strip_prefix('\'') else { return 1 };
    let mut signs = open.chars();
    let (first, second) = (signs.next(), signs.next());
    if first == Some('\\') || (second == Some('\'') && first != Some('\'')) {
        return (quoted(open, '\'') + 2).min(rest.len());
    }
    1
}

/// The text of a comment's line; nothing of a quotation from a standard.
fn comment_text(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with("//=") || line.starts_with("//#") {
        return "";
    }
    line.trim_start_matches(['/', '!', '*']).trim_end_matches("*/")
}

/// The words of a text that is a message: one of several words.
fn message(piece: &Piece<'_>) -> Vec<Word> {
    let mut prose = Prose::default();
    for (place, line) in piece.text.lines().enumerate() {
        if line.trim().is_empty() {
            prose.end();
        }
        // What stands for a value is like code.
        let line = line.trim_end_matches('\\').replace("\\n", " \u{2502} ").replace("\\\"", "\"");
        prose.push(piece.line + place, &values(&line));
    }
    let words = prose.into_words();
    if piece.text.trim().contains(char::is_whitespace) { words } else { Vec::new() }
}

/// A line of a message with its placeholders as code.
fn values(line: &str) -> String {
    let mut kept = String::new();
    let mut depth = 0_usize;
    for sign in line.chars() {
        match sign {
            '{' => {
                if depth == 0 {
                    kept.push_str("``");
                }
                depth += 1;
            }
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(sign),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{Kind, Piece, pieces, words};

    #[test]
    fn comments_and_texts_are_found_and_nothing_else() {
        let source = "\
fn f<'a>(c: char) { '\"'; '\\''; '\\\"'; 'x'; r#type; } // one \"two\"
/* a /* nested */ comment */ b\"bytes\"; r#\"a \"raw\" text\"#;
    // alone
let s = \"a \\\" quote // no comment\";
";
        let piece = |kind, line, text| Piece { kind, line, text };
        let comment = |is_alone| Kind::Comment { is_alone };
        let expected = [
            piece(comment(false), 1, "// one \"two\""),
            piece(comment(true), 2, "/* a /* nested */ comment */"),
            piece(Kind::Text, 2, "bytes"),
            piece(Kind::Text, 2, "a \"raw\" text"),
            piece(comment(true), 3, "// alone"),
            piece(Kind::Text, 4, "a \\\" quote // no comment"),
        ];
        assert_eq!(pieces(source), expected);
    }

    #[test]
    fn comments_continue_on_the_next_line_and_code_in_them_is_left_out() {
        let source = "\
/// One
/// two `x`.
//# quoted
let a = 1; // three
let b = 2; // four
/// nine
let c = 3;
/// ten
/// ```
/// five
/// ```
\"{six} seven\"; \"eight\";
";
        let words: Vec<_> =
            words(source).into_iter().map(|word| (word.line, word.text, word.follows)).collect();
        let word = |line, text: &str, follows| (line, text.to_owned(), follows);
        let expected = [
            word(1, "one", false),
            word(2, "two", true),
            word(2, "`", true),
            word(4, "three", false),
            word(5, "four", false),
            word(6, "nine", false),
            word(8, "ten", false),
            word(12, "`", false),
            word(12, "seven", true),
        ];
        assert_eq!(words, expected);
    }
}
