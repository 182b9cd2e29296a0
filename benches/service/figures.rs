//! Times, and what is printed of them.

use std::time::Duration;

/// How long requests took, in microseconds.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<u32>);

impl Times {
    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Prints how many there were a second, and how long they took.
    pub(crate) fn print(mut self, what: &str, time: Duration) {
        self.0.sort_unstable();
        let at = |hundredths: usize| {
            let place = (self.0.len() * hundredths / 100).min(self.0.len().saturating_sub(1));
            f64::from(self.0.get(place).copied().unwrap_or_default()) / 1e3
        };
        let a_second = per_second(u64::try_from(self.0.len()).unwrap_or(u64::MAX), time);
        println!(
            "  {what:<38} {a_second:>7.0} a second, p50 {:>6.1} ms, p99 {:>6.1} ms, max {:>6.1} ms",
            at(50),
            at(99),
            at(100)
        );
    }
}

/// So many in this time are how many a second.
pub(crate) fn per_second(count: u64, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64()
}
