//! Too many requests of one client, or of all.

use super::problem::Problem;
use super::routes::health::shutting_down;
use super::serve::Peer;
use crate::service::Service;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use http::header::AUTHORIZATION;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
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
    tokens: Limiter<crate::TokenHash>,
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

    fn admit(&self, request: &Request) -> Result<(), Problem> {
        if self.addresses.len() + self.tokens.len() > CALLERS_MAX {
            self.addresses.retain_recent();
            self.tokens.retain_recent();
        }
        let seconds =
            |until: governor::NotUntil<_>| until.wait_time_from(self.clock.now()).as_secs_f64().ceil();
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        if let Some(Err(until)) = peer.map(|peer| self.addresses.check_key(&peer)) {
            return Err(throttled("This address makes too many requests.", seconds(until)));
        }
        let token = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let hash = token.map(crate::TokenHash::of);
        if let Some(Err(until)) = hash.map(|hash| self.tokens.check_key(&hash)) {
            return Err(throttled("This token makes too many requests.", seconds(until)));
        }
        Ok(())
    }
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Throttle").field("in_flight", &self.in_flight).finish_non_exhaustive()
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds, rounded up")]
fn throttled(message: &str, seconds: f64) -> Problem {
    Problem::throttled(message, seconds as u64)
}

/// Turns requests away before anything is done for them.
pub(crate) async fn throttle(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    if service.is_closing() {
        return shutting_down().into_response();
    }
    let throttle = service.throttle();
    if let Err(problem) = throttle.admit(&request) {
        return problem.into_response();
    }
    let _counted = Counted::new(&throttle.in_flight);
    if throttle.in_flight.load(Ordering::Relaxed) > IN_FLIGHT_MAX {
        return Problem::unavailable("Overloaded", "Too many requests are in flight.", 1).into_response();
    }
    next.run(request).await
}

/// A request that is counted as long as it is served.
struct Counted<'a>(&'a AtomicU32);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
