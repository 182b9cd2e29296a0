//! When data arrived, by the kernel's clock rather than by the moment at which this process got to read it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// When the data that was read last arrived on the connection of a probe.
///
/// A process that has much to do reads late, and what a probe measures by its own clock is its own load. The kernel notes when
/// a segment arrives (`SO_TIMESTAMPING`), however late it is read.
#[derive(Debug)]
pub struct Arrivals {
    /// Moments are counted from here.
    start: Instant,
    /// Nanoseconds after the start, plus 1; 0 before anything has been read.
    last: AtomicU64,
    /// When something was noted last, in nanoseconds after the start.
    noted: AtomicU64,
    /// How long data lay unread, in nanoseconds.
    unread: AtomicU64,
}

impl Arrivals {
    /// Nothing has arrived yet.
    pub(crate) fn begin() -> Self {
        Self {
            start: Instant::now(),
            last: AtomicU64::new(0),
            noted: AtomicU64::new(0),
            unread: AtomicU64::new(0),
        }
    }

    /// Data was read that had arrived at this moment.
    pub(crate) fn note(&self, at: Instant) {
        let (arrived, now) = (self.nanos(at), self.nanos(Instant::now()));
        self.last.store(arrived.saturating_add(1), Ordering::Relaxed);
        // What came while something else was being read has waited since then.
        let since = self.noted.swap(now, Ordering::Relaxed).max(arrived);
        self.unread.fetch_add(now.saturating_sub(since), Ordering::Relaxed);
    }

    fn nanos(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.start).as_nanos()).unwrap_or(u64::MAX - 1)
    }

    /// How long answers lay unread, because this process had other things to do.
    pub(crate) fn own_delay(&self) -> Duration {
        Duration::from_nanos(self.unread.load(Ordering::Relaxed))
    }

    /// When the data that was read last arrived; nothing before any was read.
    #[must_use]
    pub fn last(&self) -> Option<Instant> {
        let after = self.last.load(Ordering::Relaxed).checked_sub(1)?;
        self.start.checked_add(Duration::from_nanos(after))
    }
}

/// Longest time that data waits to be read and is believed to: beyond it, the clock of the host was set meanwhile.
const AGE_MAX: Duration = Duration::from_secs(60);

/// The moment of a stamp, which is time since 1970: as long before now as the host's clock says.
///
/// Where the runtime has a clock of its own, as in tests that let it stand, what the host's clock says means nothing.
#[cfg(target_os = "linux")]
pub(crate) fn moment_of(stamp: Duration) -> Instant {
    #[expect(clippy::disallowed_types, reason = "the clock of the host is what is asked for")]
    let host = std::time::Instant::now;
    let before = host();
    let now = Instant::now();
    if !(before..=host()).contains(&now.into_std()) {
        return now;
    }
    let age = since_1970().and_then(|since_1970| since_1970.checked_sub(stamp));
    age.filter(|age| *age <= AGE_MAX).and_then(|age| now.checked_sub(age)).unwrap_or(now)
}

/// The time of the host's clock.
#[cfg(target_os = "linux")]
fn since_1970() -> Option<Duration> {
    #[expect(
        clippy::disallowed_methods,
        reason = "stamps are of the host's clock, whatever clock is injected"
    )]
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_arrival_counts() {
        let arrivals = Arrivals::begin();
        assert_eq!(arrivals.last(), None);
        let at = arrivals.start + Duration::from_millis(3);
        arrivals.note(arrivals.start);
        assert_eq!(arrivals.last(), Some(arrivals.start));
        arrivals.note(at);
        assert_eq!(arrivals.last(), Some(at));
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_for_which_data_lay_unread_is_counted_once() {
        let arrivals = Arrivals::begin();
        let ms = Duration::from_millis;
        tokio::time::advance(ms(100)).await;
        arrivals.note(arrivals.start + ms(70));
        assert_eq!(arrivals.own_delay(), ms(30));
        // Two that came at once: the second one waited for what was done with the first one.
        tokio::time::advance(ms(5)).await;
        arrivals.note(arrivals.start + ms(70));
        assert_eq!(arrivals.own_delay(), ms(35));
        tokio::time::advance(ms(500)).await;
        arrivals.note(Instant::now());
        assert_eq!(arrivals.own_delay(), ms(35));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test(start_paused = true)]
    async fn a_clock_of_its_own_is_not_that_of_the_stamps() {
        let second = Duration::from_secs(1);
        tokio::time::advance(second).await;
        assert_eq!(moment_of(since_1970().unwrap() - second), Instant::now());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_stamp_of_another_time_is_not_believed() {
        let second = Duration::from_secs(1);
        let early = moment_of(since_1970().unwrap() - second);
        let age = Instant::now() - early;
        assert!(age >= second && age < second * 30, "{age:?}");
        let now = since_1970().unwrap();
        for stamp in [now - AGE_MAX * 2, now + second, Duration::ZERO] {
            let before = Instant::now();
            assert!(moment_of(stamp) >= before);
        }
    }
}
