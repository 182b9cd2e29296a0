//! Holding an assertion against what was seen.

mod actual; // one value that was found
pub(crate) mod read; // subject + observation -> values

use crate::operator::Operator;
use crate::outcome::{ACTUAL_BYTES_MAX, CUT_MARK, Outcome};
use crate::pattern::{Search, Unfinished, WORK_MAX};
use crate::subject::{Quantifier, Subject};
use crate::value::Value;
use crate::{Assertion, Observation};
pub(crate) use actual::Actual;
use faultfinder_taxonomy::Fact;
use std::borrow::Cow;

/// Most characters of a found value in a message.
const MESSAGE_CHARS_MAX: usize = 200;
/// Most found values that an outcome repeats.
const VALUES_MAX: usize = 100;

/// Holds an assertion against what was seen.
///
/// The work is linear in what was seen; patterns and JSONPath have budgets of their own.
#[must_use]
pub fn evaluate(assertion: &Assertion, seen: &Observation<'_>) -> Outcome {
    let actuals = match read::values(&assertion.subject, seen) {
        Ok(actuals) => actuals,
        Err(why) => return assertion.not_performed(&why),
    };
    let mut looking = Looking::of(assertion);
    let passed = judge(assertion, &actuals, &mut looking) != assertion.inverted;
    if looking.is_unfinished {
        let why = "the regular expression needs more work on this text than an assertion may take";
        return Outcome { unfinished: true, ..assertion.not_performed(why) };
    }
    let shown = shown(&actuals, assertion);
    let message = if passed {
        format!("{} holds", cut(&assertion.text, MESSAGE_CHARS_MAX))
    } else {
        let text = cut(&assertion.text, MESSAGE_CHARS_MAX);
        match incomparable(assertion, &actuals) {
            Some(why) => format!("expected {text}, found {shown}, {why}"),
            None => format!("expected {text}, found {shown}"),
        }
    };
    let (expected, actual) = (assertion.expected(), fact(&actuals, assertion));
    Outcome { passed, expected, actual, message, unfinished: false }
}

impl Assertion {
    /// How many steps it can take at the most on what was seen. A step is about 20 nanoseconds at the most, on a
    /// processor of 2020.
    #[must_use]
    pub fn work_max(&self, seen: &Observation<'_>) -> u64 {
        let bytes = read::text_bytes(&self.subject, seen);
        let reading = match &self.subject {
            Subject::JsonPath(path) => path.work_max(bytes),
            _ => bytes,
        };
        let searching = match &self.value {
            Value::Pattern(pattern) => pattern.work_max(bytes),
            _ => 0,
        };
        reading.saturating_add(searching)
    }

    /// How many bytes the program of its regular expression has, which is made at load and again when it is not known any
    /// more.
    #[must_use]
    pub const fn program_bytes(&self) -> usize {
        match &self.value {
            Value::Pattern(pattern) => pattern.program_bytes(),
            _ => 0,
        }
    }

    /// Whether it holds for an answer that DNSSEC finds bogus, so that such an answer is a value: `dnssec is bogus`.
    #[must_use]
    pub fn accepts_bogus(&self) -> bool {
        let mut seen = Observation::new();
        seen.dnssec = Some("bogus");
        matches!(self.subject, Subject::Dnssec) && evaluate(self, &seen).passed
    }
}

/// The search for the pattern of an assertion, if it has one, in all of its texts.
struct Looking {
    search: Option<Search>,
    is_unfinished: bool,
}

impl Looking {
    fn of(assertion: &Assertion) -> Self {
        let search = match &assertion.value {
            Value::Pattern(pattern) => Some(pattern.search(WORK_MAX)),
            _ => None,
        };
        Self { search, is_unfinished: false }
    }

    /// Whether the pattern is found in a text, as far as the work allows that to be known.
    fn finds(&mut self, text: &str) -> bool {
        let Some(search) = &mut self.search else { return false };
        search.finds(text).unwrap_or_else(|Unfinished| {
            self.is_unfinished = true;
            false
        })
    }
}

/// Whether the operator holds of the values: of any of them, or of none if it is negated; of records as their
/// quantifier says, of serial numbers for all of them.
fn judge(assertion: &Assertion, actuals: &[Actual<'_>], looking: &mut Looking) -> bool {
    let mut holds = |actual: &Actual<'_>| holds(assertion, actual, looking);
    if assertion.operator == Operator::Exists {
        let text = matches!(assertion.subject, Subject::Body | Subject::Received);
        let exists = actuals.iter().any(|actual| !text || !actual.text.is_empty());
        return exists != assertion.negated;
    }
    match assertion.subject {
        Subject::Record { quantifier: Some(Quantifier::Some), .. } => {
            actuals.iter().any(|actual| holds(actual) != assertion.negated)
        }
        Subject::Record { quantifier: Some(Quantifier::Every), .. } | Subject::Serial => {
            !actuals.is_empty() && actuals.iter().all(|actual| holds(actual) != assertion.negated)
        }
        _ => actuals.iter().any(holds) != assertion.negated,
    }
}

/// Whether the operator, as if it were not negated, holds of one value.
fn holds(assertion: &Assertion, actual: &Actual<'_>, looking: &mut Looking) -> bool {
    let operator = assertion.operator;
    match &assertion.value {
        Value::Nothing => true,
        Value::Text { text, .. } if operator == Operator::Contains => actual.contains(text),
        // In quotes, `true` and `null` are texts and nothing else.
        Value::Text { quoted: true, .. } if actual.is_literal() => false,
        Value::Text { text, number, .. } => actual.is(text, *number),
        Value::Pattern(_) => looking.finds(&actual.text),
        Value::Number(expected) => actual
            .number
            .and_then(|number| number.compare(*expected))
            .is_some_and(|order| operator.admits(order)),
        Value::Quantity { amount, .. } => {
            let found = actual.amount.or_else(|| actual.number.map(|number| number.value()));
            found.and_then(|found| found.partial_cmp(amount)).is_some_and(|order| operator.admits(order))
        }
        Value::StatusClass(class) => actual
            .number
            .and_then(|status| status.whole())
            .is_some_and(|status| status / 100 == i128::from(*class)),
        Value::Version(expected) => {
            crate::value::version_age(&actual.text).is_some_and(|age| operator.admits(age.cmp(expected)))
        }
        Value::Word(word) => actual.text.eq_ignore_ascii_case(word),
    }
}

/// Why no value can be compared at all, when that is so.
fn incomparable(assertion: &Assertion, actuals: &[Actual<'_>]) -> Option<&'static str> {
    let numeric = matches!(assertion.value, Value::Number(_) | Value::Quantity { .. });
    let none = !actuals.is_empty()
        && actuals.iter().all(|actual| actual.number.is_none() && actual.amount.is_none());
    (numeric && none).then_some("which is not a number")
}

/// The values for a message.
fn shown(actuals: &[Actual<'_>], assertion: &Assertion) -> String {
    if actuals.is_empty() {
        return match &assertion.subject {
            Subject::Record { record_type: Some(record_type), .. } => format!("no {record_type} record"),
            Subject::JsonPath(_) => "nothing at that path".to_owned(),
            subject => format!("no {}", subject.keyword()),
        };
    }
    let values: Vec<Cow<'_, str>> =
        actuals.iter().take(VALUES_MAX).map(|actual| actual.shown(&assertion.value)).collect();
    let joined = values.join(", ");
    if joined.is_empty() { "empty text".to_owned() } else { cut(&joined, MESSAGE_CHARS_MAX).into_owned() }
}

/// The values for a result.
fn fact(actuals: &[Actual<'_>], assertion: &Assertion) -> Fact {
    let mut budget = ACTUAL_BYTES_MAX;
    let mut facts = Vec::new();
    for actual in actuals.iter().take(VALUES_MAX) {
        if budget == 0 {
            break;
        }
        let size = actual.text.len();
        facts.push(actual.fact(&assertion.value, budget));
        budget = budget.saturating_sub(size);
    }
    match (facts.pop(), facts.is_empty()) {
        (None, _) => Fact::Null,
        (Some(only), true) => only,
        (Some(last), false) => {
            facts.push(last);
            Fact::List(facts)
        }
    }
}

/// Text of at most so many characters, with a mark where it was cut.
fn cut(text: &str, characters_max: usize) -> Cow<'_, str> {
    match text.char_indices().nth(characters_max) {
        Some((end, _)) => Cow::Owned(format!("{}{CUT_MARK}", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests;
