//! The injected time of day.

use std::sync::Arc;
use std::time::SystemTime;

/// The source of the time of day. Certificates are checked against it; it does not measure durations.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The clock of this host.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock of the host")]
    pub fn system() -> Self {
        Self(Arc::new(SystemTime::now))
    }

    /// A clock that always shows the same time.
    #[must_use]
    pub fn fixed(time: SystemTime) -> Self {
        Self(Arc::new(move || time))
    }

    /// A clock that returns the result of a function, such as one that tests set.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }

    /// The time in seconds since 1970; negative before.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        let signed = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        match self.now().duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => signed(after),
            Err(before) => -signed(before.duration()),
        }
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}
