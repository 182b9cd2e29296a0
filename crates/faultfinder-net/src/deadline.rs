//! The moment at which time runs out.

use faultfinder_taxonomy::TimeoutScope;
use futures_util::FutureExt as _;
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// How late this process may notice a moment without a word about it.
const LATENESS_MAX: Duration = Duration::from_millis(50);

/// How long ago a moment was that this process has just noticed; nothing up to 50 ms. A busy process is late, and what it
/// measures is too long then.
#[must_use]
pub fn lateness(moment: Instant) -> Option<Duration> {
    Some(Instant::now().saturating_duration_since(moment)).filter(|late| *late > LATENESS_MAX)
}

/// The moment at which time runs out, and which budget it belongs to. Created once per probe and passed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    at: Instant,
    scope: TimeoutScope,
    budget: Duration,
}

impl Deadline {
    /// This long from now.
    #[must_use]
    pub fn after(budget: Duration, scope: TimeoutScope) -> Self {
        Self { at: Instant::now() + budget, scope, budget }
    }

    /// The moment.
    #[must_use]
    pub const fn instant(&self) -> Instant {
        self.at
    }

    /// The scope of the budget.
    #[must_use]
    pub const fn scope(&self) -> TimeoutScope {
        self.scope
    }

    /// How long the budget was.
    #[must_use]
    pub const fn budget(&self) -> Duration {
        self.budget
    }

    /// The result of `work`, or nothing when time runs out first; `work` is then dropped.
    // Not an `async fn`: that would hold `work` twice, before it is polled and while it is.
    pub fn limit<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = Option<T>> {
        tokio::time::timeout_at(self.at, work).map(Result::ok)
    }
}
