//! Numbers: whole ones exactly, others as binary fractions.

use std::cmp::Ordering;

/// A finite number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    value: f64,
    /// The same, when it is whole; binary fractions cannot tell identifiers of 17 digits apart.
    whole: Option<i128>,
}

impl Number {
    /// Reads a decimal number: sign, digits, fraction, exponent; not `inf`, `nan` or hexadecimal.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
            return None;
        }
        let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
        Some(Self { value, whole: text.parse().ok() })
    }

    pub(crate) fn of_json(number: &serde_json::Number) -> Option<Self> {
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        Some(Self { value: number.as_f64()?, whole })
    }

    pub(crate) const fn value(self) -> f64 {
        self.value
    }

    pub(crate) const fn whole(self) -> Option<i128> {
        self.whole
    }

    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self.whole, other.whole) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => self.value.partial_cmp(&other.value),
        }
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        Self { value: f64::from(value), whole: Some(i128::from(value)) }
    }
}
