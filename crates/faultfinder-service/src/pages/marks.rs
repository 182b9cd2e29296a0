//! The latest runs of a test as a row of marks: full ones for runs that failed, low ones for runs that passed, so that the
//! row is read without colors.

use super::chart::number;
use super::text::count;
use crate::store::{Outcome, RecentRun};
use std::fmt::Write as _;

/// Width of a mark and of what is between two, and the height of the row.
const WIDTH: usize = 4;
const STEP: usize = 6;
const HEIGHT: usize = 18;

/// A row of marks.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) width: usize,
    pub(super) height: usize,
    /// One path for each way in which runs ended: its class, and where its marks are.
    pub(super) paths: Vec<(&'static str, String)>,
    /// The row in words.
    pub(super) words: String,
}

impl Marks {
    /// The row of these runs, the latest first; it has room for so many.
    pub(super) fn new(runs: &[&RecentRun], room: usize) -> Self {
        let mut paths: Vec<(&'static str, String)> =
            Outcome::ALL.iter().map(|outcome| (outcome.as_str(), String::new())).collect();
        for (place, run) in runs.iter().take(room).enumerate() {
            let (top, height) = match run.outcome {
                Outcome::Passed => (6, 12),
                Outcome::Failed => (0, HEIGHT),
                Outcome::Error => (2, 16),
                Outcome::Missed => (14, 4),
            };
            // The latest is on the right.
            let x = room.saturating_sub(place + 1) * STEP;
            if let Some((_, path)) = paths.iter_mut().find(|(word, _)| *word == run.outcome.as_str()) {
                let _ = write!(path, "M{x} {top}h{WIDTH}v{height}h-{WIDTH}z");
            }
        }
        paths.retain(|(_, path)| !path.is_empty());
        let width = (room * STEP).saturating_sub(STEP - WIDTH);
        Self { width, height: HEIGHT, paths, words: words(runs) }
    }
}

/// How many of these runs ended how.
fn words(runs: &[&RecentRun]) -> String {
    if runs.is_empty() {
        return "no runs yet".to_owned();
    }
    let of = |outcome| runs.iter().filter(|run| run.outcome == outcome).count();
    let mut parts = Vec::new();
    for (outcome, word) in [
        (Outcome::Failed, "failed"),
        (Outcome::Error, "could not be carried out"),
        (Outcome::Missed, "did not happen"),
        (Outcome::Passed, "passed"),
    ] {
        if of(outcome) > 0 {
            parts.push(format!("{} {word}", of(outcome)));
        }
    }
    format!("last {}: {}", count(runs.len(), "run", "runs"), parts.join(", "))
}

/// The median of how long runs took that passed, in milliseconds.
pub(super) fn median_passed(runs: &[&RecentRun]) -> Option<f64> {
    let passed = runs.iter().filter(|run| run.outcome == Outcome::Passed);
    let mut took: Vec<f64> = passed.map(|run| run.duration_ms).collect();
    percentile(&mut took, 50.0)
}

/// A percentile by the nearest rank; nothing of nothing.
pub(super) fn percentile(values: &mut [f64], percent: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of values"
    )]
    let rank = (percent / 100.0 * number(values.len())).ceil().max(1.0) as usize;
    values.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;
    use uuid::Uuid;

    fn run(outcome: Outcome, duration_ms: f64) -> RecentRun {
        let (test, started_at) = ("a".to_owned(), Timestamp::default());
        RecentRun { test, id: Uuid::nil(), started_at, outcome, duration_ms }
    }

    #[test]
    fn the_latest_run_is_on_the_right_and_failures_are_the_tallest() {
        let runs = [run(Outcome::Failed, 9.0), run(Outcome::Passed, 1.0), run(Outcome::Passed, 3.0)];
        let runs: Vec<&RecentRun> = runs.iter().collect();
        let marks = Marks::new(&runs, 4);
        assert_eq!(marks.width, 22);
        let expected =
            [("passed", "M12 6h4v12h-4zM6 6h4v12h-4z".to_owned()), ("failed", "M18 0h4v18h-4z".to_owned())];
        assert_eq!(marks.paths, expected);
        assert_eq!(marks.words, "last 3 runs: 1 failed, 2 passed");
        assert_eq!(median_passed(&runs), Some(1.0), "failures do not count");
        assert_eq!(Marks::new(&[], 4).words, "no runs yet");
    }

    #[test]
    fn percentiles_are_by_the_nearest_rank() {
        let mut values = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(percentile(&mut values, 50.0), Some(3.0));
        assert_eq!(percentile(&mut values, 95.0), Some(5.0));
        assert_eq!(percentile(&mut [], 50.0), None);
    }
}
