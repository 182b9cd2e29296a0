//! The share of runs that passed in the last day, week, month and year.

use crate::api::problem::Problem;
use crate::api::resources::percent;
use crate::service::Service;
use crate::store::{Period, Summary};
use crate::timestamp::Timestamp;
use std::time::Duration;

/// The share of runs that passed in a range of time.
#[derive(Debug)]
pub(super) struct Uptime {
    pub(super) label: &'static str,
    pub(super) percent: String,
    /// `full`, `part` or `none`: how good it is.
    pub(super) class: &'static str,
    pub(super) details: String,
}

/// The share of runs that passed in the last day, week, month and year, as the API computes it.
pub(super) async fn uptimes(service: &Service, id: &str, now: Timestamp) -> Result<Vec<Uptime>, Problem> {
    const DAY: Duration = Duration::from_secs(86_400);
    let periods = |from, period| service.store().periods(id.to_owned(), from, now, period);
    let hours = periods(now.before(DAY * 7), Period::Hour).await?.rows;
    let days = periods(now.before(DAY * 365), Period::Day).await?.rows;
    let mut views = Vec::new();
    for (label, rows, length) in [
        ("24 hours", &hours, DAY),
        ("7 days", &hours, DAY * 7),
        ("30 days", &days, DAY * 30),
        ("1 year", &days, DAY * 365),
    ] {
        let from = now.before(length);
        let of = || rows.iter().filter(|row| row.begins >= from);
        let sum = |count: fn(&Summary) -> u64| of().map(count).sum::<u64>();
        let (passed, failed) = (sum(|row| row.passed), sum(|row| row.failed));
        let (errors, missed) = (sum(|row| row.errors), sum(|row| row.missed));
        views.push(Uptime::new(label, [passed, failed, errors, missed]));
    }
    Ok(views)
}

impl Uptime {
    fn new(label: &'static str, [passed, failed, errors, missed]: [u64; 4]) -> Self {
        // One failure in a million runs is not none.
        let most = if failed > 0 { 99.99 } else { 100.0 };
        let share = percent(passed, failed).map(|share| share.min(most));
        let class = match share {
            None => "none",
            Some(_) if failed == 0 => "full",
            Some(_) => "part",
        };
        let mut details = vec![format!("{passed} passed"), format!("{failed} failed")];
        details.extend((errors > 0).then(|| format!("{errors} errors")));
        details.extend((missed > 0).then(|| format!("{missed} did not run")));
        Self {
            label,
            percent: share.map_or_else(|| "–".to_owned(), shown_percent),
            class,
            details: details.join(", "),
        }
    }
}

/// A share, never rounded up to all.
pub(super) fn shown_percent(share: f64) -> String {
    if share >= 100.0 {
        return "100 %".to_owned();
    }
    format!("{:.2} %", (share * 100.0).floor() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_up_to_all() {
        assert_eq!((shown_percent(99.999), shown_percent(100.0)), ("99.99 %".to_owned(), "100 %".to_owned()));
        assert_eq!(Uptime::new("30 days", [9_999_999, 1, 0, 0]).percent, "99.99 %");
        let none = Uptime::new("1 year", [0, 0, 3, 1]);
        assert_eq!((none.percent.as_str(), none.class), ("–", "none"));
        assert_eq!(none.details, "0 passed, 0 failed, 3 errors, 1 did not run");
        assert_eq!(Uptime::new("7 days", [3, 1, 0, 0]).class, "part");
    }
}
