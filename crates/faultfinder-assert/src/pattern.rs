//! Regular expressions within limits.
//!
//! The `regex` crate takes time linear in the text, so the limits bound the size of the compiled program.

use crate::AssertionError;
use crate::error::Span;
use regex::{Regex, RegexBuilder};

/// Longest pattern, in bytes.
pub const PATTERN_BYTES_MAX: usize = 4096;
/// Largest compiled pattern, in bytes; `\w{100}` has about half of it.
const PROGRAM_BYTES_MAX: usize = 4 << 20;
/// Largest cache of a search, in bytes.
const CACHE_BYTES_MAX: usize = 4 << 20;
/// Deepest nesting of a pattern.
const NESTING_MAX: u32 = 50;

/// Compiles a pattern. `span` is where it was written; when `literal`, its text is the pattern as it stands, so that a
/// mistake can be pointed at.
pub(crate) fn compile(pattern: &str, span: Span<'_>, literal: bool) -> Result<Regex, AssertionError> {
    if pattern.len() > PATTERN_BYTES_MAX {
        let message = format!(
            "the regular expression has {} bytes; at most {PATTERN_BYTES_MAX} are allowed",
            pattern.len()
        );
        return Err(AssertionError::new(span, message));
    }
    let built = RegexBuilder::new(pattern)
        .size_limit(PROGRAM_BYTES_MAX)
        .dfa_size_limit(CACHE_BYTES_MAX)
        .nest_limit(NESTING_MAX)
        .build();
    built.map_err(|error| match error {
        regex::Error::Syntax(report) => syntax_error(&report, pattern, span, literal),
        regex::Error::CompiledTooBig(_) => AssertionError::new(
            span,
            format!(
                "the regular expression is too large: it compiles to more than {PROGRAM_BYTES_MAX} bytes"
            ),
        )
        .expected("fewer or smaller repetitions"),
        other => AssertionError::new(span, format!("bad regular expression: {other}")),
    })
}

/// The report is for terminals: the pattern, a line with carets below it, and `error: ` with the reason.
fn syntax_error(report: &str, pattern: &str, span: Span<'_>, literal: bool) -> AssertionError {
    let reason =
        report.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it cannot be read");
    let mut place = span;
    if literal
        && let Some(line) = report.lines().find(|line| line.trim_start().starts_with('^'))
        && let Some(column) = line.chars().position(|c| c == '^').and_then(|at| at.checked_sub(4))
        && let Some((start, _)) = pattern.char_indices().nth(column)
    {
        let carets = line.chars().filter(|c| *c == '^').count();
        let length =
            pattern.get(start..).map_or(0, |rest| rest.chars().take(carets).map(char::len_utf8).sum());
        place = span.part(start, length);
    }
    let error = AssertionError::new(place, format!("bad regular expression: {reason}"));
    if reason.contains("look-around") {
        error.expected("a pattern without (?=, (?!, (?<= and (?<!")
    } else {
        error
    }
}
