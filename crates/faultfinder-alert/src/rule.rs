//! The conditions of an alert, with every default filled in.

use faultfinder_spec::{ActiveTimes, AlertRule};
use faultfinder_taxonomy::Code;
use faultfinder_taxonomy::word::MissingData;
use std::sync::Arc;
use std::time::Duration;

/// How many intervals of a test may pass without a result before results are missing, unless the rule says otherwise.
pub const MISSING_INTERVALS: u32 = 3;

/// When a test is worth an alert. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what an alert depends on")]
pub struct Rule {
    /// How many of the last [`of`](Self::of) results of a location must fail, 1 to 100.
    pub failures: usize,
    /// Of how many, at least as many as [`failures`](Self::failures).
    pub of: usize,
    /// How many results in a row must pass until a location no longer fails, 1 to 100.
    pub passes: u32,
    /// How long locations must fail without a break.
    pub failing_for: i64,
    /// How many locations must fail at once at some moment of that time, 1 to 100.
    pub locations: usize,
    /// The codes that count; all if there are none.
    pub codes: Vec<Code>,
    /// Whether a result that passes with warnings fails.
    pub degraded: bool,
    /// What missing results mean.
    pub missing: MissingData,
    /// How long after the last result results are missing; nothing if they never are.
    pub missing_after: Option<i64>,
    /// Whether flapping is detected.
    pub flapping: bool,
    /// How often an alert that goes on is sent again.
    pub remind_every: Option<i64>,
    /// The times of the week in which failures do not count.
    pub maintenance: Option<Arc<ActiveTimes>>,
    /// Times in which nothing is sent, and in some of them failures do not count.
    pub silences: Arc<[Silence]>,
}

impl Rule {
    /// The rule of a test that runs at this interval.
    #[must_use]
    pub fn new(written: &AlertRule, every: Option<Duration>) -> Self {
        let failures = written.failures.unwrap_or(1).max(1);
        let missing_after =
            written.missing_after.or_else(|| every.map(|every| every.saturating_mul(MISSING_INTERVALS)));
        Self {
            failures: count(failures),
            of: count(written.of.unwrap_or(failures).max(failures)),
            passes: written.passes.unwrap_or(1).max(1),
            failing_for: written.failing_for.map_or(0, millis),
            locations: count(written.locations.unwrap_or(1).max(1)),
            codes: written.codes.clone(),
            degraded: written.degraded.unwrap_or(false),
            missing: written.missing.unwrap_or(MissingData::Keep),
            missing_after: missing_after.map(millis),
            flapping: written.flapping.unwrap_or(false),
            remind_every: written.remind_every.map(millis),
            maintenance: written.maintenance.clone(),
            silences: Arc::new([]),
        }
    }

    /// Whether failures do not count at this moment, because of the time of the week or of a silence that says so; and when that
    /// may change next.
    pub(crate) fn in_maintenance(&self, at: i64) -> (bool, Option<i64>) {
        let (weekly, change) = self.maintenance.as_ref().map_or((false, None), |times| times.at(at));
        let (once, next) = within(at, || self.silences.iter().filter(|silence| silence.is_maintenance));
        (weekly || once, [change, next].into_iter().flatten().min())
    }

    /// Whether failures do not count at this moment, in milliseconds since 1970: it is maintenance.
    #[must_use]
    pub fn is_maintenance(&self, at: i64) -> bool {
        self.in_maintenance(at).0
    }

    /// Whether nothing is sent at this moment, and when that may change next.
    pub(crate) fn in_silence(&self, at: i64) -> (bool, Option<i64>) {
        within(at, || self.silences.iter())
    }
}

/// Whether a moment is in one of these silences, and when that may change next.
fn within<'s, S: Iterator<Item = &'s Silence>>(at: i64, silences: impl Fn() -> S) -> (bool, Option<i64>) {
    let changes = silences().flat_map(|silence| [silence.from, silence.until]);
    let is_within = silences().any(|silence| (silence.from..silence.until).contains(&at));
    (is_within, changes.filter(|change| *change > at).min())
}

/// A time in which nothing is sent about a test: it was planned, or is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a silence means for an alert")]
pub struct Silence {
    /// When it begins, in milliseconds since 1970.
    pub from: i64,
    /// When it has ended.
    pub until: i64,
    /// Whether failures do not count either, as in the times of the week for maintenance.
    pub is_maintenance: bool,
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
