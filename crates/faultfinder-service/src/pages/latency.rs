//! How long the runs of a test took, over time: the median and the 95th of 100 of those that passed. What failed says nothing of
//! how fast the target is.

use super::chart::{at, ceiling, line, number};
use super::marks::percentile;
use super::moment::utc;
use super::text::took;
use crate::store::{Outcome, RecentRun};
use crate::timestamp::Timestamp;

/// The drawing, in its own units, which are stretched to the room that there is.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 120.0;
/// Most points of a line.
const POINTS_MAX: usize = 80;

/// The drawing.
#[derive(Debug)]
pub(super) struct Latency {
    pub(super) median: String,
    pub(super) high: String,
    /// What the top, the middle and the bottom mean.
    pub(super) scale: [String; 3],
    /// Where runs did not pass.
    pub(super) failures: Vec<String>,
    pub(super) from: String,
    pub(super) to: String,
    /// Of all runs that passed.
    pub(super) p50: String,
    pub(super) p95: String,
    pub(super) passed: usize,
    /// The drawing in words.
    pub(super) words: String,
}

impl Latency {
    /// The drawing of these runs, the latest first; nothing if none of them passed.
    pub(super) fn new(runs: &[RecentRun]) -> Option<Self> {
        let (from, to) = (runs.last()?.started_at, runs.first()?.started_at);
        let mut all: Vec<f64> = passed(runs).map(|run| run.duration_ms).collect();
        let (p50, p95) = (percentile(&mut all, 50.0)?, percentile(&mut all, 95.0)?);
        let points = POINTS_MAX.min(runs.len()).max(1);
        let mut parts: Vec<Vec<f64>> = vec![Vec::new(); points];
        for run in passed(runs) {
            if let Some(part) = parts.get_mut(part_of(run.started_at, (from, to), points)) {
                part.push(run.duration_ms);
            }
        }
        let of = |percent: f64, parts: &mut Vec<Vec<f64>>| -> Vec<Option<f64>> {
            parts.iter_mut().map(|part| percentile(part, percent)).collect()
        };
        let (median, high) = (of(50.0, &mut parts), of(95.0, &mut parts));
        let top = ceiling(high.iter().flatten().copied().fold(0.0, f64::max));
        let drawn = |values: &[Option<f64>]| line(&placed(values, top));
        let failed = runs.iter().filter(|run| matches!(run.outcome, Outcome::Failed | Outcome::Error));
        let mut failures: Vec<usize> =
            failed.map(|run| part_of(run.started_at, (from, to), points)).collect();
        failures.dedup();
        Some(Self {
            median: drawn(&median),
            high: drawn(&high),
            scale: [1.0, 0.5, 0.0].map(|share| took(share * top)),
            failures: failures.into_iter().map(|part| at(x(part, points))).collect(),
            from: utc(from),
            to: utc(to),
            words: format!(
                "{} runs that passed from {} to {} UTC: median {}, 95th percentile {}",
                all.len(),
                utc(from),
                utc(to),
                took(p50),
                took(p95)
            ),
            p50: took(p50),
            p95: took(p95),
            passed: all.len(),
        })
    }
}

fn passed(runs: &[RecentRun]) -> impl Iterator<Item = &RecentRun> {
    runs.iter().filter(|run| run.outcome == Outcome::Passed)
}

/// In which of so many parts of a range of time a moment is.
fn part_of(moment: Timestamp, (from, to): (Timestamp, Timestamp), parts: usize) -> usize {
    let (behind, all) = (moment.since(from).as_millis(), to.since(from).as_millis().max(1));
    let part = behind.saturating_mul(u128::try_from(parts).unwrap_or(1)) / all;
    usize::try_from(part).unwrap_or(usize::MAX).min(parts.saturating_sub(1))
}

fn placed(values: &[Option<f64>], top: f64) -> Vec<Option<(f64, f64)>> {
    let points = values.iter().enumerate();
    points.map(|(part, value)| value.map(|value| (x(part, values.len()), y(value, top)))).collect()
}

fn x(part: usize, parts: usize) -> f64 {
    let last = number(parts.saturating_sub(1)).max(1.0);
    number(part) / last * WIDTH
}

fn y(value: f64, top: f64) -> f64 {
    (1.0 - value / top) * HEIGHT
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn runs_that_failed_are_marked_and_not_measured() {
        let run = |second: i64, outcome, duration_ms| RecentRun {
            test: String::new(),
            id: Uuid::nil(),
            started_at: Timestamp::from_millis(second * 1_000),
            outcome,
            duration_ms,
        };
        let runs = [
            run(3, Outcome::Passed, 30.0),
            run(2, Outcome::Failed, 60_000.0),
            run(1, Outcome::Passed, 10.0),
            run(0, Outcome::Passed, 20.0),
        ];
        let latency = Latency::new(&runs).unwrap();
        assert_eq!((latency.p50.as_str(), latency.p95.as_str(), latency.passed), ("20.0 ms", "30.0 ms", 3));
        assert_eq!(latency.failures.len(), 1);
        assert_eq!(latency.scale, ["50.0 ms", "25.0 ms", "0 ms"]);
        assert_eq!(latency.median.matches('M').count(), 2, "{}", latency.median);
        assert!(Latency::new(&runs[1..2]).is_none());
    }
}
