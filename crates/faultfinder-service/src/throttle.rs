//! Too many requests from one client, or from all.
//!
//! Counting and deciding happen here; the API turns a refusal into a response.

use crate::connections::holder;
use crate::token::TokenHash;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::time::Instant;

/// Requests per second that one token and one address may make on average, and at once.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "two numbers")]
pub struct Rates {
    /// On average, per second.
    pub per_second: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

impl Default for Rates {
    fn default() -> Self {
        const PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
        const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(199);
        Self { per_second: PER_SECOND, burst: BURST }
    }
}

/// Requests in flight that are more than this process can serve in time.
const IN_FLIGHT_MAX: u32 = 1_024;
/// Callers that are remembered; those that have been quiet are forgotten first.
const CALLERS_MAX: usize = 10_000;

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// This address makes too many requests; it may come back after so many seconds.
    Address(u64),
    /// This token makes too many requests; it may come back after so many seconds.
    Token(u64),
    /// Too many requests of all callers are in flight.
    Overloaded,
}

/// The runtime's clock, since a throttle was made.
#[derive(Debug, Clone)]
struct Elapsed(Instant);

impl Clock for Elapsed {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, Elapsed, NoOpMiddleware<Nanos>>;

/// Who has asked how much.
pub(crate) struct Throttle {
    clock: Elapsed,
    addresses: Limiter<IpAddr>,
    tokens: Limiter<TokenHash>,
    in_flight: AtomicU32,
}

impl Throttle {
    pub(crate) fn new(rates: Rates) -> Self {
        let quota = Quota::per_second(rates.per_second).allow_burst(rates.burst);
        let clock = Elapsed(Instant::now());
        Self {
            addresses: RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone()),
            tokens: RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone()),
            clock,
            in_flight: AtomicU32::new(0),
        }
    }

    /// Admits a request from an address, with what it says of itself; it counts as in flight until the answer is dropped.
    ///
    /// # Errors
    ///
    /// Why it is turned away.
    pub(crate) fn admit(
        &self,
        address: Option<IpAddr>,
        authorization: Option<&str>,
    ) -> Result<InFlight<'_>, Refusal> {
        if self.addresses.len() + self.tokens.len() > CALLERS_MAX {
            self.addresses.retain_recent();
            self.tokens.retain_recent();
        }
        if let Some(Err(until)) = address.map(|address| self.addresses.check_key(&holder(address))) {
            return Err(Refusal::Address(self.seconds(&until)));
        }
        let hash = authorization.map(TokenHash::of);
        if let Some(Err(until)) = hash.map(|hash| self.tokens.check_key(&hash)) {
            return Err(Refusal::Token(self.seconds(&until)));
        }
        let counted = InFlight::new(&self.in_flight);
        if self.in_flight.load(Ordering::Relaxed) > IN_FLIGHT_MAX {
            return Err(Refusal::Overloaded);
        }
        Ok(counted)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds, rounded up")]
    fn seconds(&self, until: &governor::NotUntil<Nanos>) -> u64 {
        until.wait_time_from(self.clock.now()).as_secs_f64().ceil() as u64
    }
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Throttle").field("in_flight", &self.in_flight).finish_non_exhaustive()
    }
}

/// A request that is counted as long as it is served.
#[derive(Debug)]
pub(crate) struct InFlight<'a>(&'a AtomicU32);

impl<'a> InFlight<'a> {
    fn new(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
