//! Numbers: whole ones exactly, others as binary fractions.

use std::cmp::Ordering;

/// A finite number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Number {
    value: f64,
    /// The same, when it is whole; binary fractions cannot tell identifiers of 17 digits apart.
    whole: Option<Whole>,
}

/// A whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Whole {
    Short(i128),
    /// One that is longer: its sign, and its digits without zeros in front.
    Long(Sign, Box<str>),
}

/// The sign of a number that is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Minus,
    Plus,
}

impl Whole {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(short) = text.parse() {
            return Some(Self::Short(short));
        }
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (Sign::Minus, digits),
            None => (Sign::Plus, text.strip_prefix('+').unwrap_or(text)),
        };
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_whole.then(|| Self::Long(sign, digits.trim_start_matches('0').into()))
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Short(left), Self::Short(right)) => left.cmp(right),
            // A long one is beyond all short ones.
            (Self::Long(Sign::Minus, _), Self::Short(_))
            | (Self::Short(_), Self::Long(Sign::Plus, _))
            | (Self::Long(Sign::Minus, _), Self::Long(Sign::Plus, _)) => Ordering::Less,
            (Self::Long(Sign::Plus, _), Self::Short(_))
            | (Self::Short(_), Self::Long(Sign::Minus, _))
            | (Self::Long(Sign::Plus, _), Self::Long(Sign::Minus, _)) => Ordering::Greater,
            (Self::Long(Sign::Plus, left), Self::Long(Sign::Plus, right)) => by_size(left, right),
            (Self::Long(Sign::Minus, left), Self::Long(Sign::Minus, right)) => by_size(right, left),
        }
    }
}

/// The order of two numbers by their digits.
fn by_size(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

impl Number {
    /// Reads a decimal number: sign, digits, fraction, exponent; not `inf`, `nan` or hexadecimal.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
            return None;
        }
        let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
        Some(Self { value, whole: Whole::parse(text) })
    }

    /// A number of JSON; one that has more than 64 bits is rounded, see [`LongIntegers`](crate::json::LongIntegers).
    pub(crate) fn of_json(number: &serde_json::Number) -> Option<Self> {
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        Some(Self { value: number.as_f64()?, whole: whole.map(Whole::Short) })
    }

    pub(crate) const fn value(&self) -> f64 {
        self.value
    }

    /// Whether it is written as a whole number.
    pub(crate) const fn is_whole(&self) -> bool {
        self.whole.is_some()
    }

    /// The whole number, when it has at most 127 bits.
    pub(crate) const fn whole(&self) -> Option<i128> {
        match &self.whole {
            Some(Whole::Short(whole)) => Some(*whole),
            _ => None,
        }
    }

    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (&self.whole, &other.whole) {
            (Some(left), Some(right)) => Some(left.compare(right)),
            _ => self.value.partial_cmp(&other.value),
        }
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        Self { value: f64::from(value), whole: Some(Whole::Short(i128::from(value))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_of_any_length_are_compared_exactly() {
        let long = "9".repeat(60);
        let longer = format!("1{}", "0".repeat(60));
        for (less, more) in [
            ("18446744073709551617", "18446744073709551618"),
            ("1", &long),
            (&long, &longer),
            ("-1", &long),
            (&format!("-{longer}"), &format!("-{long}")),
            (&format!("-{long}"), "-1"),
            (&format!("-{long}"), &long),
            ("0.5", "1"),
        ] {
            let (left, right) = (Number::parse(less).unwrap(), Number::parse(more).unwrap());
            assert_eq!(left.compare(&right), Some(Ordering::Less), "{less} {more}");
            assert_eq!(right.compare(&left), Some(Ordering::Greater), "{more} {less}");
        }
        for (left, right) in [("1", "1.0"), ("+5", "5"), (&format!("000{long}"), &long)] {
            let (left, right) = (Number::parse(left).unwrap(), Number::parse(right).unwrap());
            assert_eq!(left.compare(&right), Some(Ordering::Equal), "{left:?} {right:?}");
        }
    }
}
