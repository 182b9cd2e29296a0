//! One value that was found.

use crate::number::Number;
use crate::outcome::CUT_MARK;
use crate::value::{Value, number_fact};
use faultfinder_taxonomy::Fact;
use std::borrow::Cow;
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
    /// As JSON, when it comes from there.
    pub(super) json: Option<serde_json::Value>,
    /// Whether it is a name or address, so that case, a final dot and zeroes do not matter.
    pub(super) name: bool,
}

impl<'a> Actual<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(super) fn count(count: u32) -> Self {
        Self { number: Some(count.into()), ..Self::text(count.to_string()) }
    }

    pub(super) fn quantity(amount: f64) -> Self {
        Self { amount: Some(amount), is_quantity: true, ..Self::default() }
    }

    /// Whether it is JSON's null, true or false.
    pub(super) fn is_literal(&self) -> bool {
        matches!(self.json, Some(serde_json::Value::Null | serde_json::Value::Bool(_)))
    }

    /// Whether it is this text, or this number.
    pub(super) fn is(&self, expected: &str, number: Option<Number>) -> bool {
        if let (Some(found), Some(expected)) = (self.number, number) {
            return found.compare(expected).is_some_and(std::cmp::Ordering::is_eq);
        }
        let texts = || std::iter::once(&self.text).chain(&self.others);
        if self.name {
            let without_dot = |text: &str| text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
            let address = expected.parse::<IpAddr>().ok();
            return texts().any(|text| {
                without_dot(text) == without_dot(expected)
                    || (address.is_some() && text.parse().ok() == address)
            });
        }
        if let Some(json @ (serde_json::Value::Array(_) | serde_json::Value::Object(_))) = &self.json
            && let Ok(expected) = serde_json::from_str::<serde_json::Value>(expected)
        {
            return expected == *json;
        }
        texts().any(|text| text.as_ref() == expected)
    }

    /// Whether it contains this text.
    pub(super) fn contains(&self, expected: &str) -> bool {
        let mut texts = std::iter::once(&self.text).chain(&self.others);
        if self.name {
            let expected = expected.to_ascii_lowercase();
            return texts.any(|text| text.to_ascii_lowercase().contains(&expected));
        }
        texts.any(|text| text.contains(expected))
    }

    /// As a value by itself: a quantity in its usual unit.
    pub(crate) fn shown_alone(&self) -> Cow<'_, str> {
        match self.amount {
            Some(amount) if self.is_quantity => Cow::Owned(in_unit(amount, &Value::Nothing)),
            _ => Cow::Borrowed(&self.text),
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

    /// For a result, at most so many bytes of text.
    pub(super) fn fact(&self, expected: &Value, bytes_max: usize) -> Fact {
        if self.amount.is_some()
            && (self.is_quantity || matches!(expected, Value::Quantity { unit: Some(_), .. }))
        {
            return Fact::Text(self.shown(expected).into_owned());
        }
        match (&self.json, self.number) {
            (Some(json), _) if self.text.len() <= bytes_max => from_json(json),
            (None, Some(number)) => number_fact(number),
            _ => Fact::Text(cut_bytes(&self.text, bytes_max)),
        }
    }
}

/// A quantity in the unit of the expected one; times without one in milliseconds.
fn in_unit(amount: f64, expected: &Value) -> String {
    let (factor, name) = match expected {
        Value::Quantity { unit: Some(unit), .. } => (unit.factor(), unit.name()),
        _ => (1e-3, "ms"),
    };
    let text = format!("{:.3}", amount / factor);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} {name}")
}

fn from_json(json: &serde_json::Value) -> Fact {
    use serde_json::Value;
    match json {
        Value::Null => Fact::Null,
        Value::Bool(value) => Fact::Bool(*value),
        Value::Number(number) => Number::of_json(number).map_or(Fact::Null, number_fact),
        Value::String(text) => Fact::Text(text.clone()),
        Value::Array(items) => Fact::List(items.iter().map(from_json).collect()),
        Value::Object(members) => {
            Fact::Map(members.iter().map(|(name, member)| (name.clone(), from_json(member))).collect())
        }
    }
}

fn cut_bytes(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = (0..=bytes_max).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}{CUT_MARK}", text.get(..end).unwrap_or_default())
}
