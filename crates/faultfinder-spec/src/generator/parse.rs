//! Generators as written.

use super::{
    DateFormat, DateOffset, DateUnit, GENERATED_CHARS_DEFAULT, GENERATED_CHARS_MAX, Generator, TimestampUnit,
};
use crate::text::quoted;

/// The names of all generators.
pub(crate) const NAMES: &[&str] = &["numeric", "alphabetic", "alphanumeric", "uuid", "date", "timestamp"];

/// Reads a generator: its name and, when there are brackets, what is in them.
///
/// # Errors
///
/// What is wrong with the arguments. Nothing is returned when no generator has this name.
pub(crate) fn parse(name: &str, arguments: Option<&str>) -> Option<Result<Generator, String>> {
    let arguments = arguments.map(str::trim).filter(|arguments| !arguments.is_empty());
    Some(match name {
        "numeric" => count(name, arguments).map(Generator::Numeric),
        "alphabetic" => count(name, arguments).map(Generator::Alphabetic),
        "alphanumeric" => count(name, arguments).map(Generator::Alphanumeric),
        "uuid" => match arguments {
            None => Ok(Generator::Uuid),
            Some(found) => Err(format!("`uuid` takes no arguments, found {}", quoted(found))),
        },
        "date" => date(arguments),
        "timestamp" => timestamp(arguments),
        _ => return None,
    })
}

fn count(name: &str, arguments: Option<&str>) -> Result<u32, String> {
    let Some(text) = arguments else { return Ok(GENERATED_CHARS_DEFAULT) };
    match text.parse() {
        Ok(count @ 1..=GENERATED_CHARS_MAX) if !text.starts_with('+') => Ok(count),
        _ => Err(format!(
            "`{name}` takes a number of characters from 1 to {GENERATED_CHARS_MAX}, found {}",
            quoted(text)
        )),
    }
}

fn date(arguments: Option<&str>) -> Result<Generator, String> {
    let (offset, format) = arguments.unwrap_or("0d, YYYY-MM-DD").split_once(',').unwrap_or_else(|| {
        // One argument is an offset.
        (arguments.unwrap_or(""), "YYYY-MM-DD")
    });
    let (offset, format) = (offset.trim(), format.trim());
    let Some(offset) = date_offset(offset) else {
        return Err(format!(
            "`date` takes an offset such as -1d (units s, m, h, d, w, M, y; at most 1000 years), found {}",
            quoted(offset)
        ));
    };
    let Some(parsed) = DateFormat::new(format) else {
        return Err(format!("`date` takes a format such as YYYY-MM-DD, found {}", quoted(format)));
    };
    Ok(Generator::Date { offset, format: parsed })
}

fn date_offset(text: &str) -> Option<DateOffset> {
    let end = text.find(|c: char| c.is_alphabetic() || c == ' ').unwrap_or(text.len());
    let (amount, unit) = text.split_at(end);
    let amount: i64 = amount.parse().ok()?;
    let unit = match unit.trim() {
        "s" | "second" | "seconds" => DateUnit::Second,
        "m" | "minute" | "minutes" => DateUnit::Minute,
        "h" | "hour" | "hours" => DateUnit::Hour,
        "d" | "day" | "days" => DateUnit::Day,
        "w" | "week" | "weeks" => DateUnit::Week,
        "M" | "month" | "months" => DateUnit::Month,
        "y" | "year" | "years" => DateUnit::Year,
        "" if amount == 0 => DateUnit::Day,
        _ => return None,
    };
    DateOffset::new(amount, unit)
}

fn timestamp(arguments: Option<&str>) -> Result<Generator, String> {
    let Some(text) = arguments else {
        return Ok(Generator::Timestamp { offset: 0, unit: TimestampUnit::Seconds });
    };
    let (offset, unit) = text.split_once(',').unwrap_or((text, "s"));
    let offset: i64 = offset
        .trim()
        .parse()
        .map_err(|_| format!("`timestamp` takes a whole number and a unit, found {}", quoted(text)))?;
    match unit.trim() {
        "s" => Ok(Generator::Timestamp { offset, unit: TimestampUnit::Seconds }),
        "ms" => Ok(Generator::Timestamp { offset, unit: TimestampUnit::Milliseconds }),
        other => Err(format!("the unit of `timestamp` is s or ms, found {}", quoted(other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn made(name: &str, arguments: Option<&str>) -> String {
        let generator = parse(name, arguments).unwrap().unwrap();
        let mut bits = 0_u64;
        generator.generate(1_709_211_845_678, || {
            bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
            bits
        })
    }

    #[test]
    fn generators_make_what_they_say() {
        assert_eq!(made("numeric", Some("5")).len(), 5);
        assert!(made("numeric", None).bytes().all(|byte| byte.is_ascii_digit()));
        assert!(made("alphabetic", Some("100")).bytes().all(|byte| byte.is_ascii_alphabetic()));
        assert_eq!(made("alphanumeric", Some(" 12 ")).len(), 12);
        assert_eq!(made("uuid", None), "9e3779b9-7f4a-4c15-bc6e-f372fe94f82a");
        assert_eq!(made("uuid", Some("")).len(), 36);
        assert_eq!(made("date", None), "2024-02-29");
        assert_eq!(made("date", Some("0d, MM-DD-YYYY")), "02-29-2024");
        assert_eq!(made("date", Some("-1 day, MMM D, YYYY")), "Feb 28, 2024");
        assert_eq!(made("date", Some("1w")), "2024-03-07");
        assert_eq!(made("timestamp", None), "1709211845");
        assert_eq!(made("timestamp", Some("-5, ms")), "1709211845673");
        assert_eq!(made("timestamp", Some("10")), "1709211855");
    }

    #[test]
    fn bad_arguments_are_refused() {
        for (name, arguments) in [
            ("numeric", "0"),
            ("numeric", "1025"),
            ("numeric", "+3"),
            ("numeric", "x"),
            ("uuid", "4"),
            ("date", "1 fortnight"),
            ("date", "0d, qqqq"),
            ("date", "9999999999999999999d"),
            ("timestamp", "1, h"),
            ("timestamp", "soon"),
        ] {
            assert!(parse(name, Some(arguments)).unwrap().is_err(), "{name}({arguments})");
        }
        assert_eq!(parse("random", None), None);
    }
}
