//! JSON whose whole numbers are exact, whatever their length.
//!
//! The parser turns whole numbers of more than 64 bits into binary fractions, which are rounded. How those were written is
//! kept beside the parsed value, by the fraction that each became.

mod tree; // a text -> its values, within a bound of memory

use crate::number::Number;
use serde_json::Value;
use std::collections::HashMap;
pub(crate) use tree::Bad;

/// Fewest characters of a whole number that may have more than 64 bits.
const LONG_CHARS_MIN: usize = 19;

/// How the whole numbers of more than 64 bits were written, by the bits of the fraction that they became; nothing where
/// different numbers became the same.
#[derive(Debug, Default, Clone)]
pub(crate) struct LongIntegers(HashMap<u64, Option<Box<str>>>);

/// Different numbers are the same after they were rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounded;

impl Rounded {
    /// Why nothing can be said.
    pub(crate) const WHY: &'static str = "the body has numbers that are too long to be distinguished: integers of more than 64 bits that are too close";
}

/// Parses JSON.
pub(crate) fn parse(text: &[u8]) -> Result<(Value, LongIntegers), Bad> {
    let value = tree::read(text)?;
    Ok((value, LongIntegers::of(text)))
}

impl LongIntegers {
    /// Looks for them in a text that is JSON.
    fn of(text: &[u8]) -> Self {
        let mut found = Self::default();
        for written in numbers(text).filter(|written| written.len() >= LONG_CHARS_MIN && is_whole(written)) {
            let Some(bits) = rounded(written) else { continue };
            let known = found.0.entry(bits).or_insert_with(|| Some(written.into()));
            if known.as_deref() != Some(written) {
                *known = None;
            }
        }
        if found.0.is_empty() {
            return found;
        }
        for written in numbers(text).filter(|written| !is_whole(written)) {
            if let Some(known) = rounded(written).and_then(|bits| found.0.get_mut(&bits)) {
                *known = None;
            }
        }
        found
    }

    /// A number, exactly if it is whole.
    pub(crate) fn number(&self, number: &serde_json::Number) -> Result<Option<Number>, Rounded> {
        Ok(match self.written(number)? {
            Some(written) => Number::parse(written),
            None => Number::of_json(number),
        })
    }

    /// The JSON text of a value.
    pub(crate) fn text(&self, value: &Value) -> Result<String, Rounded> {
        if self.0.is_empty() {
            return Ok(value.to_string());
        }
        Ok(match value {
            Value::Number(number) => match self.written(number)? {
                Some(written) => written.to_owned(),
                None => value.to_string(),
            },
            Value::Array(items) => {
                let items = items.iter().map(|item| self.text(item)).collect::<Result<Vec<_>, _>>()?;
                format!("[{}]", items.join(","))
            }
            Value::Object(members) => {
                let member = |(name, member): (&String, &Value)| {
                    Ok(format!("{}:{}", Value::from(name.as_str()), self.text(member)?))
                };
                let members = members.iter().map(member).collect::<Result<Vec<_>, Rounded>>()?;
                format!("{{{}}}", members.join(","))
            }
            Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
        })
    }

    /// How a number was written, if that is not how it is known now.
    fn written(&self, number: &serde_json::Number) -> Result<Option<&str>, Rounded> {
        if self.0.is_empty() || !number.is_f64() {
            return Ok(None);
        }
        match number.as_f64().and_then(|value| self.0.get(&value.to_bits())) {
            None => Ok(None),
            Some(known) => known.as_deref().map(Some).ok_or(Rounded),
        }
    }
}

/// The bits of the fraction that a number becomes; nothing when it stays whole.
fn rounded(written: &str) -> Option<u64> {
    // By the same parser as the whole, as others round differently.
    let number: serde_json::Number = serde_json::from_str(written).ok()?;
    number.as_f64().filter(|_| number.is_f64()).map(f64::to_bits)
}

fn is_whole(written: &str) -> bool {
    !written.contains(['.', 'e', 'E'])
}

/// The numbers of a text that is JSON.
fn numbers(text: &[u8]) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            match rest.first()? {
                b'"' => rest = behind_text(rest),
                b'-' | b'0'..=b'9' => {
                    let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
                    let end = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
                    let (number, after) = rest.split_at_checked(end)?;
                    rest = after;
                    return std::str::from_utf8(number).ok();
                }
                _ => rest = rest.get(1..)?,
            }
        }
    })
}

/// What is behind the text in quotes that comes first.
fn behind_text(text: &[u8]) -> &[u8] {
    let mut at = 1;
    loop {
        match text.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') | None => return text.get(at + 1..).unwrap_or_default(),
            Some(_) => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_keep_their_digits() {
        for (text, spelled) in [
            ("123456789012345678901234567890", Ok("123456789012345678901234567890")),
            ("-18446744073709551617", Ok("-18446744073709551617")),
            (
                r#"{"a\"1":[18446744073709551617,"18446744073709551618",2.5]}"#,
                Ok(r#"{"a\"1":[18446744073709551617,"18446744073709551618",2.5]}"#),
            ),
            (
                "[18446744073709551615,-9223372036854775808,1.0,-0]",
                Ok("[18446744073709551615,-9223372036854775808,1.0,-0.0]"),
            ),
            (
                "[18446744073709551617,18446744073709551617]",
                Ok("[18446744073709551617,18446744073709551617]"),
            ),
            ("1e30", Ok("1e+30")),
            // Both are the same fraction.
            ("[18446744073709551617,18446744073709551618]", Err(Rounded)),
            ("[100000000000000000000,1e20]", Err(Rounded)),
        ] {
            let (value, long) = parse(text.as_bytes()).unwrap();
            assert_eq!(long.text(&value), spelled.map(str::to_owned), "{text}");
        }
    }
}
