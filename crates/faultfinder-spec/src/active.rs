//! When a test runs on its schedule: parts of the week, by the clock of a time zone.

mod week; // `mon-fri 08:00-18:00`

use crate::reader::Reader;
use crate::value::{BadValue, FromText, ValueKind};
use crate::yaml::Node;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
pub use week::ActiveTime;

/// Most entries of `active_times`.
pub const ACTIVE_TIMES_MAX: usize = 50;

/// How far ahead the next span is looked for: two weeks.
const AHEAD_MILLIS: i64 = 14 * 86_400_000;

/// A time zone, by its name in the IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Default for Zone {
    /// UTC.
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl FromText for Zone {
    const KIND: ValueKind = ValueKind::Text;

    fn expected() -> String {
        "a time zone such as Europe/Berlin".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        TimeZone::get(text).map(Self).map_err(|_| {
            BadValue::expected(&Self::expected(), text)
                .help("time zones have the names of the IANA database: Region/City, or UTC")
        })
    }
}

/// Reads times of the week: one, or a list of them.
pub(crate) fn read_list(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<ActiveTime>> {
    let times = match node.scalar() {
        Some(_) => vec![reader.literal::<ActiveTime>(node)?],
        None => reader.list(
            node,
            "a list of times of the week",
            ACTIVE_TIMES_MAX,
            Reader::literal::<ActiveTime>,
        )?,
    };
    Some(times.into_iter().map(|time| time.value).collect())
}

/// The parts of the week in which a test runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveTimes {
    zone: Zone,
    /// Minutes since Monday 00:00, from and until: in order, without overlaps, the last one perhaps beyond the week.
    spans: Vec<(u32, u32)>,
}

impl ActiveTimes {
    /// These times, by the clock of a zone.
    pub(crate) fn new(times: &[ActiveTime], zone: Zone) -> Self {
        let mut all: Vec<_> = times.iter().flat_map(ActiveTime::spans).collect();
        all.sort_unstable();
        let mut spans: Vec<(u32, u32)> = Vec::new();
        for (from, until) in all {
            match spans.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                _ => spans.push((from, until)),
            }
        }
        Self { zone, spans }
    }

    /// The spans that have a part between two moments, in milliseconds since 1970, from and until, in order. A time that a
    /// clock skips counts as the one after it; of one that comes twice, a span begins and ends with the first.
    pub fn between(&self, from: i64, until: i64) -> impl Iterator<Item = (i64, i64)> {
        let weeks = self.monday_before(from).into_iter().flat_map(move |monday| {
            let mondays = (0..).map_while(move |week: i64| monday.checked_add(week.weeks()).ok());
            mondays.take_while(move |monday| self.millis(*monday).is_some_and(|at| at < until))
        });
        let spans = weeks.flat_map(move |monday| {
            self.spans.iter().filter_map(move |(from, until)| {
                let at = |minutes: u32| monday.checked_add(i64::from(minutes).minutes()).ok();
                Some((self.millis(at(*from)?)?, self.millis(at(*until)?)?))
            })
        });
        spans.filter(move |span| span.1 > from && span.0 < until)
    }

    /// Whether a moment, in milliseconds since 1970, is in a span, and when that changes next; nothing if it never does.
    #[must_use]
    pub fn at(&self, moment: i64) -> (bool, Option<i64>) {
        // There is one in each week, and a clock may skip a part of a day.
        let ahead = moment.saturating_add(AHEAD_MILLIS);
        match self.between(moment, ahead).next() {
            Some((from, until)) if from <= moment => (true, Some(until)),
            Some((from, _)) => (false, Some(from)),
            None => (false, None),
        }
    }

    /// The beginning of a week in which a span may have begun that goes on at this moment.
    fn monday_before(&self, moment: i64) -> Option<DateTime> {
        let day = self.zone.0.to_datetime(Timestamp::from_millisecond(moment).ok()?).date();
        let since = i64::from(day.weekday().to_monday_zero_offset()).saturating_add(7);
        Some(day.checked_sub(since.days()).ok()?.to_datetime(Time::midnight()))
    }

    fn millis(&self, local: DateTime) -> Option<i64> {
        self.zone.0.to_timestamp(local).ok().map(Timestamp::as_millisecond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn active(zone: &str, times: &[&str]) -> ActiveTimes {
        let times: Vec<_> = times.iter().map(|time| ActiveTime::from_text(time).unwrap()).collect();
        ActiveTimes::new(&times, Zone::from_text(zone).unwrap())
    }

    fn millis(moment: &str) -> i64 {
        moment.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn shown(active: &ActiveTimes, from: &str, until: &str) -> Vec<String> {
        let moment = |at| Timestamp::from_millisecond(at).unwrap().to_string();
        let spans = active.between(millis(from), millis(until));
        spans.map(|(from, until)| format!("{} {}", moment(from), moment(until))).collect()
    }

    #[test]
    fn spans_are_those_of_the_clock_on_the_wall() {
        let office = active("Europe/Berlin", &["mon-fri 08:00-18:00"]);
        // The clocks go back in the night to Sunday.
        assert_eq!(
            shown(&office, "2026-10-23T10:00:00Z", "2026-10-26T10:00:00Z"),
            ["2026-10-23T06:00:00Z 2026-10-23T16:00:00Z", "2026-10-26T07:00:00Z 2026-10-26T17:00:00Z"]
        );
        assert_eq!(shown(&office, "2026-10-24T00:00:00Z", "2026-10-26T07:00:00Z"), [""; 0]);
    }

    #[test]
    fn a_moment_is_in_a_span_from_its_beginning_on_and_no_more_at_its_end() {
        let office = active("Europe/Berlin", &["mon-fri 08:00-18:00"]);
        let at = |moment| {
            let (inside, next) = office.at(millis(moment));
            (inside, next.map(|next| Timestamp::from_millisecond(next).unwrap().to_string()))
        };
        let next = |inside, moment: &str| (inside, Some(moment.to_owned()));
        assert_eq!(at("2026-10-23T05:59:59Z"), next(false, "2026-10-23T06:00:00Z"));
        assert_eq!(at("2026-10-23T06:00:00Z"), next(true, "2026-10-23T16:00:00Z"));
        // The clocks go back in the night to Sunday.
        assert_eq!(at("2026-10-23T16:00:00Z"), next(false, "2026-10-26T07:00:00Z"));
    }

    #[test]
    fn what_overlaps_or_touches_is_one_span() {
        let night = active("UTC", &["fri 22:00-06:00", "sat 05:00-07:00", "sat 07:00-08:00"]);
        assert_eq!(
            shown(&night, "2026-12-05T00:00:00Z", "2026-12-06T00:00:00Z"),
            ["2026-12-04T22:00:00Z 2026-12-05T08:00:00Z"]
        );
    }

    #[test]
    fn a_span_goes_on_into_the_next_week() {
        let night = active("Asia/Tokyo", &["sun 22:00-02:00"]);
        assert_eq!(
            shown(&night, "2026-12-06T16:00:00Z", "2026-12-06T16:00:01Z"),
            ["2026-12-06T13:00:00Z 2026-12-06T17:00:00Z"]
        );
    }

    #[test]
    fn times_that_a_clock_skips_or_has_twice_are_no_hole() {
        // 02:30 does not exist on the 29th of March, and exists twice on the 25th of October.
        let early = active("Europe/Berlin", &["02:30-04:00"]);
        assert_eq!(
            shown(&early, "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"),
            ["2026-03-29T01:30:00Z 2026-03-29T02:00:00Z"]
        );
        assert_eq!(
            shown(&early, "2026-10-25T00:00:00Z", "2026-10-25T12:00:00Z"),
            ["2026-10-25T00:30:00Z 2026-10-25T03:00:00Z"]
        );
    }

    #[test]
    fn moments_that_no_calendar_has_are_in_no_span() {
        let always = active("UTC", &["mon-sun"]);
        assert_eq!(always.between(i64::MIN, i64::MIN + 1).count(), 0);
        assert_eq!(always.between(i64::MAX - 1, i64::MAX).count(), 0);
    }

    #[test]
    fn zones_have_the_names_of_the_database() {
        let bad = Zone::from_text("Berlin").unwrap_err();
        assert_eq!(bad.message, "expected a time zone such as Europe/Berlin, found `Berlin`");
    }
}
