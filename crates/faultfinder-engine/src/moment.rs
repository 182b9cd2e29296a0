//! Times as text.

use faultfinder_net::Vantage;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;
use tokio::time::Instant;

/// When a run began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begin {
    /// By the calendar, for people.
    pub(crate) wall: SystemTime,
    /// By the clock that is never set, for durations.
    pub(crate) at: Instant,
}

impl Begin {
    pub(crate) fn now(vantage: &Vantage) -> Self {
        Self { wall: vantage.clock().now(), at: Instant::now() }
    }
}

/// A moment as RFC 3339 in UTC with milliseconds; the beginning of 1970 for moments that no calendar has.
pub(crate) fn rfc3339(moment: SystemTime) -> String {
    let millis = unix_millis(moment);
    let utc = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let mut text = String::with_capacity("1970-01-01T00:00:00.000Z".len());
    // Writing to a text does not fail.
    let _ = write!(
        text,
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        utc.year(),
        u8::from(utc.month()),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second(),
        utc.millisecond()
    );
    text
}

/// Milliseconds since 1970; negative before.
pub(crate) fn unix_millis(moment: SystemTime) -> i64 {
    let signed = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    match moment.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => signed(after),
        Err(before) => -signed(before.duration()),
    }
}

/// A duration in milliseconds with three decimals.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 microseconds, which is 285 years")]
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_with_milliseconds_in_utc() {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_007);
        assert_eq!(rfc3339(moment), "2023-11-14T22:13:20.007Z");
        assert_eq!(rfc3339(SystemTime::UNIX_EPOCH - Duration::from_millis(1)), "1969-12-31T23:59:59.999Z");
    }
}
