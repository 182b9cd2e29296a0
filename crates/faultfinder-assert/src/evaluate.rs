//! Holding an assertion against what was seen.

mod actual; // one value that was found
mod aspect; // counts, lengths and sizes of values
mod body; // what is read from a body
mod certificate; // what is read from certificates
mod compare; // whether an operator holds of a value
mod cookie; // cookies and their attributes
mod group; // several assertions
pub(crate) mod script; // scripts
mod near; // what there is instead of what is missing
pub(crate) mod read; // subject + observation -> values
mod show; // values in messages and results

use crate::Observation;
use crate::assertion::{Assertion, Check, Node};
use crate::json::Rounded;
use crate::operator::Operator;
use crate::outcome::Outcome;
use crate::schema::JsonSchema;
use crate::subject::{Quantifier, Subject};
use crate::value::Value;
use crate::xpath::XPath;
pub(crate) use actual::Actual;
use compare::Comparing;
use faultfinder_script::STARTING_BYTES;
use faultfinder_taxonomy::word::Severity;
use std::sync::Arc;

use show::{MESSAGE_CHARS_MAX, cut};

/// Most characters of what is wrong by a schema in a message.
const VIOLATIONS_CHARS_MAX: usize = 500;

/// Holds an assertion against what was seen.
///
/// The work is linear in what was seen; patterns and JSONPath have budgets of their own.
#[must_use]
pub fn evaluate(assertion: &Assertion, seen: &Observation<'_>) -> Outcome {
    match &assertion.node {
        Node::Check(check) => single(assertion, check, seen),
        Node::Script(script) => script::judge(assertion, script, seen),
        Node::Group(group) => {
            let outcomes = group.parts.iter().map(|part| evaluate(part, seen)).collect();
            group::judge(assertion, group, outcomes)
        }
    }
}

fn single(assertion: &Assertion, check: &Check, seen: &Observation<'_>) -> Outcome {
    let actuals = match read::values(check, seen) {
        Ok(actuals) => actuals,
        Err(why) => return assertion.not_performed(&why),
    };
    if check.operator.compares() && actuals.iter().any(|actual| actual.is_rounded) {
        return assertion.not_performed(Rounded::WHY);
    }
    let mut comparing = Comparing::of(check, seen.now);
    let held = judge(check, &actuals, &mut comparing);
    if comparing.is_unfinished {
        let what =
            if check.operator == Operator::MatchesSchema { "JSON Schema" } else { "regular expression" };
        let why = format!("the {what} needs more work on this text than an assertion may take");
        return Outcome { unfinished: true, ..assertion.not_performed(&why) };
    }
    if comparing.is_endless {
        return assertion
            .not_performed("the JSON Schema is too deep for this body, or refers to itself without end");
    }
    if comparing.is_rounded {
        return assertion.not_performed(Rounded::WHY);
    }
    if comparing.is_timeless {
        return assertion.not_performed("the time is missing");
    }
    let passed = held.all != check.inverted;
    let text = cut(&assertion.text, MESSAGE_CHARS_MAX);
    let message = match passed {
        true => [&*text, " holds"].concat(),
        false if !comparing.violations.is_empty() => {
            format!(
                "expected {text}, found that {}",
                cut(&comparing.violations.join("; "), VIOLATIONS_CHARS_MAX)
            )
        }
        false => format!("expected {text}, found {}", found(check, &actuals, &held, seen)),
    };
    let actual = show::fact(&actuals, &check.value);
    Outcome { passed, evaluated: true, expected: assertion.expected(), actual, message, unfinished: false }
}

/// What was found instead, and what helps to see why.
fn found(check: &Check, actuals: &[Actual<'_>], held: &Held, seen: &Observation<'_>) -> String {
    if actuals.is_empty() {
        let missing = show::missing(check, seen);
        return match near::near(&check.reading.subject, seen) {
            Some(near) => format!("{missing}; {near}"),
            None => missing,
        };
    }
    // Of a quantifier, those that are not as they should be.
    let guilty: Vec<&Actual<'_>> = match check.reading.quantifier {
        Some(Quantifier::Every) if !check.inverted => {
            actuals.iter().zip(&held.each).filter(|(_, held)| !**held).map(|(actual, _)| actual).collect()
        }
        _ => actuals.iter().collect(),
    };
    let mut text = show::values(&guilty, &check.value, check.reading.quantifier.is_some());
    if guilty.len() < actuals.len() {
        text.push_str(&format!(" ({} of {} values)", guilty.len(), actuals.len()));
    }
    if let Some(why) = compare::remark(check, &guilty) {
        text.push_str(&format!(", {why}"));
    }
    text
}

/// Of which values an assertion holds.
struct Held {
    /// Whether it holds of all of them together.
    all: bool,
    /// Of each of them, as far as they were looked at.
    each: Vec<bool>,
}

/// Whether the operator holds of the values: of any of them, or of none if it is negated; as their quantifier says, of serial
/// numbers for all of them.
fn judge(check: &Check, actuals: &[Actual<'_>], comparing: &mut Comparing<'_>) -> Held {
    if check.operator == Operator::Exists {
        let text = matches!(check.reading.subject, Subject::Body | Subject::Received);
        let exists = actuals.iter().any(|actual| !text || !actual.text.is_empty());
        return Held { all: exists != check.negated, each: Vec::new() };
    }
    let quantifier = match check.reading.subject {
        Subject::Serial => Some(check.reading.quantifier.unwrap_or(Quantifier::Every)),
        _ => check.reading.quantifier,
    };
    let mut one =
        |actual: &Actual<'_>| comparing.holds(check.operator, &check.value, actual) != check.negated;
    match quantifier {
        Some(Quantifier::Some) => Held { all: actuals.iter().any(one), each: Vec::new() },
        Some(Quantifier::Every) => {
            let each: Vec<bool> = actuals.iter().map(one).collect();
            Held { all: !each.is_empty() && each.iter().all(|held| *held), each }
        }
        // Only the first was read. What is not there satisfies a negation.
        Some(Quantifier::First) => Held { all: actuals.first().map_or(check.negated, one), each: Vec::new() },
        None => {
            // Of none, if it is negated.
            let all = match check.negated {
                false => actuals.iter().any(&mut one),
                true => actuals.iter().all(&mut one),
            };
            Held { all, each: Vec::new() }
        }
    }
}

/// What a script costs at the most, in steps: its time.
pub(crate) const SCRIPT_STEPS_MAX: u64 = 25_000_000;

/// What it costs to parse a text as a type, in steps a byte.
const STEPS_OF_KIND: u64 = 8;

impl Assertion {
    /// How many steps it can take at the most on what was seen. A step is about 20 nanoseconds at the most, on a
    /// processor of 2020.
    #[must_use]
    pub fn work_max(&self, seen: &Observation<'_>) -> u64 {
        let of_scripts = u64::try_from(self.scripts()).unwrap_or(u64::MAX).saturating_mul(SCRIPT_STEPS_MAX);
        self.checks().into_iter().map(|check| check.work_max(seen)).fold(of_scripts, u64::saturating_add)
    }

    /// How many bytes the programs of its regular expressions have, which are made at load and again when they are not known
    /// any more. A script counts as one, too.
    #[must_use]
    pub fn program_bytes(&self) -> usize {
        let of_check = |check: &Check| match &check.value {
            Value::Pattern(pattern) => pattern.program_bytes(),
            Value::Schema(schema) => schema.program_bytes(),
            _ => 0,
        };
        let of_scripts = self.scripts().saturating_mul(STARTING_BYTES);
        self.checks().into_iter().map(of_check).fold(of_scripts, usize::saturating_add)
    }

    /// Whether it holds for an answer that DNSSEC finds bogus, so that such an answer is a value: `dnssec is bogus`.
    #[must_use]
    pub fn accepts_bogus(&self) -> bool {
        let mut seen = Observation::new();
        seen.dnssec = Some("bogus");
        let accepts = |check: &Check| {
            let alone = || Self::new(String::new(), Node::Check(Arc::new(check.clone())));
            matches!(check.reading.subject, Subject::Dnssec) && evaluate(&alone(), &seen).passed
        };
        self.severity == Severity::Fail && self.checks().into_iter().any(accepts)
    }
}

impl Check {
    fn work_max(&self, seen: &Observation<'_>) -> u64 {
        let bytes = read::text_bytes(self, seen);
        let reading = match &self.reading.subject {
            Subject::JsonPath(path) => path.work_max(bytes),
            Subject::XPath(_) => XPath::work_max(bytes),
            _ => bytes,
        };
        let comparing = match &self.value {
            Value::Pattern(pattern) => pattern.work_max(bytes),
            Value::Schema(_) => JsonSchema::work_max(),
            Value::Kind(_) => bytes.saturating_mul(STEPS_OF_KIND),
            Value::OneOf(values) => bytes.saturating_mul(u64::try_from(values.len()).unwrap_or(u64::MAX)),
            _ => 0,
        };
        reading.saturating_add(comparing)
    }
}

#[cfg(test)]
mod tests;
