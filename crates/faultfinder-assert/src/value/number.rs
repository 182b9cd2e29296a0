//! Numbers, times, sizes and dates.

use super::expected::{Moment, Value, Written};
use crate::cursor::unquote;
use crate::error::{Span, quoted};
use crate::number::Number;
use crate::operator::Operator;
use crate::subject::{Aspect, CertificateField, ChainField, CookieField, Reading, Subject};
use crate::unit::{self, Dimension};
use crate::{AssertionError, moment};

/// What a comparison by size is made in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Measure {
    /// A quantity of this dimension.
    Of(Dimension),
    /// A point in time.
    Moment,
    /// Whatever is written: a number, a time, a size or a point in time.
    Any,
}

/// What a comparison is made in; nothing when it is one of plain numbers or of text.
pub(super) fn measure(reading: &Reading, operator: Operator) -> Option<Measure> {
    let time = Some(Measure::Of(Dimension::Time));
    let size = Some(Measure::Of(Dimension::Size));
    match reading.aspect {
        Some(Aspect::Size) => return size,
        Some(Aspect::Count | Aspect::Length | Aspect::Text) => return None,
        None => {}
    }
    match &reading.subject {
        Subject::ResponseTime { .. }
        | Subject::PhaseTime(_)
        | Subject::Ttl
        | Subject::Latency(_)
        | Subject::Certificate(CertificateField::ExpiresIn)
        | Subject::Cookie { field: CookieField::ExpiresIn | CookieField::MaxAge, .. }
        | Subject::Chain(ChainField::ExpiresIn) => time,
        Subject::Certificate(CertificateField::NotBefore | CertificateField::NotAfter)
        | Subject::Cookie { field: CookieField::Expires, .. } => Some(Measure::Moment),
        Subject::PacketLoss => Some(Measure::Of(Dimension::Percent)),
        Subject::Body | Subject::Received if operator.orders() => size,
        Subject::Certificate(CertificateField::Key) if operator.orders() => {
            Some(Measure::Of(Dimension::Bits))
        }
        Subject::Header(_)
        | Subject::Metadata(_)
        | Subject::Trailer(_)
        | Subject::Cookie { field: CookieField::Value, .. }
        | Subject::JsonPath(_)
        | Subject::XPath(_)
            if operator.orders() =>
        {
            Some(Measure::Any)
        }
        _ => None,
    }
}

/// The unit of a number without one; nothing where a unit is required.
fn fallback(reading: &Reading) -> Option<&'static str> {
    match (&reading.subject, reading.aspect) {
        (_, Some(Aspect::Size)) => Some("bytes"),
        (Subject::Ttl | Subject::Cookie { field: CookieField::MaxAge, .. }, _) => Some("s"),
        (Subject::Certificate(CertificateField::Key), _) => Some(""),
        (Subject::PacketLoss, _) => Some("%"),
        _ => None,
    }
}

/// Reads a quantity or a point in time.
pub(super) fn read(
    written: Written<'_>,
    reading: &Reading,
    measure: Measure,
) -> Result<Value, AssertionError> {
    // In quotes or not, a number is a number.
    let (bare, after) = bare(written)?;
    if matches!(measure, Measure::Moment | Measure::Any) && written.unit.is_none() {
        if let Some(moment) = moment_of(bare)?.filter(|_| after.text.is_empty()) {
            return Ok(Value::Moment(moment));
        }
        if matches!(measure, Measure::Moment) {
            let message = format!("expected a date, found {}", quoted(bare.text));
            return Err(AssertionError::new(bare, message).expected(DATE));
        }
    }
    let (number, behind) = if after.text.is_empty() { unit::split(bare) } else { (bare, after) };
    let unit = match written.unit {
        Some(unit) if behind.text.is_empty() => unit,
        _ => behind,
    };
    let dimension = match measure {
        Measure::Of(dimension) => dimension,
        Measure::Moment => return Err(unit::not_a_number(number, unit).expected(DATE)),
        Measure::Any if unit.text.is_empty() => {
            let number_read = Number::parse(number.text).map(Value::Number);
            return number_read.ok_or_else(|| unit::not_a_number(number, unit));
        }
        Measure::Any if Number::parse(number.text).is_none() => {
            return Err(unit::not_a_number(number, unit));
        }
        Measure::Any => unit::dimension_of(unit.text).ok_or_else(|| {
            AssertionError::new(unit, format!("{} is not a unit of time or size", quoted(unit.text)))
                .expected("a unit such as ms, s, days, bytes or kB, or none")
        })?,
    };
    let (amount, unit) = unit::read(number, unit, dimension, fallback(reading))?;
    Ok(Value::Quantity { amount, unit, dimension })
}

const DATE: &str = "a date such as 2026-01-31, 2026-01-31T12:00:00Z or now - 5 minutes";

/// The value without its quotes, and what is behind them.
fn bare<'a>(written: Written<'a>) -> Result<(Span<'a>, Span<'a>), AssertionError> {
    let span = written.text;
    let end = span.part(span.text.len(), 0);
    let Some(read) = unquote(span, false).filter(|_| !written.verbatim) else { return Ok((span, end)) };
    let (_, after) = read?;
    let inside = span.part(1, after.offset.saturating_sub(span.offset).saturating_sub(1));
    let inside = inside.part(0, inside.text.trim_end().trim_end_matches(['"', '\'']).len()).trimmed();
    Ok((inside, after))
}

/// `now`, `now - 5 minutes`, `2026-01-01`; nothing when it is none of that.
fn moment_of(span: Span<'_>) -> Result<Option<Moment>, AssertionError> {
    let Some(rest) = span.text.strip_prefix("now") else {
        return Ok(moment::parse(span.text).map(Moment::At));
    };
    let rest = rest.trim_start();
    let Some(sign) = rest.chars().next() else { return Ok(Some(Moment::Now(0.0))) };
    let after = span.part(span.text.len() - rest.len(), rest.len());
    let sign = match sign {
        '+' => 1.0,
        '-' => -1.0,
        _ => return Err(AssertionError::new(after, "there is text after `now`").expected(DATE)),
    };
    let (number, unit) = unit::split(after.part(1, after.text.len() - 1).trimmed());
    let (amount, _) = unit::read(number, unit, Dimension::Time, None)?;
    Ok(Some(Moment::Now(sign * amount)))
}
