//! Conditions on numbers and times.

use super::condition::{Condition, Operator, Refused, Side};
use super::values::plain;
use crate::Place;
use crate::foreign::pieces::{check, go_duration, line};
use crate::yaml::Node;
use std::rc::Rc;

/// Units of time from the largest, in milliseconds.
const UNITS: &[(&str, i64)] = &[("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A duration: milliseconds, or a number with a unit.
pub(super) fn duration(place: Place, subject: &str, condition: &Condition<'_>) -> Result<Rc<Node>, Refused> {
    let Side::Text(written) = condition.right else { return Err("a time is compared with a number only") };
    if matches!(condition.operator, Operator::Is | Operator::IsNot) {
        return Err("a time is compared with `<`, `<=`, `>` and `>=` only");
    }
    if plain(written).is_none() {
        return Err("a time cannot come from a variable");
    }
    let number = number(written);
    let (unit, size) = UNITS.iter().find(|(_, size)| number % size == 0).copied().unwrap_or(("ms", 1));
    Ok(line(place, format!("{subject} {} {} {unit}", condition.operator.sign(), number / size)))
}

/// A number as Gatus reads one: a duration is in milliseconds, and what is not a number is zero.
pub(super) fn number(written: &str) -> i64 {
    if let Some((_, duration)) = go_duration(written).filter(|(_, duration)| !duration.is_zero()) {
        return i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    }
    let hexadecimal = written.strip_prefix("0x").and_then(|digits| i64::from_str_radix(digits, 16).ok());
    hexadecimal.or_else(|| written.parse().ok()).unwrap_or_else(|| {
        let whole = written.split_once('.').map_or(written, |(whole, _)| whole);
        whole.parse().unwrap_or(0)
    })
}

/// A number that is compared with one.
pub(super) fn numeric(place: Place, subject: &str, condition: &Condition<'_>) -> Result<Rc<Node>, Refused> {
    let Side::Text(written) = condition.right else { return Err("a number is compared with a number only") };
    if plain(written).is_none() {
        return Err("a number cannot come from a variable");
    }
    let is_decimal = written.parse::<f64>().is_ok_and(f64::is_finite);
    let number = if is_decimal { written.to_owned() } else { number(written).to_string() };
    Ok(check(place, subject, condition.operator.sign(), &number))
}
