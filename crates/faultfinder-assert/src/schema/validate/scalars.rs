//! Keywords about any value, about numbers and about texts.

use super::super::equal::equal;
use super::{Run, Stop, spend};
use crate::number::Number;
use crate::pattern::Unfinished;
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// Longest value that is quoted in a violation, in characters.
const SHOWN_CHARS_MAX: usize = 40;

impl<'s> Run<'s, '_> {
    /// Whether a value is valid by `type`, `enum`, `const`, and by the keywords about numbers and texts.
    pub(super) fn scalars(&mut self, schema: &'s Map<String, Value>, value: &Value) -> Result<bool, Stop> {
        let mut is_valid = true;
        let mut judge = |run: &mut Self, fits: bool, what: &dyn Fn() -> String| {
            if !fits {
                is_valid = false;
                run.object(what);
            }
        };
        match schema.get("type") {
            Some(Value::String(name)) => {
                let fits = has_type(value, name);
                judge(self, fits, &|| format!("is {}, expected {}", type_of(value), with_article(name)));
            }
            Some(Value::Array(names)) => {
                let fits = names.iter().filter_map(Value::as_str).any(|name| has_type(value, name));
                let wanted = || names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ");
                judge(self, fits, &|| format!("is {}, expected {}", type_of(value), wanted()));
            }
            _ => {}
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            let mut fits = false;
            for wanted in values {
                fits = fits || equal(wanted, value, (&self.schema.long, self.long), self.work)?;
            }
            judge(self, fits, &|| {
                format!("is {}, expected one of {}", shown(value), shown(&Value::from(values.clone())))
            });
        }
        if let Some(wanted) = schema.get("const") {
            let fits = equal(wanted, value, (&self.schema.long, self.long), self.work)?;
            judge(self, fits, &|| format!("is {}, expected {}", shown(value), shown(wanted)));
        }
        match value {
            Value::Number(number) => {
                for (keyword, sign, fits) in BOUNDS {
                    let Some(limit) = schema.get(*keyword).and_then(Value::as_number) else { continue };
                    let numbers = self.schema.long.number(limit)?.zip(self.long.number(number)?);
                    let order = numbers.and_then(|(limit, found)| found.compare(&limit));
                    let Some(order) = order else { continue };
                    let limit = &schema.get(*keyword);
                    judge(self, fits(order), &|| {
                        format!("is {number}, expected {sign} {}", limit.map(shown).unwrap_or_default())
                    });
                }
                if let Some(divisor) = schema.get("multipleOf").and_then(Value::as_number) {
                    judge(self, is_multiple(number, divisor), &|| {
                        format!("is {number}, not a multiple of {divisor}")
                    });
                }
            }
            Value::String(text) => {
                let length = text.chars().count();
                spend(self.work, u64::try_from(text.len() / 16).unwrap_or(u64::MAX))?;
                let limit = |keyword: &str| schema.get(keyword).and_then(count);
                if let Some(most) = limit("maxLength") {
                    judge(self, length <= most, &|| {
                        format!("has {length} characters, at most {most} are allowed")
                    });
                }
                if let Some(least) = limit("minLength") {
                    judge(self, length >= least, &|| {
                        format!("has {length} characters, at least {least} are needed")
                    });
                }
                if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
                    let fits = self.finds(pattern, text)?;
                    judge(self, fits, &|| format!("is {}, which does not match {pattern}", shown(value)));
                }
            }
            _ => {}
        }
        Ok(is_valid)
    }

    /// Whether a pattern of the schema is in a text.
    pub(super) fn finds(&mut self, pattern: &str, text: &str) -> Result<bool, Stop> {
        let Some(pattern) = self.schema.patterns.get(pattern) else { return Ok(true) };
        let mut search = pattern.search(*self.work);
        let found = search.finds(text);
        *self.work = search.left();
        found.map_err(|Unfinished| Stop::Unfinished)
    }
}

type Fits = fn(Ordering) -> bool;

/// Keywords that compare numbers, with their sign.
const BOUNDS: &[(&str, &str, Fits)] = &[
    ("minimum", ">=", Ordering::is_ge),
    ("maximum", "<=", Ordering::is_le),
    ("exclusiveMinimum", ">", Ordering::is_gt),
    ("exclusiveMaximum", "<", Ordering::is_lt),
];

/// A number of things.
pub(super) fn count(value: &Value) -> Option<usize> {
    // `2.0` is a whole number.
    let number = Number::of_json(value.as_number()?)?;
    number.whole().and_then(|whole| usize::try_from(whole).ok()).or_else(|| {
        let value = number.value();
        (value.fract() == 0.0 && (0.0..1e15).contains(&value))
            .then(|| format!("{value:.0}").parse().ok())
            .flatten()
    })
}

fn is_multiple(number: &serde_json::Number, divisor: &serde_json::Number) -> bool {
    let Some((number, divisor)) = Number::of_json(number).zip(Number::of_json(divisor)) else { return true };
    match (number.whole(), divisor.whole()) {
        (Some(number), Some(divisor)) if divisor != 0 => number % divisor == 0,
        _ => {
            let quotient = number.value() / divisor.value();
            // Decimal fractions are not exact: 4.5 / 0.01.
            quotient.is_finite() && (quotient - quotient.round()).abs() < 1e-9 * quotient.abs().max(1.0)
        }
    }
}

fn has_type(value: &Value, name: &str) -> bool {
    match (name, value) {
        ("null", Value::Null)
        | ("boolean", Value::Bool(_))
        | ("number", Value::Number(_))
        | ("string", Value::String(_))
        | ("array", Value::Array(_))
        | ("object", Value::Object(_)) => true,
        ("integer", Value::Number(number)) => {
            number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|value| value.fract() == 0.0)
        }
        _ => false,
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn with_article(name: &str) -> String {
    match name {
        "null" => name.to_owned(),
        "array" | "object" | "integer" => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

/// A value for a violation, shortened.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}..", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
