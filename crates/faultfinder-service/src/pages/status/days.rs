//! How the runs of each of the last days ended.

use crate::api::problem::Problem;
use crate::api::resources::percent;
use crate::pages::uptime::shown_percent;
use crate::service::Service;
use crate::store::Period;
use crate::timestamp::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// How many days a page shows.
pub(super) const DAYS: u32 = 90;
const DAY: Duration = Duration::from_secs(86_400);

/// How the runs of a day ended, of all tests of a component.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Day {
    /// The day, in UTC: `2026-11-22`.
    pub(super) day: String,
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Day {
    /// The class of its color.
    pub(super) fn class(&self) -> &'static str {
        match (self.passed, self.failed) {
            (0, 0) => "nothing",
            (_, 0) => "passed",
            // A share that people would notice.
            (passed, failed) if failed.saturating_mul(20) < passed => "error",
            _ => "failed",
        }
    }

    /// It in words.
    pub(super) fn words(&self) -> String {
        let share = percent(self.passed, self.failed).map(shown_percent);
        format!("{}: {}", self.day, share.unwrap_or_else(|| "no data".to_owned()))
    }
}

/// The last days of these tests, the first one first: each day is there.
pub(super) async fn of_tests(
    service: &Service,
    tests: &[String],
    now: Timestamp,
) -> Result<Vec<Day>, Problem> {
    let date = |at: Timestamp| at.to_string().get(..10).unwrap_or_default().to_owned();
    let ago = |days: u32| now.before(DAY.saturating_mul(days));
    let mut counts: BTreeMap<String, (u64, u64)> = (0..DAYS).map(|days| (date(ago(days)), (0, 0))).collect();
    for test in tests {
        let listed = service.store().periods(test.clone(), ago(DAYS), now, Period::Day).await?;
        for row in listed.rows {
            if let Some((passed, failed)) = counts.get_mut(&date(row.begins)) {
                *passed = passed.saturating_add(row.passed);
                *failed = failed.saturating_add(row.failed);
            }
        }
    }
    Ok(counts.into_iter().map(|(day, (passed, failed))| Day { day, passed, failed }).collect())
}

/// The share of runs that passed in the last so many of these days, in percent.
pub(super) fn uptime(days: &[Day], last: usize) -> Option<f64> {
    let counted = || days.iter().rev().take(last);
    let (passed, failed) =
        (counted().map(|day| day.passed).sum(), counted().map(|day| day.failed).sum::<u64>());
    // One failure in a million runs is not none.
    percent(passed, failed).map(|share| if failed > 0 { share.min(99.99) } else { share })
}
