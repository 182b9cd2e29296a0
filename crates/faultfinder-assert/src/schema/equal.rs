//! Equality of JSON (JSON Schema core section 4.2.2): numbers by value, objects without regard to order.

use super::validate::{Stop, spend};
use crate::json::LongIntegers;
use serde_json::Value;

/// Whether two values are equal; each value that is looked at is a step. `long` is how the long integers of each were written.
pub(crate) fn equal(
    left: &Value,
    right: &Value,
    long: (&LongIntegers, &LongIntegers),
    work: &mut u64,
) -> Result<bool, Stop> {
    spend(work, 1)?;
    Ok(match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let numbers = long.0.number(left)?.zip(long.1.number(right)?);
            numbers.and_then(|(left, right)| left.compare(&right)).is_some_and(std::cmp::Ordering::is_eq)
        }
        (Value::String(left), Value::String(right)) => {
            spend(work, u64::try_from(left.len() / 16).unwrap_or(u64::MAX))?;
            left == right
        }
        (Value::Array(left), Value::Array(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.iter().zip(right) {
                if !equal(left, right, long, work)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Object(left), Value::Object(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (name, value) in left {
                let Some(other) = right.get(name) else { return Ok(false) };
                if !equal(value, other, long, work)? {
                    return Ok(false);
                }
            }
            true
        }
        (left, right) => left == right,
    })
}
