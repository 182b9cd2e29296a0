//! One value that was found.

use crate::json::{self, LongIntegers, Rounded};
use crate::moment;
use crate::number::Number;
use crate::schema::equal;
use crate::unit::Dimension;
use crate::value::Value;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::IpAddr;

/// One value that was found.
#[derive(Debug, Default)]
pub(crate) struct Actual<'a> {
    /// As text.
    pub(super) text: Cow<'a, str>,
    /// Other texts for the same thing.
    pub(super) others: Vec<Cow<'a, str>>,
    /// As a number, if it is one.
    pub(super) number: Option<Number>,
    /// As a quantity in its basic unit, if it is one.
    pub(super) amount: Option<f64>,
    /// Whether it is nothing but that quantity: it has no text.
    pub(super) is_quantity: bool,
    /// Whether a number in it counts seconds, as in the headers of HTTP.
    pub(super) counts_seconds: bool,
    /// As JSON, when it comes from there.
    pub(super) json: Option<Cow<'a, serde_json::Value>>,
    /// How the long integers of that JSON were written.
    pub(super) long: Option<&'a LongIntegers>,
    /// Whether it has numbers that are not known exactly.
    pub(crate) is_rounded: bool,
    /// Whether it is a name or address, so that case, a final dot and zeroes do not matter.
    pub(super) name: bool,
    /// Where it was found.
    pub(super) path: Option<String>,
    /// As a point in time in seconds since 1970, if it is known to be one.
    pub(super) at: Option<f64>,
}

impl Actual<'_> {
    /// As a value by itself: a quantity in its usual unit.
    pub(crate) fn shown_alone(&self) -> Cow<'_, str> {
        match self.is_quantity {
            true => self.shown(&Value::Nothing),
            false => Cow::Borrowed(&self.text),
        }
    }

    /// For a message: a quantity in the unit in which it was expected.
    pub(super) fn shown(&self, expected: &Value) -> Cow<'_, str> {
        match self.amount {
            Some(amount) if self.is_quantity || matches!(expected, Value::Quantity { unit: Some(_), .. }) => {
                Cow::Owned(in_unit(amount, expected))
            }
            _ if self.text.is_empty() => Cow::Borrowed("\"\""),
            _ => Cow::Borrowed(&self.text),
        }
    }
}

impl<'a> Actual<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(super) fn name(text: impl Into<Cow<'a, str>>) -> Self {
        Self { name: true, ..Self::text(text) }
    }

    pub(super) fn count(count: u32) -> Self {
        Self { number: Some(count.into()), ..Self::text(count.to_string()) }
    }

    pub(super) fn quantity_of(amount: f64) -> Self {
        Self { amount: Some(amount), is_quantity: true, ..Self::default() }
    }

    /// A size in bytes: a number and a quantity.
    pub(super) fn size(bytes: u64) -> Self {
        let number = Number::parse(&bytes.to_string());
        Self { amount: number.as_ref().map(Number::value), number, ..Self::text(bytes.to_string()) }
    }

    /// JSON, and where it was found.
    pub(super) fn json(value: Cow<'a, serde_json::Value>, path: String, long: &'a LongIntegers) -> Self {
        let text = match &*value {
            serde_json::Value::String(text) => Ok(text.clone()),
            other => long.text(other),
        };
        let number = match &*value {
            serde_json::Value::Number(number) => long.number(number).ok().flatten(),
            _ => None,
        };
        let is_rounded = text == Err(Rounded);
        let text = text.unwrap_or_else(|Rounded| value.to_string());
        let (json, long, path) = (Some(value), Some(long), Some(path));
        Self { number, json, long, is_rounded, path, ..Self::text(text) }
    }

    /// Whether it is JSON's null, true or false.
    pub(super) fn is_literal(&self) -> bool {
        matches!(self.json.as_deref(), Some(serde_json::Value::Null | serde_json::Value::Bool(_)))
    }

    /// The amount in the basic unit of a dimension; `has_unit` is whether the expected one was written with a unit.
    pub(super) fn quantity(&self, dimension: Dimension, has_unit: bool) -> Option<f64> {
        if self.amount.is_some() {
            return self.amount;
        }
        let number = self.number.as_ref().map(Number::value);
        match dimension {
            Dimension::Time if has_unit && !self.counts_seconds => {
                number.map_or_else(|| moment::duration(&self.text), |_| None)
            }
            Dimension::Time => number.or_else(|| moment::duration(&self.text)),
            Dimension::Size | Dimension::Bits | Dimension::Percent => number,
        }
    }

    /// As a point in time in seconds since 1970.
    pub(super) fn moment(&self) -> Option<f64> {
        let of_number = || self.number.as_ref().map(|number| moment::of_number(number.value()));
        self.at.or_else(|| moment::parse(&self.text)).or_else(of_number)
    }

    /// Whether one of its texts is as wanted.
    pub(super) fn any_text(&self, mut wanted: impl FnMut(&str) -> bool) -> bool {
        std::iter::once(&self.text).chain(&self.others).any(|text| wanted(text))
    }

    /// Whether it is this text, or this number.
    pub(super) fn is(&self, expected: &str, number: Option<&Number>) -> bool {
        if let (Some(found), Some(expected)) = (&self.number, number) {
            return found.compare(expected).is_some_and(std::cmp::Ordering::is_eq);
        }
        if self.name {
            let without_dot = |text: &str| text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
            let address = expected.parse::<IpAddr>().ok();
            return self.any_text(|text| {
                without_dot(text) == without_dot(expected)
                    || (address.is_some() && text.parse().ok() == address)
            });
        }
        if let Some(json @ (serde_json::Value::Array(_) | serde_json::Value::Object(_))) =
            self.json.as_deref()
            && let Ok((expected, long)) = json::parse(expected.as_bytes())
        {
            return self.is_json(json, &expected, &long);
        }
        self.any_text(|text| text == expected)
    }

    /// Whether its JSON is equal to another: numbers by their values, `1` and `1.0`.
    fn is_json(
        &self,
        found: &serde_json::Value,
        expected: &serde_json::Value,
        expected_long: &LongIntegers,
    ) -> bool {
        let none = LongIntegers::default();
        let numbers = (self.long.unwrap_or(&none), expected_long);
        let mut work = u64::MAX;
        // A line has few values. What is rounded is not the same as what is distinguished from it.
        equal(found, expected, numbers, &mut work).unwrap_or(false)
    }

    /// Whether it contains this text.
    pub(super) fn contains(&self, expected: &str) -> bool {
        if self.name {
            let expected = expected.to_ascii_lowercase();
            return self.any_text(|text| text.to_ascii_lowercase().contains(&expected));
        }
        self.any_text(|text| text.contains(expected))
    }
}

/// A quantity in the unit of the expected one; times without one in milliseconds.
fn in_unit(amount: f64, expected: &Value) -> String {
    let (factor, name) = match expected {
        Value::Quantity { unit: Some(unit), .. } => (unit.factor(), unit.name()),
        _ => (1e-3, "ms"),
    };
    let mut text = String::with_capacity(32);
    let _ = write!(text, "{:.3}", amount / factor);
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    text.push(' ');
    text.push_str(name);
    text
}
