//! Durations within bounds.

use super::{BadValue, FromText, ValueKind};
use crate::duration;
use crate::text::quoted;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Longest pause before a retry.
pub const RETRY_INTERVAL_MAX: Duration = Duration::from_secs(60);

/// Longest `timeout` and `overall_timeout`.
pub const TIMEOUT_MAX: Duration = Duration::from_secs(3600);

/// Shortest interval of a schedule.
pub const EVERY_MIN: Duration = Duration::from_secs(1);

/// Longest interval of a schedule.
pub const EVERY_MAX: Duration = Duration::from_secs(7 * DAY.as_secs());

impl FromText for Duration {
    const KIND: ValueKind = ValueKind::Duration;

    fn expected() -> String {
        duration::EXPECTED.to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        duration::parse(text)
    }
}

/// A time limit: more than 0, at most [`TIMEOUT_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeout(Duration);

impl Timeout {
    /// The time.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromText for Timeout {
    const KIND: ValueKind = ValueKind::Duration;

    fn expected() -> String {
        "a time limit such as 500ms".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let time = duration::parse(text)?;
        if time.is_zero() {
            return Err(BadValue::new(format!("a time limit must be more than 0, found {}", quoted(text))));
        }
        if time > TIMEOUT_MAX {
            return Err(BadValue::new(format!("a time limit is at most 1h, found {}", quoted(text))));
        }
        Ok(Self(time))
    }
}

/// Declares a duration with a shortest and a longest value.
macro_rules! within {
    ($(#[$doc:meta])* $name:ident, $shortest:expr, $longest:expr, $expected:expr) => {
        within! { $(#[$doc])* $name, $shortest, $longest, $expected, as_it_is }
    };
    ($(#[$doc:meta])* $name:ident, $shortest:expr, $longest:expr, $expected:expr, $more:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Duration);

        impl $name {
            const RANGE: RangeInclusive<Duration> = $shortest..=$longest;

            /// The time.
            #[must_use]
            pub const fn get(self) -> Duration {
                self.0
            }
        }

        impl FromText for $name {
            const KIND: ValueKind = ValueKind::Duration;

            fn expected() -> String {
                $expected.to_owned()
            }

            fn from_text(text: &str) -> Result<Self, BadValue> {
                let time = duration::parse(text).map_err(|bad| $more(bad, text))?;
                if Self::RANGE.contains(&time) { Ok(Self(time)) } else { Err(BadValue::expected(&Self::expected(), text)) }
            }
        }
    };
}

const DAY: Duration = Duration::from_secs(86_400);

within! {
    /// How long a token that we make is valid: 1 s to 1 d.
    Lifetime, Duration::from_secs(1), DAY, "a duration from 1s to 1d"
}

within! {
    /// How long a one-time password is valid: 1 s to 1 h.
    TotpPeriod, Duration::from_secs(1), Duration::from_secs(3_600), "a duration from 1s to 1h"
}

within! {
    /// How often a test runs: 1 s to 7 d.
    Every, EVERY_MIN, EVERY_MAX, "a duration from 1s to 7d", schedule
}

/// What to write instead of a schedule of cron.
fn schedule(bad: BadValue, text: &str) -> BadValue {
    let is_cron = text.split_whitespace().count() >= 5 || text.starts_with('@');
    if is_cron {
        return bad
            .help("give an interval, such as 5m; `active_times` has the times of the week in which it runs");
    }
    bad
}

/// There is no more to say.
const fn as_it_is(bad: BadValue, _: &str) -> BadValue {
    bad
}

within! {
    /// How much later than its interval a heartbeat may come: 1 s to 7 d.
    Grace, Duration::from_secs(1), EVERY_MAX, "a duration from 1s to 7d"
}

within! {
    /// How long a job may take from its beginning to its end: 1 s to 7 d.
    LongestRun, Duration::from_secs(1), EVERY_MAX, "a duration from 1s to 7d"
}

within! {
    /// How long a test fails before there is an alert: up to 7 d.
    FailingFor, Duration::ZERO, EVERY_MAX, "a duration up to 7d"
}

within! {
    /// How long results may stay away: 1 s to 30 d.
    MissingAfter, Duration::from_secs(1), Duration::from_secs(30 * DAY.as_secs()), "a duration from 1s to 30d"
}

within! {
    /// How often an alert that goes on is sent again: 1 min to 7 d.
    RemindEvery, Duration::from_secs(60), EVERY_MAX, "a duration from 1m to 7d"
}

within! {
    /// The pause before a retry, up to 60 s.
    RetryInterval, Duration::ZERO, RETRY_INTERVAL_MAX, "a duration up to 60s"
}

within! {
    /// How long the steps of a test may take together: 1 s to 24 h.
    OverallTimeout, Duration::from_secs(1), DAY, "a duration from 1s to 24h"
}

within! {
    /// A pause between two steps, up to 1 h.
    StepWait, Duration::ZERO, Duration::from_secs(3_600), "a duration up to 1h"
}

within! {
    /// The pause before a step is repeated, up to 10 min.
    RepeatInterval, Duration::ZERO, Duration::from_secs(600), "a duration up to 10m"
}

within! {
    /// Time between two echo requests, from 1 ms to 60 s.
    EchoInterval, Duration::from_millis(1), Duration::from_secs(60), "a duration from 1ms to 60s"
}

within! {
    /// How long a reply to an echo request is waited for, from 1 ms to 60 s.
    EchoWait, Duration::from_millis(1), Duration::from_secs(60), "a duration from 1ms to 60s"
}
