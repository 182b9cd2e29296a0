//! The classic dialect of JSONPath, translated to RFC 9535.
//!
//! Translated are: a missing `$`, `===` and `!==`, `[(@.length-1)]`, and `.length` or `.length()` at the end of a query
//! or of a path inside a filter. Text in quotes is left alone.

use super::length::Length;

/// The query in RFC 9535, and what is to be done with its results.
pub(super) fn translate(written: &str) -> (String, Option<Length>) {
    let trimmed = written.trim();
    let rooted = match trimmed.chars().next() {
        Some('$') => trimmed.to_owned(),
        Some('.' | '[') => format!("${trimmed}"),
        _ => format!("$.{trimmed}"),
    };
    let (body, length) = if let Some(body) = rooted.strip_suffix(".length()") {
        (body, Some(Length::Function))
    } else if let Some(body) = rooted.strip_suffix(".length").filter(|body| !body.ends_with('.')) {
        (body, Some(Length::Property))
    } else {
        (rooted.as_str(), None)
    };
    (rewrite(body), length)
}

/// Deepest nesting of brackets outside quotes.
pub(super) fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for (piece, quoted) in pieces(text) {
        for character in piece.chars().filter(|_| !quoted) {
            match character {
                '[' | '(' => depth += 1,
                ']' | ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(depth);
        }
    }
    deepest
}

/// Where the first bracket is that is never closed, outside of quotes.
pub(super) fn unclosed(text: &str) -> Option<usize> {
    let (mut open, mut at) = (Vec::new(), 0);
    for (piece, quoted) in pieces(text) {
        for (index, character) in piece.char_indices().filter(|_| !quoted) {
            match character {
                '[' | '(' => open.push(at + index),
                ']' | ')' => {
                    open.pop();
                }
                _ => {}
            }
        }
        at += piece.len();
    }
    open.first().copied()
}

/// Rewrites what stands outside quotes.
fn rewrite(text: &str) -> String {
    let mut rewritten = String::new();
    for (piece, quoted) in pieces(text) {
        if quoted {
            rewritten.push_str(piece);
            continue;
        }
        let piece = piece.replace("!==", "!=").replace("===", "==").replace("[(@.length-", "[(@.length -");
        rewritten.push_str(&lengths(&piece));
    }
    from_the_end(&rewritten)
}

/// `[(@.length -1)]` -> `[-1]`.
fn from_the_end(text: &str) -> String {
    let mut rewritten = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[(@.length -") {
        let number = after
            .split_once(")]")
            .filter(|(number, _)| number.trim().bytes().all(|byte| byte.is_ascii_digit()));
        rewritten.push_str(before);
        let Some((number, after)) = number else {
            rewritten.push_str("[(@.length -");
            rest = after;
            continue;
        };
        rewritten.push_str(&format!("[-{}]", number.trim()));
        rest = after;
    }
    rewritten + rest
}

/// `@.a.length` -> `length(@.a)`, for paths inside filters that have names and indexes only.
fn lengths(text: &str) -> String {
    let mut rewritten = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, path) = rest.split_at(at);
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '[' | ']');
        let mut end = path.find(|c: char| !inside(c)).unwrap_or(path.len());
        // A bracket that closes the filter is not part of the path.
        while let Some(inside) = path.get(..end)
            && inside.matches(']').count() > inside.matches('[').count()
            && let Some(last) = inside.rfind(']')
        {
            end = last;
        }
        let (path, after) = path.split_at(end);
        rewritten.push_str(before);
        match path.strip_suffix(".length").filter(|base| *base != "@" || !after.trim_start().starts_with('-'))
        {
            Some(base) => {
                rewritten.push_str(&format!("length({base})"));
                rest = after.strip_prefix("()").unwrap_or(after);
            }
            None => {
                rewritten.push_str(path);
                rest = after;
            }
        }
    }
    rewritten + rest
}

/// The text in pieces: outside quotes, and with its quotes inside.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let (mut start, mut quote, mut escaped) = (0, None, false);
    for (at, character) in text.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if open == character => {
                pieces.push((text.get(start..=at).unwrap_or(""), true));
                (start, quote) = (at + 1, None);
            }
            None if matches!(character, '"' | '\'') => {
                pieces.push((text.get(start..at).unwrap_or(""), false));
                (start, quote) = (at, Some(character));
            }
            _ => {}
        }
    }
    pieces.push((text.get(start..).unwrap_or(""), quote.is_some()));
    pieces
}
