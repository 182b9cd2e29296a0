//! Units of time and size.

use crate::AssertionError;
use crate::error::{Span, quoted};
use crate::number::Number;
use faultfinder_taxonomy::word::nearest;

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// Time; in seconds.
    Time,
    /// Size; in bytes.
    Size,
    /// Size of a key; in bits.
    Bits,
    /// A share; in percent.
    Percent,
}

/// A unit: its spellings, the first of which is shown, and how many of the basic unit it has.
#[derive(Debug, PartialEq)]
pub(crate) struct Unit {
    names: &'static [&'static str],
    factor: f64,
}

const TIME: &[Unit] = &[
    Unit { names: &["us", "µs"], factor: 1e-6 },
    Unit { names: &["ms", "millisecond", "milliseconds"], factor: 1e-3 },
    Unit { names: &["s", "sec", "secs", "second", "seconds"], factor: 1.0 },
    Unit { names: &["m", "min", "mins", "minute", "minutes"], factor: 60.0 },
    Unit { names: &["h", "hour", "hours"], factor: 3_600.0 },
    Unit { names: &["days", "day", "d"], factor: 86_400.0 },
    Unit { names: &["weeks", "week", "w"], factor: 604_800.0 },
];

const SIZE: &[Unit] = &[
    Unit { names: &["bytes", "byte", "B"], factor: 1.0 },
    Unit { names: &["kB", "KB", "kb"], factor: 1e3 },
    Unit { names: &["KiB"], factor: 1024.0 },
    Unit { names: &["MB"], factor: 1e6 },
    Unit { names: &["MiB"], factor: 1_048_576.0 },
];

const BITS: &[Unit] = &[Unit { names: &["bits", "bit"], factor: 1.0 }];

const PERCENT: &[Unit] = &[Unit { names: &["%", "percent"], factor: 1.0 }];

/// What people write for some units, and what they are called here.
const FOREIGN: &[(&str, &str)] = &[
    ("msec", "ms"),
    ("msecs", "ms"),
    ("millis", "ms"),
    ("usec", "us"),
    ("usecs", "us"),
    ("micros", "us"),
    ("hr", "h"),
    ("hrs", "h"),
];

/// How many seconds a unit of time has.
pub(crate) fn seconds(name: &str) -> Option<f64> {
    find(Dimension::Time, name).map(Unit::factor)
}

/// The dimension of time or size that a unit has.
pub(crate) fn dimension_of(name: &str) -> Option<Dimension> {
    [Dimension::Time, Dimension::Size].into_iter().find(|dimension| find(*dimension, name).is_some())
}

fn find(dimension: Dimension, name: &str) -> Option<&'static Unit> {
    dimension.units().iter().find(|unit| unit.names.contains(&name))
}

impl Dimension {
    const fn units(self) -> &'static [Unit] {
        match self {
            Self::Time => TIME,
            Self::Size => SIZE,
            Self::Bits => BITS,
            Self::Percent => PERCENT,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Size => "size",
            Self::Bits => "key size",
            Self::Percent => "share",
        }
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::Time => "a unit: us, ms, s, m, h, days or weeks",
            Self::Size => "a unit: bytes, kB, KiB, MB or MiB",
            Self::Bits => "the unit `bits`, or none",
            Self::Percent => "the unit `%`, or none",
        }
    }
}

impl Unit {
    pub(crate) const fn name(&self) -> &'static str {
        match self.names.first() {
            Some(name) => name,
            None => "",
        }
    }

    pub(crate) const fn factor(&self) -> f64 {
        self.factor
    }
}

/// Takes a number and the unit behind it apart: `800 ms`, `800ms`. The unit may be empty.
pub(crate) fn split(span: Span<'_>) -> (Span<'_>, Span<'_>) {
    let end =
        span.text.find(|c: char| !matches!(c, '0'..='9' | '.' | '+' | '-' | ',')).unwrap_or(span.text.len());
    let (number, rest) = (span.part(0, end), span.part(end, span.text.len() - end));
    // `1e3`: the exponent belongs to the number.
    match Number::parse(span.text) {
        Some(_) => (span, span.part(span.text.len(), 0)),
        None => (number.trimmed(), rest.trimmed()),
    }
}

/// Reads a quantity in a dimension; yields it in the basic unit, and the unit it was written in. `fallback` is the
/// unit of a number that has none; without a fallback a unit is required.
pub(crate) fn read(
    number: Span<'_>,
    unit: Span<'_>,
    dimension: Dimension,
    fallback: Option<&str>,
) -> Result<(f64, Option<&'static Unit>), AssertionError> {
    let Some(value) = Number::parse(number.text) else {
        return Err(not_a_number(number, unit));
    };
    let find = |name: &str| find(dimension, name);
    if unit.text.is_empty() {
        return match fallback {
            Some("") => Ok((value.value(), None)),
            Some(fallback) => Ok((value.value() * find(fallback).map_or(1.0, Unit::factor), find(fallback))),
            None => {
                Err(AssertionError::new(number, format!("a unit is missing after {}", quoted(number.text)))
                    .expected(dimension.expected()))
            }
        };
    }
    let Some(found) = find(unit.text) else {
        let names = dimension.units().iter().flat_map(|unit| unit.names.iter().copied());
        let foreign = FOREIGN.iter().find(|(foreign, _)| foreign.eq_ignore_ascii_case(unit.text));
        let same = names.clone().find(|name| name.eq_ignore_ascii_case(unit.text));
        let ours = foreign.map(|(_, ours)| *ours).filter(|_| dimension == Dimension::Time);
        let near = same.or(ours).or_else(|| nearest(unit.text, names.filter(|name| name.len() > 2)));
        let message = format!("{} is not a unit of {}", quoted(unit.text), dimension.word());
        return Err(AssertionError::new(unit, message).expected(dimension.expected()).nearest(near));
    };
    Ok((value.value() * found.factor, Some(found)))
}

/// Reports that a value is not a number: the whole value, if the number is missing.
pub(crate) fn not_a_number(number: Span<'_>, unit: Span<'_>) -> AssertionError {
    let span = if number.text.is_empty() { unit } else { number };
    AssertionError::new(span, format!("expected a number, found {}", quoted(span.text)))
}
