//! Whether the wall clock jumped against the monotonic one.

use super::MissedReason;
use crate::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// From here on a difference between what the two clocks measured is a jump; less is what time servers do all day.
pub const JUMP_MIN: Duration = Duration::from_secs(1);

/// Says how long the host has been suspended since it was started.
#[derive(Clone)]
pub struct Suspension(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Suspension {
    /// This host: the difference of its clocks that do and do not go on while it is suspended. Always nothing on systems
    /// other than Linux, where waking up looks as if the clock had been set forward.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(suspended))
    }

    /// What a function says.
    #[must_use]
    pub fn from_fn(suspended: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(suspended))
    }

    fn so_far(&self) -> Duration {
        (self.0)()
    }
}

impl std::fmt::Debug for Suspension {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Suspension").field(&self.so_far()).finish()
    }
}

#[cfg(target_os = "linux")]
fn suspended() -> Duration {
    use rustix::time::{ClockId, Timespec, clock_gettime};
    let duration = |time: Timespec| {
        let part = |value: i64| u64::try_from(value).unwrap_or(0);
        Duration::from_secs(part(time.tv_sec)).saturating_add(Duration::from_nanos(part(time.tv_nsec)))
    };
    let awake = duration(clock_gettime(ClockId::Monotonic));
    duration(clock_gettime(ClockId::Boottime)).saturating_sub(awake)
}

#[cfg(not(target_os = "linux"))]
fn suspended() -> Duration {
    Duration::ZERO
}

/// A moment at which all clocks were read.
#[derive(Debug)]
pub(crate) struct Anchor {
    suspension: Suspension,
    instant: Instant,
    wall: Timestamp,
    suspended: Duration,
}

/// What the wall clock did since it was looked at last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drift {
    /// It went on, more or less as the monotonic clock did.
    Steady,
    /// It jumped forward, because of this.
    Forward(MissedReason),
    /// It was set back, by so much.
    Back(Duration),
}

impl Anchor {
    pub(crate) fn new(instant: Instant, wall: Timestamp, suspension: Suspension) -> Self {
        let suspended = suspension.so_far();
        Self { suspension, instant, wall, suspended }
    }

    /// Compares the clocks, and begins to measure anew from here.
    pub(crate) fn look(&mut self, instant: Instant, wall: Timestamp) -> Drift {
        let expected = self.wall.after(instant.saturating_duration_since(self.instant));
        let suspended = self.suspension.so_far();
        let slept = suspended.saturating_sub(self.suspended);
        (self.instant, self.wall, self.suspended) = (instant, wall, suspended);
        let (ahead, behind) = (wall.since(expected), expected.since(wall));
        if behind > JUMP_MIN {
            Drift::Back(behind)
        } else if ahead <= JUMP_MIN {
            Drift::Steady
        } else if slept >= ahead / 2 {
            Drift::Forward(MissedReason::HostSuspended)
        } else {
            Drift::Forward(MissedReason::ClockJumped)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn clocks_are_compared_with_what_they_said_last() {
        let slept = Arc::new(Mutex::new(Duration::ZERO));
        let told = Arc::clone(&slept);
        let (mut instant, mut wall) = (Instant::now(), Timestamp::from_millis(0));
        let mut anchor = Anchor::new(instant, wall, Suspension::from_fn(move || *told.lock().unwrap()));
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        for (monotonic_ms, wall_ms, asleep, expected) in [
            (1_000, 1_000, 0, Drift::Steady),
            (1_000, 2_000, 0, Drift::Steady),
            (1_000, 0, 0, Drift::Steady),
            (1_000, 2_001, 0, Drift::Forward(MissedReason::ClockJumped)),
            (1_000, -1, 0, Drift::Back(Duration::from_millis(1_001))),
            (10, 600_010, 10, Drift::Forward(MissedReason::HostSuspended)),
            (10, 6_000_010, 1, Drift::Forward(MissedReason::ClockJumped)),
            (10, 10, 0, Drift::Steady),
        ] {
            instant += Duration::from_millis(monotonic_ms);
            wall = Timestamp::from_millis(wall.millis() + wall_ms);
            *slept.lock().unwrap() += minutes(asleep);
            assert_eq!(anchor.look(instant, wall), expected, "{monotonic_ms} {wall_ms} {asleep}");
        }
    }
}
