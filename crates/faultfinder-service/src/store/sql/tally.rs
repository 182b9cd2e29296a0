//! What came of a test in a stretch of time, so that it can be added up.

use super::histogram::Histogram;
use crate::store::record::{Outcome, Period, ResultRecord, Summary};
use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
use crate::timestamp::Timestamp;
use std::collections::BTreeMap;

/// How long after its end an hour is rolled up: most of the runs that began in it have ended by then. Those that have not
/// are added when they come.
const SETTLES_MS: i64 = 5 * 60_000;

const HOUR_MS: i64 = 3_600_000;

/// Counts by outcome, and durations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: i64,
    pub(super) failed: i64,
    pub(super) errors: i64,
    pub(super) missed: i64,
    pub(super) durations: Histogram,
}

impl Tally {
    /// Counts a run. Only the durations of what the target did count.
    pub(super) fn add(&mut self, outcome: Outcome, duration_ms: f64) {
        let count = match outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Failed => &mut self.failed,
            Outcome::Error => &mut self.errors,
            Outcome::Missed => &mut self.missed,
        };
        *count = count.saturating_add(1);
        if matches!(outcome, Outcome::Passed | Outcome::Failed) {
            self.durations.add(duration_ms);
        }
    }

    /// Counts all that the other one has counted.
    pub(super) fn merge(&mut self, other: &Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
        self.errors = self.errors.saturating_add(other.errors);
        self.missed = self.missed.saturating_add(other.missed);
        self.durations.merge(&other.durations);
    }

    /// As it is answered.
    pub(super) fn summary(&self, begins: i64) -> Summary {
        let count = |count: i64| u64::try_from(count).unwrap_or(0);
        Summary {
            begins: Timestamp::from_millis(begins),
            passed: count(self.passed),
            failed: count(self.failed),
            errors: count(self.errors),
            missed: count(self.missed),
            percentiles_ms: self.durations.per_mille([500, 950, 990]),
        }
    }
}

impl FromRow for Tally {
    const TABLE: &'static str = "summaries";

    /// The test, and the period.
    fn name(row: &impl Columns) -> Result<String, Wrong> {
        let begins = Timestamp::from_millis(row.int("begins")?);
        Ok(format!("{} {} ms from {begins}", row.text("test")?, row.int("period")?))
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        let durations = Histogram::from_bytes(&row.bytes("durations")?);
        Ok(Self {
            passed: row.int("passed")?,
            failed: row.int("failed")?,
            errors: row.int("errors")?,
            missed: row.int("missed")?,
            durations: durations.ok_or_else(|| Wrong::column("durations", "is not a histogram"))?,
        })
    }
}

/// The tally of a test in a period.
#[derive(Debug)]
pub(super) struct SummaryRow {
    pub(super) test: String,
    pub(super) period: Period,
    pub(super) begins: i64,
    pub(super) tally: Tally,
}

impl ToRow for SummaryRow {
    const TABLE: &'static str = "summaries";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("test", |row| (&row.test).into()),
        Column::int("period", |row| row.period.millis()),
        Column::int("begins", |row| row.begins),
        Column::int("passed", |row| row.tally.passed),
        Column::int("failed", |row| row.tally.failed),
        Column::int("errors", |row| row.tally.errors),
        Column::int("missed", |row| row.tally.missed),
        Column::bytes("durations", |row| row.tally.durations.to_bytes().into()),
    ];
}

/// What a tally takes from a result.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) started_at: i64,
    pub(super) outcome: Outcome,
    pub(super) duration_ms: f64,
}

impl FromRow for Fact {
    const TABLE: &'static str = "results";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        ResultRecord::name(row)
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            started_at: row.int("started_at")?,
            outcome: Outcome::read(row)?,
            duration_ms: row.float("duration_ms")?,
        })
    }
}

/// Tallies by test and hour.
pub(super) type Hours = BTreeMap<(String, i64), Tally>;

/// How far results are rolled up: all of the hours before this one, and in this hour those of the tests up to this id.
///
/// A result on this side is in a summary, one on the other is not yet: so each is counted once, whenever it comes. One that
/// is written on this side is added to its summaries in the transaction that writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) hour: i64,
    pub(super) test: String,
}

impl Position {
    /// Whether the results of this test that began at this moment are in a summary. Runs without a test never are.
    pub(super) fn is_summed_up(&self, test: &str, at: i64) -> bool {
        !test.is_empty() && at < self.open_from(test)
    }

    /// From when on the results of this test are not in a summary.
    pub(super) fn open_from(&self, test: &str) -> i64 {
        if test <= self.test.as_str() { self.hour.saturating_add(HOUR_MS) } else { self.hour }
    }

    /// The hour to go on with: this one, or the next in which anything happened, or the first that has not settled.
    /// `first` is the first moment of a result at or behind this hour.
    pub(super) fn advance(&self, first: Option<i64>, now: Timestamp) -> Self {
        let settled = hour_of(now.millis().saturating_sub(SETTLES_MS));
        if !self.test.is_empty() || self.hour >= settled {
            return self.clone();
        }
        let hour = first.map_or(settled, hour_of).clamp(self.hour, settled);
        Self { hour, test: String::new() }
    }

    /// Whether its hour has ended, and a while ago.
    pub(super) fn has_settled(&self, now: Timestamp) -> bool {
        self.hour < hour_of(now.millis().saturating_sub(SETTLES_MS))
    }

    /// Behind these tests; behind the hour when these were all.
    pub(super) fn behind(&self, tests: &[String], wanted: usize) -> Self {
        match tests.last() {
            Some(test) if tests.len() >= wanted => Self { hour: self.hour, test: test.clone() },
            _ => Self { hour: self.hour.saturating_add(HOUR_MS), test: String::new() },
        }
    }

    /// The end of its hour.
    pub(super) const fn hour_ends(&self) -> i64 {
        self.hour.saturating_add(HOUR_MS)
    }
}

/// The hour of a moment.
pub(super) fn hour_of(millis: i64) -> i64 {
    Period::Hour.begin(millis)
}

impl Period {
    /// Its length in milliseconds; how it is named in the store.
    pub(super) const fn millis(self) -> i64 {
        match self {
            Self::Hour => HOUR_MS,
            Self::Day => 24 * HOUR_MS,
        }
    }

    /// When the period of a moment begins.
    pub(super) fn begin(self, millis: i64) -> i64 {
        millis.saturating_sub(millis.rem_euclid(self.millis()))
    }

    /// When the first period begins that does so at this moment or later.
    pub(super) fn next(self, millis: i64) -> i64 {
        self.begin(millis.saturating_add(self.millis() - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64, test: &str) -> Position {
        Position { hour: hour * HOUR_MS, test: test.to_owned() }
    }

    #[test]
    fn a_result_is_on_one_side_of_the_position() {
        let position = at(10, "m");
        for (test, millis, summed) in [
            ("a", 10 * HOUR_MS + 5, true),
            ("m", 11 * HOUR_MS - 1, true),
            ("m", 11 * HOUR_MS, false),
            ("n", 10 * HOUR_MS, false),
            ("n", 10 * HOUR_MS - 1, true),
            ("", 0, false),
        ] {
            assert_eq!(position.is_summed_up(test, millis), summed, "{test} {millis}");
        }
    }

    #[test]
    fn empty_hours_are_skipped_up_to_the_first_that_has_not_settled() {
        let now = |hours: i64, minutes: i64| Timestamp::from_millis(hours * HOUR_MS + minutes * 60_000);
        for (position, first, now, next) in [
            (at(1, ""), Some(7 * HOUR_MS + 3), now(10, 30), at(7, "")),
            (at(1, ""), None, now(10, 30), at(10, "")),
            (at(1, ""), None, now(10, 4), at(9, "")),
            (at(1, "m"), Some(7 * HOUR_MS), now(10, 30), at(1, "m")),
            (at(10, ""), Some(11 * HOUR_MS), now(9, 0), at(10, "")),
        ] {
            assert_eq!(position.advance(first, now), next, "{position:?}");
        }
    }

    #[test]
    fn periods_begin_at_whole_hours_and_days_also_before_1970() {
        for (millis, begin, next) in
            [(0, 0, 0), (1, 0, HOUR_MS), (-1, -HOUR_MS, 0), (HOUR_MS, HOUR_MS, HOUR_MS)]
        {
            assert_eq!((Period::Hour.begin(millis), Period::Hour.next(millis)), (begin, next), "{millis}");
        }
        assert_eq!(Period::Day.begin(25 * HOUR_MS), 24 * HOUR_MS);
    }
}
