//! Which due moments are in the active times of a test.

use super::Moments;
use crate::Timestamp;
use faultfinder_spec::ActiveTimes;

impl Moments {
    /// Those of them that are in these times.
    pub(crate) fn within(self, active: &ActiveTimes) -> Option<Self> {
        let every = i64::try_from(self.every.as_millis()).unwrap_or(i64::MAX).max(1);
        let (first, last) = (self.first.millis(), self.last.millis());
        // The moment after this one, counted from the first; spans come in order and may overlap over the end of a week.
        let number = |at: i64| at.saturating_sub(first).max(0).saturating_add(every - 1).div_euclid(every);
        let (mut bounds, mut count, mut next) = (None, 0_i64, 0_i64);
        for (from, until) in active.between(first, last.saturating_add(1)) {
            let (from, until) = (number(from).max(next), number(until.min(last.saturating_add(1))));
            if from < until {
                bounds = Some((bounds.map_or(from, |(earliest, _)| earliest), until - 1));
                count = count.saturating_add(until - from);
                next = until;
            }
        }
        let (earliest, latest) = bounds?;
        let moment = |number: i64| Timestamp::from_millis(first.saturating_add(number.saturating_mul(every)));
        let count = u64::try_from(count).unwrap_or(0);
        Some(Self { first: moment(earliest), last: moment(latest), count, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_engine::Suite;
    use faultfinder_spec::Source;
    use std::time::Duration;

    const DAY: u64 = 24 * 60 * 60;
    /// Monday, 2026-11-30T00:00:00Z.
    const MONDAY: i64 = 1_795_996_800_000;

    /// How many of the moments from Monday on are in these times, the first and the last, in minutes since Monday.
    fn within(times: &str, every_seconds: u64, count: u64) -> Option<(i64, i64, u64)> {
        let text =
            format!("tests: [{{ name: a, active_times: [{times}], tcp: {{ host: a.test, port: 1 }} }}]");
        let suite = Suite::load_foreign(&Source::new("a.yaml", &text)).unwrap();
        let every = Duration::from_secs(every_seconds);
        let last = MONDAY + i64::try_from((count - 1) * every_seconds * 1000).unwrap();
        let moments = Moments {
            test: "a".into(),
            first: Timestamp::from_millis(MONDAY),
            last: Timestamp::from_millis(last),
            count,
            every,
        };
        let inside = moments.within(suite.tests()[0].active_times().unwrap())?;
        let minutes = |at: Timestamp| (at.millis() - MONDAY) / 60_000;
        Some((minutes(inside.first), minutes(inside.last), inside.count))
    }

    #[test]
    fn a_moment_is_inside_from_the_beginning_on_and_not_at_the_end() {
        assert_eq!(within("mon 00:00-00:01", 60, 1), Some((0, 0, 1)));
        assert_eq!(within("mon 00:01-00:02", 60, 1), None);
        assert_eq!(within("sun 23:00-24:00", 60, 1), None);
        assert_eq!(within("sun 23:00-00:01", 60, 1), Some((0, 0, 1)));
    }

    #[test]
    fn many_moments_are_counted_without_looking_at_each() {
        // Two weeks of seconds: ten hours on each of ten days.
        let weeks = within("mon-fri 08:00-18:00", 1, 14 * DAY).unwrap();
        assert_eq!(weeks, (8 * 60, 11 * 24 * 60 + 17 * 60 + 59, 10 * 36_000));
        // An interval that does not divide the day: 0, 7, 14, 21, 28 ... hours.
        assert_eq!(within("mon-sun 06:00-09:00", 7 * 3600, 14), Some((7 * 60, 56 * 60, 2)));
    }

    #[test]
    fn a_moment_in_two_parts_of_the_week_counts_once() {
        assert_eq!(within("sun 23:00-02:00, mon 01:00-03:00", 3600, 8 * 24), Some((0, 7 * 24 * 60 + 120, 7)));
    }
}
