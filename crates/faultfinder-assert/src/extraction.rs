//! A value that is taken out of what was seen, for a request that comes later.

use crate::assertion::Check;
use crate::cursor::Cursor;
use crate::error::{Piece, Span, quoted};
use crate::evaluate::read;
use crate::json::Rounded;
use crate::operator::Operator;
use crate::pattern::{Backtracker, Pattern, Unfinished};
use crate::subject::{self, Subject};
use crate::value::Value;
use crate::xpath::XPath;
use crate::{AssertionError, Observation};
use faultfinder_taxonomy::EXTRACTED_BYTES_MAX;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::{Input, PatternID};
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
    machine: Machine,
    index: usize,
    written: String,
}

/// What searches for the groups of a pattern.
#[derive(Clone)]
enum Machine {
    /// At all places at once.
    Automaton(Arc<PikeVM>),
    /// One way after the other: the pattern looks around, or refers back.
    Backtracker(Arc<Backtracker>),
}

impl Machine {
    fn new(pattern: &Pattern, span: Span<'_>) -> Result<Self, AssertionError> {
        if let Some(backtracker) = pattern.backtracker() {
            return Ok(Self::Backtracker(backtracker));
        }
        let machine = PikeVM::new(pattern.as_searched())
            .map_err(|error| AssertionError::new(span, format!("bad regular expression: {error}")))?;
        // A search notes the groups of each state, twice.
        let slots = machine.get_nfa().group_info().slot_len();
        let noted = machine.get_nfa().states().len().saturating_mul(slots).saturating_mul(16);
        if noted > GROUP_BYTES_MAX {
            let message = "the regular expression is too large: too many groups for its repetitions";
            return Err(AssertionError::new(span, message).expected("fewer groups, or smaller repetitions"));
        }
        Ok(Self::Automaton(Arc::new(machine)))
    }

    /// How many groups there are, the whole included.
    fn group_count(&self) -> usize {
        match self {
            Self::Automaton(machine) => machine.get_nfa().group_info().group_len(PatternID::ZERO),
            Self::Backtracker(backtracker) => backtracker.group_count(),
        }
    }

    /// The names of groups with their numbers.
    fn group_names(&self) -> Vec<(String, usize)> {
        match self {
            Self::Automaton(machine) => {
                let names = machine.get_nfa().group_info().pattern_names(PatternID::ZERO).enumerate();
                names.filter_map(|(index, name)| Some((name?.to_owned(), index))).collect()
            }
            Self::Backtracker(backtracker) => backtracker.group_names().to_vec(),
        }
    }

    /// What a group is where the pattern is in a text first: nothing when it is not there, and nothing inside when the group
    /// took no part.
    fn find<'t>(
        &self,
        text: &'t str,
        group: usize,
        steps: &mut u64,
    ) -> Result<Option<Option<&'t str>>, Unfinished> {
        match self {
            Self::Automaton(machine) => {
                let (mut cache, mut captures) = (machine.create_cache(), machine.create_captures());
                machine.search(&mut cache, &Input::new(text), &mut captures);
                let found = captures.get_group(group).and_then(|span| text.get(span.range()));
                Ok(captures.is_match().then_some(found))
            }
            Self::Backtracker(backtracker) => backtracker.find_group(text, group, steps),
        }
    }
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
        let taken = if self.regex.is_some() { values.as_slice() } else { values.get(..1).unwrap_or(&values) };
        if taken.iter().any(|value| value.is_rounded) {
            return Err(Rounded::WHY.to_owned());
        }
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
            let of_machine = match &group.machine {
                Machine::Automaton(machine) => machine.get_nfa().memory_usage(),
                // It is the program of the pattern.
                Machine::Backtracker(_) => 0,
            };
            group.pattern.program_bytes().saturating_add(of_machine)
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
        let machine = Machine::new(&pattern, span)?;
        let count = machine.group_count();
        let Some(group) = group else {
            let index = usize::from(count > 1);
            return Ok(Self { pattern, machine, index, written: regex.to_owned() });
        };
        let names = machine.group_names();
        let named = names.iter().find(|(name, _)| name == group).map(|(_, index)| *index);
        let index = named.or_else(|| group.parse().ok()).filter(|index| *index < count);
        let index = index.ok_or_else(|| {
            let span = Span::whole(Piece::Unit, group);
            let message = format!("the regular expression has no group {}", quoted(group));
            let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
            let expected = match (count, names.is_empty()) {
                (1, _) => "0, as it has no group in parentheses".to_owned(),
                (count, true) => format!("a number from 0 to {}", count - 1),
                (count, false) => format!("a number from 0 to {}, or one of {}", count - 1, names.join(", ")),
            };
            AssertionError::new(span, message).expected(expected)
        })?;
        Ok(Self { pattern, machine, index, written: regex.to_owned() })
    }

    /// What the group is in the first of these texts in which the regular expression is found.
    fn find(&self, texts: &[String], subject: &str) -> Result<String, String> {
        let mut steps = GROUP_STEPS_MAX;
        let too_long =
            || format!("{subject} is too long for the regular expression {}", quoted(&self.written));
        for text in texts {
            if let Machine::Automaton(_) = self.machine {
                let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
                let needed = self.pattern.places().saturating_mul(length);
                steps = steps.checked_sub(needed).ok_or_else(too_long)?;
            }
            let found = self.machine.find(text, self.index, &mut steps).map_err(|Unfinished| too_long())?;
            let Some(found) = found else { continue };
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
            ("header location", Some(r"(?:[^\\/](?!(\\|/)))+$"), Some("0"), "42?x=1"),
            ("header location", Some(r"(?<=orders/)\d+"), None, "42"),
            ("header location", Some(r"(?<=/)(?<n>\d+)(?=\?)"), Some("n"), "42"),
            ("header location", Some("/ORDERS.(\\d+)/i"), None, "42"),
        ] {
            assert_eq!(extract(subject, regex, group).as_deref(), Ok(expected), "{subject} {regex:?}");
        }
    }

    #[test]
    fn long_integers_are_taken_out_as_they_are_written() {
        let take = |subject: &str, body: &[u8]| {
            Extraction::new(subject, None, None).unwrap().extract(&seen(body, &[]))
        };
        let body = br#"{"big":123456789012345678901234567890,"list":[1,18446744073709551617]}"#;
        assert_eq!(take("jsonpath $.big", body).as_deref(), Ok("123456789012345678901234567890"));
        assert_eq!(take("jsonpath $.list", body).as_deref(), Ok("[1,18446744073709551617]"));
        let twins = b"[20000000000000000000001,20000000000000000000002]";
        assert!(take("jsonpath $[1]", twins).unwrap_err().contains("too long to be distinguished"));
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
