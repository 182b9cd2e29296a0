//! A value that is taken out of what was seen, for a request that comes later.

use crate::assertion::Check;
use crate::cursor::Cursor;
use crate::error::{Piece, Span, quoted};
use crate::evaluate::read;
use crate::operator::Operator;
use crate::pattern::Pattern;
use crate::subject::{self, Subject};
use crate::value::Value;
use crate::xpath::XPath;
use crate::{AssertionError, Observation};
use faultfinder_taxonomy::EXTRACTED_BYTES_MAX;
use regex_automata::Input;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use std::sync::Arc;

/// Most bytes that a search for groups may note.
const GROUP_BYTES_MAX: usize = 16 << 20;

/// Most bytes of a text times the places that a regular expression can be at, at once, when its groups are looked for: some
/// seconds at the very most, and milliseconds as a rule.
const GROUP_STEPS_MAX: u64 = 200_000_000;

/// What is taken out of what was seen: a subject of an assertion, or the part of it that a regular expression finds.
#[derive(Debug, Clone)]
pub struct Extraction {
    /// What is read, in the form of an assertion that it exists.
    check: Box<Check>,
    regex: Option<Group>,
}

/// A group of a regular expression.
#[derive(Clone)]
struct Group {
    pattern: Pattern,
    machine: Arc<PikeVM>,
    index: usize,
    written: String,
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Group")
            .field("pattern", &self.pattern)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

impl Extraction {
    /// Compiles an extraction: a subject as assertions name it, and a regular expression with one of its groups, by number or
    /// name. Without a group it is the first one, or all that is found if there is none.
    ///
    /// # Errors
    ///
    /// The first mistake. Its piece is the subject, the value for the regular expression, or the unit for the group.
    pub fn new(subject: &str, regex: Option<&str>, group: Option<&str>) -> Result<Self, AssertionError> {
        let mut cursor = Cursor::new(Piece::Subject, subject);
        let read = subject::read(&mut cursor)?;
        let rest = cursor.rest();
        if !rest.text.is_empty() {
            let message = format!("unexpected {} after the subject", quoted(rest.text));
            return Err(AssertionError::new(rest, message).expected("only what is read, without an operator"));
        }
        let regex = regex.map(|regex| Group::new(regex, group, &read.subject)).transpose()?;
        let check = Check {
            reading: read,
            operator: Operator::Exists,
            negated: false,
            inverted: false,
            value: Value::Nothing,
            written: String::new(),
        };
        Ok(Self { check: Box::new(check), regex })
    }

    /// Takes the value out: of several values the first.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn extract(&self, seen: &Observation<'_>) -> Result<String, String> {
        let values = read::values(&self.check, seen)?;
        let subject = &self.check.reading.subject;
        let text = |value: &crate::evaluate::Actual<'_>| value.shown_alone().into_owned();
        let value = match &self.regex {
            None => values.first().map(text).ok_or_else(|| match subject {
                Subject::JsonPath(path) => format!("nothing is at {}", path.as_written()),
                _ => format!("there is no {}", self.check.reading),
            })?,
            Some(group) => {
                let texts: Vec<String> = values.iter().map(text).collect();
                group.find(&texts, &self.check.reading.to_string())?
            }
        };
        if value.len() > EXTRACTED_BYTES_MAX {
            return Err(format!("it has {} bytes; at most {EXTRACTED_BYTES_MAX} are taken", value.len()));
        }
        Ok(value)
    }

    /// How many bytes the programs of its regular expression have.
    #[must_use]
    pub fn program_bytes(&self) -> usize {
        self.regex.as_ref().map_or(0, |group| {
            group.pattern.program_bytes().saturating_add(group.machine.get_nfa().memory_usage())
        })
    }

    /// How many steps it can take at the most on what was seen.
    #[must_use]
    pub fn work_max(&self, seen: &Observation<'_>) -> u64 {
        let bytes = read::text_bytes(&self.check, seen);
        let reading = match &self.check.reading.subject {
            Subject::JsonPath(path) => path.work_max(bytes),
            Subject::XPath(_) => XPath::work_max(bytes),
            _ => bytes,
        };
        let steps = |group: &Group| group.pattern.places().saturating_mul(bytes).min(GROUP_STEPS_MAX);
        reading.saturating_add(self.regex.as_ref().map_or(0, steps))
    }
}

impl Group {
    fn new(regex: &str, group: Option<&str>, subject: &Subject) -> Result<Self, AssertionError> {
        let span = Span::whole(Piece::Value, regex);
        let pattern = Pattern::compile(regex, span, true, subject.text_bytes_max())?;
        let machine = PikeVM::new(regex)
            .map_err(|error| AssertionError::new(span, format!("bad regular expression: {error}")))?;
        let groups = machine.get_nfa().group_info().clone();
        // A search notes the groups of each state, twice.
        let noted = machine.get_nfa().states().len().saturating_mul(groups.slot_len()).saturating_mul(16);
        if noted > GROUP_BYTES_MAX {
            let message = "the regular expression is too large: too many groups for its repetitions";
            return Err(AssertionError::new(span, message).expected("fewer groups, or smaller repetitions"));
        }
        let count = groups.group_len(regex_automata::PatternID::ZERO);
        let Some(group) = group else {
            let index = usize::from(count > 1);
            return Ok(Self { pattern, machine: Arc::new(machine), index, written: regex.to_owned() });
        };
        let named = groups.to_index(regex_automata::PatternID::ZERO, group);
        let index = named.or_else(|| group.parse().ok()).filter(|index| *index < count);
        let index = index.ok_or_else(|| {
            let span = Span::whole(Piece::Unit, group);
            let message = format!("the regular expression has no group {}", quoted(group));
            let names = groups.pattern_names(regex_automata::PatternID::ZERO).flatten();
            let names: Vec<&str> = names.collect();
            let expected = match (count, names.is_empty()) {
                (1, _) => "0, as it has no group in parentheses".to_owned(),
                (count, true) => format!("a number from 0 to {}", count - 1),
                (count, false) => format!("a number from 0 to {}, or one of {}", count - 1, names.join(", ")),
            };
            AssertionError::new(span, message).expected(expected)
        })?;
        Ok(Self { pattern, machine: Arc::new(machine), index, written: regex.to_owned() })
    }

    /// What the group is in the first of these texts in which the regular expression is found.
    fn find(&self, texts: &[String], subject: &str) -> Result<String, String> {
        let mut cache = self.machine.create_cache();
        let mut captures = self.machine.create_captures();
        let mut steps = GROUP_STEPS_MAX;
        for text in texts {
            let needed = self.pattern.places().saturating_mul(u64::try_from(text.len()).unwrap_or(u64::MAX));
            steps = steps.checked_sub(needed).ok_or_else(|| {
                format!("{subject} is too long for the regular expression {}", quoted(&self.written))
            })?;
            self.machine.search(&mut cache, &Input::new(text), &mut captures);
            if !captures.is_match() {
                continue;
            }
            let found = captures.get_group(self.index).and_then(|span| text.get(span.range()));
            return found.map(str::to_owned).ok_or_else(|| {
                format!("group {} of {} took no part in what was found", self.index, quoted(&self.written))
            });
        }
        match texts.is_empty() {
            true => Err(format!("there is no {subject}")),
            false => Err(format!("{} is not in {subject}", quoted(&self.written))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen<'a>(body: &'a [u8], headers: &'a [(String, Vec<u8>)]) -> Observation<'a> {
        let mut seen = Observation::new();
        (seen.status, seen.body, seen.headers) = (Some(201), Some(body), Some(headers));
        seen
    }

    fn extract(subject: &str, regex: Option<&str>, group: Option<&str>) -> Result<String, String> {
        let body = br#"{"token":"t-1","n":7,"none":null,"page":"<input name=\"csrf\" value=\"c-2\">"}"#;
        let headers = [
            ("location".to_owned(), b"/orders/42?x=1".to_vec()),
            ("x".to_owned(), b"a".to_vec()),
            ("x".to_owned(), b"b7".to_vec()),
        ];
        Extraction::new(subject, regex, group).unwrap().extract(&seen(body, &headers))
    }

    #[test]
    fn values_are_taken_out() {
        for (subject, regex, group, expected) in [
            ("jsonpath $.token", None, None, "t-1"),
            ("jsonpath $.n", None, None, "7"),
            ("jsonpath $.none", None, None, "null"),
            ("status", None, None, "201"),
            ("header location", None, None, "/orders/42?x=1"),
            ("header location", Some(r"/orders/(\d+)"), None, "42"),
            ("header location", Some(r"/orders/\d+"), None, "/orders/42"),
            ("header location", Some(r"/(?P<kind>\w+)/(\d+)"), Some("kind"), "orders"),
            ("header location", Some(r"/(\w+)/(\d+)"), Some("2"), "42"),
            ("header location", Some(r"/(\w+)/(\d+)"), Some("0"), "/orders/42"),
            ("header x", Some(r"\d"), None, "7"),
            ("jsonpath $.page", Some("value=\"([^\"]+)\""), None, "c-2"),
        ] {
            assert_eq!(extract(subject, regex, group).as_deref(), Ok(expected), "{subject} {regex:?}");
        }
    }

    #[test]
    fn groups_times_states_are_limited() {
        let many = format!(r"{}\w{{100}}", "(a)".repeat(500));
        let refused = Extraction::new("body", Some(&many), None).unwrap_err();
        assert!(refused.message.contains("too many groups"), "{}", refused.message);
        let few = Extraction::new("body", Some(r"(a)\w{50}"), None).unwrap();
        assert!(few.program_bytes() > 10_000, "{}", few.program_bytes());
    }

    #[test]
    fn what_is_not_there_is_told() {
        for (subject, regex, why) in [
            ("jsonpath $.nothing", None, "nothing is at $.nothing"),
            ("header y", None, "there is no header y"),
            ("header y", Some("a"), "there is no header y"),
            ("header location", Some("z"), "`z` is not in header location"),
            ("header location", Some("orders|(z)"), "took no part"),
            ("received", None, "received is missing"),
        ] {
            let found = extract(subject, regex, None).unwrap_err();
            assert!(found.contains(why), "{subject}: {found}");
        }
        let long = vec![b'a'; EXTRACTED_BYTES_MAX + 1];
        let body = Extraction::new("body", None, None).unwrap();
        assert!(body.extract(&seen(&long, &[])).unwrap_err().contains("at most"));
    }

    #[test]
    fn mistakes_have_their_piece() {
        for (subject, regex, group, piece, words) in [
            ("statsu", None, None, Piece::Subject, "unknown subject"),
            ("status is 200", None, None, Piece::Subject, "after the subject"),
            ("body", Some("("), None, Piece::Value, "unclosed group"),
            ("body", Some("(a)"), Some("2"), Piece::Unit, "no group `2`"),
            ("body", Some("a"), Some("x"), Piece::Unit, "no group `x`"),
            ("body", Some("(a{1,100}){1,100}"), None, Piece::Value, "too large"),
        ] {
            let error = Extraction::new(subject, regex, group).unwrap_err();
            assert_eq!(error.piece, piece, "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
