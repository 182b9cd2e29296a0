//! Points in time, as pages show them: how long ago, and when exactly.

use super::text::span;
use crate::timestamp::Timestamp;

/// A point in time, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    /// For programs: `2026-11-22T10:00:00.000Z`.
    pub(super) iso: String,
    /// For people: `2026-11-22 10:00:00`, in UTC.
    pub(super) utc: String,
    /// `5 min ago`, or `in 5 min`.
    pub(super) ago: String,
    /// `5 min`, whether it is ahead or behind.
    pub(super) span: String,
}

impl Moment {
    /// A point in time, as it is shown at another.
    pub(super) fn new(at: Timestamp, now: Timestamp) -> Self {
        let iso = at.to_string();
        let is_ahead = at > now;
        let span = if is_ahead { span(at.since(now)) } else { span(seconds(now, at)) };
        let ago = match (is_ahead, span.as_str()) {
            (true, _) => format!("in {span}"),
            (false, "0 s") => "now".to_owned(),
            (false, _) => format!("{span} ago"),
        };
        Self { utc: utc(at), iso, ago, span }
    }
}

/// The whole seconds between two moments: nobody reads how many milliseconds ago something was.
fn seconds(now: Timestamp, at: Timestamp) -> std::time::Duration {
    std::time::Duration::from_secs(now.since(at).as_secs())
}

/// A point in time for people: `2026-11-22 10:00:00`, in UTC.
pub(super) fn utc(at: Timestamp) -> String {
    at.to_string().get(..19).unwrap_or_default().replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_says_how_long_ago_it_was() {
        let at = |millis: i64| Timestamp::from_millis(1_795_341_600_000 + millis);
        for (millis, ago) in [(0, "now"), (-999, "now"), (-61_000, "1 min 1 s ago"), (5_000, "in 5 s")] {
            assert_eq!(Moment::new(at(millis), at(0)).ago, ago);
        }
        let moment = Moment::new(at(0), at(0));
        assert_eq!(
            (moment.iso.as_str(), moment.utc.as_str()),
            ("2026-11-22T10:00:00.000Z", "2026-11-22 10:00:00")
        );
    }
}
