//! Regular expressions that a line must match.

use regex_automata::nfa::thompson::pikevm::{Cache, PikeVM};
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::{captures::Captures, syntax};

/// Most bytes of a pattern.
pub const PATTERN_BYTES_MAX: usize = 1_000;

/// Most bytes of the program of a pattern. A search takes a step for each of its states and each byte of a line; what a peer
/// may send is bounded, too, so that all searches of a conversation take about a second at most.
const PROGRAM_BYTES_MAX: usize = 32 << 10;

/// A regular expression that is searched for in lines of bytes: the syntax of the `regex` crate, in which classes such as `\w`
/// and the flag `i` mean ASCII. Two are equal if they are written alike.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    program: PikeVM,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// It is longer than [`PATTERN_BYTES_MAX`], is not valid, or needs too large a program. The text says which.
    pub fn new(text: &str) -> Result<Self, String> {
        if text.len() > PATTERN_BYTES_MAX {
            return Err(format!("a pattern has at most {PATTERN_BYTES_MAX} bytes, found {}", text.len()));
        }
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        let program = PikeVM::builder()
            .syntax(syntax)
            .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(PROGRAM_BYTES_MAX)))
            .build(text)
            .map_err(|error| match error.size_limit() {
                Some(_) => "the pattern is too large; use fewer or smaller repetitions".to_owned(),
                None => format!("the pattern is not valid: {}", reason(&error)),
            })?;
        Ok(Self { text: text.to_owned(), program })
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it has a group of this number or name.
    #[must_use]
    pub fn has_group(&self, group: &str) -> bool {
        self.index(group).is_some()
    }

    fn index(&self, group: &str) -> Option<usize> {
        let groups = self.nfa().group_info();
        let first = regex_automata::PatternID::ZERO;
        match group.parse() {
            Ok(number) => (number < groups.group_len(first)).then_some(number),
            Err(_) => groups.to_index(first, group),
        }
    }

    fn nfa(&self) -> &NFA {
        self.program.get_nfa()
    }

    /// Searches a line.
    pub(crate) fn search(&self, line: &[u8], cache: &mut Option<Cache>) -> Option<Match> {
        let cache = cache.get_or_insert_with(|| self.program.create_cache());
        let mut captures = self.program.create_captures();
        cache.reset(&self.program);
        self.program.captures(cache, line, &mut captures);
        captures.is_match().then(|| Match { groups: of(&captures, line), pattern: self.clone() })
    }
}

/// Why a pattern is not valid, in one line: the last one of the parser's picture.
fn reason(error: &thompson::BuildError) -> String {
    let text = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("");
    last.trim().trim_start_matches("error: ").to_owned()
}

fn of(captures: &Captures, line: &[u8]) -> Vec<Vec<u8>> {
    let group = |index| captures.get_group(index).and_then(|span| line.get(span.range())).unwrap_or_default();
    (0..captures.group_len()).map(|index| group(index).to_vec()).collect()
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

/// What a pattern matched.
#[derive(Debug, Clone)]
pub(crate) struct Match {
    pattern: Pattern,
    /// By number; those that took no part are empty.
    groups: Vec<Vec<u8>>,
}

impl Match {
    /// A text in which `${1}` and `${name}` are replaced by what the groups matched.
    pub(crate) fn fill(&self, text: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(text.len());
        for part in parts(text) {
            match part {
                Part::Literal(bytes) => filled.extend_from_slice(bytes),
                Part::Group(name) => {
                    let group = self.pattern.index(name).and_then(|index| self.groups.get(index));
                    filled.extend(group.into_iter().flatten());
                }
            }
        }
        filled
    }
}

/// The groups that a text refers to as `${1}` or `${name}`.
pub fn groups_in(text: &[u8]) -> impl Iterator<Item = &str> {
    parts(text).into_iter().filter_map(|part| match part {
        Part::Group(name) => Some(name),
        Part::Literal(_) => None,
    })
}

enum Part<'t> {
    Literal(&'t [u8]),
    Group(&'t str),
}

fn parts(text: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(2).position(|pair| pair == b"${") {
        let Some((before, from)) = rest.split_at_checked(at) else { break };
        let name = group_name(from);
        let end = name.map_or(2, |name| name.len() + 3);
        let Some((reference, after)) = from.split_at_checked(end) else { break };
        parts.push(Part::Literal(before));
        parts.push(name.map_or(Part::Literal(reference), Part::Group));
        rest = after;
    }
    parts.push(Part::Literal(rest));
    parts
}

/// The name in `${name}`, with which a text begins.
fn group_name(text: &[u8]) -> Option<&str> {
    let inside = text.strip_prefix(b"${")?;
    let end = inside.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')?;
    let (name, after) = inside.split_at_checked(end)?;
    (!name.is_empty() && after.starts_with(b"}")).then(|| std::str::from_utf8(name).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_put_into_texts() {
        let pattern = Pattern::new(r"^PING :(?<token>[^ ]+)( x)?$").unwrap();
        let found = pattern.search(b"PING :a\xffb", &mut None).unwrap();
        let filled = |text: &str| found.fill(text.as_bytes());
        assert_eq!(filled("PONG ${1}\r\n"), b"PONG a\xffb\r\n");
        assert_eq!(filled("${token}|${0}|${2}"), b"a\xffb|PING :a\xffb|");
        // Anything else is text.
        assert_eq!(filled("$1 ${ 1} ${} $ ${1"), b"$1 ${ 1} ${} $ ${1");
        assert!(pattern.search(b"x PING :a", &mut None).is_none());
        assert!(pattern.has_group("2") && pattern.has_group("token") && !pattern.has_group("3"));
        assert_eq!(groups_in(b"${1} ${a_b} $x ${-}").collect::<Vec<_>>(), ["1", "a_b"]);
    }

    #[test]
    fn what_is_no_pattern_or_too_large_is_refused() {
        for (text, message) in [
            ("a(b", "the pattern is not valid: unclosed group"),
            (
                "[z-a]",
                "the pattern is not valid: invalid character class range, the start must be <= the end",
            ),
            ("(a{100}){100}", "the pattern is too large; use fewer or smaller repetitions"),
        ] {
            assert_eq!(Pattern::new(text).unwrap_err(), message);
        }
        assert!(Pattern::new(&"a".repeat(PATTERN_BYTES_MAX)).is_ok());
        let message = Pattern::new(&"a".repeat(PATTERN_BYTES_MAX + 1)).unwrap_err();
        assert_eq!(message, "a pattern has at most 1000 bytes, found 1001");
    }
}
