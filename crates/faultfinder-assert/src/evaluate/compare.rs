//! Whether an operator holds of a value.

use super::actual::Actual;
use crate::assertion::Check;
use crate::json::LongIntegers;
use crate::number::Number;
use crate::operator::Operator;
use crate::pattern::{Search, Unfinished, WORK_MAX};
use crate::schema::{JsonSchema, Stop};
use crate::subject::Subject;
use crate::unit::Dimension;
use crate::value::{Value, http_age, tls_age};

/// Shortest text for which a message says where it begins to differ, in bytes.
const DIFFERENCE_BYTES_MIN: usize = 40;

/// The comparison of one assertion with all of its values.
pub(super) struct Comparing<'a> {
    /// The search for its pattern, in all of its texts.
    search: Option<Search<'a>>,
    /// The time in seconds since 1970.
    now: Option<i64>,
    /// Whether the search was given up.
    pub(super) is_unfinished: bool,
    /// Whether the time was needed and is not known.
    pub(super) is_timeless: bool,
    /// Whether a schema refers to itself without end.
    pub(super) is_endless: bool,
    /// Whether a schema asked for numbers that are not known exactly.
    pub(super) is_rounded: bool,
    /// What is wrong with values by a schema.
    pub(super) violations: Vec<String>,
    /// The steps that are left for a schema.
    work: u64,
}

impl<'a> Comparing<'a> {
    pub(super) fn of(check: &'a Check, now: Option<i64>) -> Self {
        let search = match &check.value {
            Value::Pattern(pattern) => Some(pattern.search(WORK_MAX)),
            _ => None,
        };
        Self {
            search,
            now,
            is_unfinished: false,
            is_timeless: false,
            is_endless: false,
            is_rounded: false,
            violations: Vec::new(),
            work: WORK_MAX,
        }
    }

    /// Whether the operator, as if it were not negated, holds of one value.
    pub(super) fn holds(&mut self, operator: Operator, expected: &Value, actual: &Actual<'_>) -> bool {
        match expected {
            Value::Nothing => true,
            Value::Text { text, .. } if operator == Operator::Contains => actual.contains(text),
            Value::Text { text, .. } if operator == Operator::StartsWith => {
                actual.any_text(|found| found.starts_with(text.as_str()))
            }
            Value::Text { text, .. } if operator == Operator::EndsWith => {
                actual.any_text(|found| found.ends_with(text.as_str()))
            }
            // In quotes, `true` and `null` are texts and nothing else.
            Value::Text { quoted: true, .. } if actual.is_literal() => false,
            Value::Text { text, number, .. } => actual.is(text, number.as_ref()),
            Value::Pattern(_) => actual.any_text(|text| self.finds(text)),
            Value::Number(expected) => actual
                .number
                .as_ref()
                .and_then(|number| number.compare(expected))
                .is_some_and(|order| operator.admits(order)),
            Value::Quantity { amount, dimension, unit } => actual
                .quantity(*dimension, unit.is_some())
                .and_then(|found| found.partial_cmp(amount))
                .is_some_and(|order| operator.admits(order)),
            Value::Moment(moment) => {
                let Some(expected) = moment.seconds(self.now) else {
                    self.is_timeless = true;
                    return false;
                };
                let found = actual.moment();
                found
                    .and_then(|found| found.partial_cmp(&expected))
                    .is_some_and(|order| operator.admits(order))
            }
            Value::StatusClass(class) => actual
                .number
                .as_ref()
                .and_then(Number::whole)
                .is_some_and(|status| status / 100 == i128::from(*class)),
            Value::Range(from, to) => actual
                .number
                .as_ref()
                .and_then(Number::whole)
                .is_some_and(|number| (i128::from(*from)..=i128::from(*to)).contains(&number)),
            Value::TlsVersion(expected) => {
                tls_age(&actual.text).is_some_and(|age| operator.admits(age.cmp(expected)))
            }
            Value::HttpVersion(expected) => {
                http_age(&actual.text).is_some_and(|age| operator.admits(age.cmp(expected)))
            }
            Value::Word(word) => actual.text.eq_ignore_ascii_case(word),
            Value::Kind(kind) => match &actual.json {
                Some(json) => kind.has_json(json),
                None => kind.has_text(&actual.text),
            },
            Value::Schema(schema) => self.is_valid(schema, actual),
            // It is loaded before anything is evaluated.
            Value::SchemaFile(_) => false,
            Value::OneOf(values) => values.iter().any(|value| self.holds(Operator::Is, value, actual)),
        }
    }

    /// Whether a value is valid by a schema.
    fn is_valid(&mut self, schema: &JsonSchema, actual: &Actual<'_>) -> bool {
        let Some(json) = &actual.json else { return false };
        let none = LongIntegers::default();
        match schema.violations(json, actual.long.unwrap_or(&none), &mut self.work) {
            Ok(violations) => {
                let is_valid = violations.is_empty();
                self.violations.extend(violations);
                is_valid
            }
            Err(Stop::Unfinished) => {
                self.is_unfinished = true;
                false
            }
            Err(Stop::Endless) => {
                self.is_endless = true;
                false
            }
            Err(Stop::Rounded) => {
                self.is_rounded = true;
                false
            }
        }
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

/// What helps to see why values are not as expected: that they cannot be compared at all, or where they begin to differ.
pub(super) fn remark(check: &Check, actuals: &[&Actual<'_>]) -> Option<String> {
    let none = |has: &dyn Fn(&Actual<'_>) -> bool| !actuals.is_empty() && !actuals.iter().any(|one| has(one));
    match &check.value {
        Value::Quantity { dimension: Dimension::Time, .. }
            if none(&|one| one.quantity(Dimension::Time, true).is_some())
                && actuals.iter().all(|one| one.number.is_some()) =>
        {
            Some("which has no unit of time".to_owned())
        }
        Value::Quantity { dimension, unit, .. }
            if none(&|one| one.quantity(*dimension, unit.is_some()).is_some()) =>
        {
            Some(match dimension {
                Dimension::Time if matches!(check.reading.subject, Subject::JsonPath(_)) => {
                    "which is not a duration".to_owned()
                }
                _ => "which is not a number".to_owned(),
            })
        }
        Value::Moment(_) if none(&|one| one.moment().is_some()) => Some("which is not a date".to_owned()),
        Value::Number(_) | Value::Range(..) if none(&|one| one.number.is_some() || one.amount.is_some()) => {
            Some("which is not a number".to_owned())
        }
        Value::Text { text, .. } if check.operator == Operator::Is && check.wants_presence() => {
            let [only] = actuals else { return None };
            difference(&only.text, text)
        }
        Value::Kind(_) => {
            let [only] = actuals else { return None };
            only.json.as_ref().map(|json| format!("which is {}", kind_of(json)))
        }
        _ => None,
    }
}

/// Where a long text begins to differ from the expected one.
fn difference(found: &str, expected: &str) -> Option<String> {
    if found.len().max(expected.len()) < DIFFERENCE_BYTES_MIN {
        return None;
    }
    let same = found.bytes().zip(expected.bytes()).take_while(|(left, right)| left == right).count();
    (same > 0).then(|| format!("which differs from byte {same} on"))
}

/// What a value of JSON is.
pub(super) fn kind_of(json: &serde_json::Value) -> &'static str {
    use serde_json::Value;
    match json {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
