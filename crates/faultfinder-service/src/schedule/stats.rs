//! Statistics of the scheduler.

use super::MissedReason;
use std::time::Duration;

/// The upper bounds of the buckets of [`Delays`], in seconds; one more bucket holds what is beyond the last.
pub const DELAY_BOUNDS: [f64; 13] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0];

/// What a scheduler has to do, and has done since it was started.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stats {
    /// Tests on the timetable.
    pub tests: usize,
    /// Due runs that wait in the queue.
    pub queued: usize,
    /// Runs requested over the API that wait.
    pub waiting: usize,
    /// Places that are taken, by runs that were due and by those of the API.
    pub in_flight: usize,
    /// Places that may be taken: fewer than [`Options::in_flight_max`](super::Options::in_flight_max) while this process is late.
    pub open: usize,
    /// Due runs that started.
    pub started: u64,
    /// Runs that did not happen, in the order of [`MissedReason::ALL`].
    pub missed: [u64; MissedReason::ALL.len()],
    /// How often the clock was set back.
    pub set_back: u64,
    /// How late runs have begun.
    pub delays: Delays,
}

impl Stats {
    /// Runs that did not happen for a reason.
    #[must_use]
    pub fn missed_by(&self, reason: MissedReason) -> u64 {
        self.missed.get(reason.place()).copied().unwrap_or(0)
    }

    pub(crate) fn miss(&mut self, reason: MissedReason, count: u64) {
        if let Some(missed) = self.missed.get_mut(reason.place()) {
            *missed = missed.saturating_add(count);
        }
    }
}

/// A histogram of delays, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Delays {
    /// How many are in each bucket of [`DELAY_BOUNDS`] (not of those below it), and how many beyond the last.
    pub buckets: [u64; DELAY_BOUNDS.len() + 1],
    /// How many there are.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
}

impl Delays {
    pub(crate) fn add(&mut self, delay: Duration) {
        let seconds = delay.as_secs_f64();
        let bucket = DELAY_BOUNDS.iter().take_while(|bound| seconds > **bound).count();
        if let Some(bucket) = self.buckets.get_mut(bucket) {
            *bucket = bucket.saturating_add(1);
        }
        self.count = self.count.saturating_add(1);
        self.sum += seconds;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_counted_in_the_first_bucket_that_holds_it() {
        let mut delays = Delays::default();
        for millis in [0, 1, 2, 60_000, 60_001] {
            delays.add(Duration::from_millis(millis));
        }
        assert_eq!(
            (delays.buckets[0], delays.buckets[1], delays.buckets[12], delays.buckets[13]),
            (2, 1, 1, 1)
        );
        assert_eq!(delays.count, 5);
    }
}
