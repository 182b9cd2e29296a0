//! Durations as written: `300ms`, `10s`, `1.5s`, `14 days`, `1m 30s`.

use crate::text::quoted;
use crate::value::BadValue;
use std::time::Duration;

/// Longest duration that is read at all: a century.
const NANOSECONDS_MAX: u128 = 100 * 366 * 86_400 * NANOSECONDS_PER_SECOND;
const NANOSECONDS_PER_SECOND: u128 = 1_000_000_000;

/// Most pairs of a number and a unit.
const PAIRS_MAX: usize = 8;

/// Units and how many nanoseconds each has.
const UNITS: &[(&[&str], u128)] = &[
    (&["us", "µs"], 1_000),
    (&["ms", "millisecond", "milliseconds"], 1_000_000),
    (&["s", "sec", "secs", "second", "seconds"], NANOSECONDS_PER_SECOND),
    (&["m", "min", "mins", "minute", "minutes"], 60 * NANOSECONDS_PER_SECOND),
    (&["h", "hour", "hours"], 3_600 * NANOSECONDS_PER_SECOND),
    (&["d", "day", "days"], 86_400 * NANOSECONDS_PER_SECOND),
    (&["w", "week", "weeks"], 7 * 86_400 * NANOSECONDS_PER_SECOND),
];

/// What is expected.
pub(crate) const EXPECTED: &str = "a duration such as 500ms";

/// Reads a duration: one or more pairs of a decimal number and a unit, with or without spaces.
///
/// # Errors
///
/// When it is none, or longer than a century.
pub fn parse(text: &str) -> Result<Duration, BadValue> {
    let bad = || BadValue::expected(EXPECTED, text);
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(bad());
    }
    let mut total = 0_u128;
    for _ in 0..PAIRS_MAX {
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        rest = after.trim_start();
        if number.is_empty() {
            return Err(bad());
        }
        if unit.is_empty() {
            let hint = format!("a unit is missing: {number}ms, {number}s, {number}m");
            return Err(bad().help(hint));
        }
        let Some((_, nanoseconds)) = UNITS.iter().find(|(names, _)| names.contains(&unit)) else {
            return Err(bad()
                .label(Some(format!("{} is not a unit of time", quoted(unit))))
                .help(UNITS_HELP));
        };
        let value = scaled(number, *nanoseconds).ok_or_else(bad)?;
        total = total.saturating_add(value);
    }
    if !rest.is_empty() {
        return Err(bad());
    }
    if total > NANOSECONDS_MAX {
        return Err(BadValue::new(format!("a duration is at most a century, found {}", quoted(text))));
    }
    let seconds = u64::try_from(total / NANOSECONDS_PER_SECOND).map_err(|_| bad())?;
    let nanoseconds = u32::try_from(total % NANOSECONDS_PER_SECOND).map_err(|_| bad())?;
    Ok(Duration::new(seconds, nanoseconds))
}

const UNITS_HELP: &str = "units are us, ms, s, m, h, d and w";

/// A decimal number times a factor, rounded down; nothing when it is not a number or too large to matter.
fn scaled(number: &str, factor: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    // 18 digits times the largest factor fit into 128 bits.
    if whole.len() > 18
        || fraction.len() > 9
        || (whole.is_empty() && fraction.is_empty())
        || number.ends_with('.')
    {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut value = whole.checked_mul(factor)?;
    let mut scale = factor;
    for digit in fraction.chars() {
        scale /= 10;
        value = value.checked_add(u128::from(digit.to_digit(10)?).checked_mul(scale)?)?;
    }
    Some(value)
}

/// A duration for people: the largest unit that divides it.
#[must_use]
pub fn display(duration: Duration) -> String {
    let nanoseconds = duration.as_nanos();
    let unit = UNITS.iter().rev().find(|(_, size)| nanoseconds.is_multiple_of(*size) && nanoseconds >= *size);
    match unit {
        Some((names, size)) => format!("{}{}", nanoseconds / size, names.first().unwrap_or(&"")),
        None => format!("{nanoseconds}ns"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_numbers_with_units() {
        for (text, milliseconds) in [
            ("300ms", 300),
            ("10s", 10_000),
            ("1.5s", 1_500),
            (".5 s", 500),
            ("1m", 60_000),
            ("1m 30s", 90_000),
            ("1h30m", 5_400_000),
            ("14 days", 14 * 86_400_000),
            ("0s", 0),
            ("2w", 14 * 86_400_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        assert_eq!(parse("1500us"), Ok(Duration::from_micros(1500)));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            " ",
            "10",
            "s",
            "-1s",
            "10 parsecs",
            "1..5s",
            "1.s",
            "1s,",
            "99999999999999999999s",
            "101000d",
            "1s1s1s1s1s1s1s1s1s",
            "٣s",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_shown_in_their_largest_unit() {
        for (duration, text) in [(90_000, "90s"), (60_000, "1m"), (604_800_000, "1w"), (300, "300ms")] {
            assert_eq!(display(Duration::from_millis(duration)), text);
        }
    }
}
