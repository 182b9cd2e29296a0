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
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
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
/// Requests of one token in flight: it cannot take the place of all others.
const IN_FLIGHT_PER_TOKEN_MAX: u32 = 256;
/// Callers that are remembered; those that have been quiet are forgotten first.
const CALLERS_MAX: usize = 10_000;

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// This address makes too many requests; it may come back after so many seconds.
    Address(u64),
    /// This token makes too many requests; it may come back after so many seconds.
    Token(u64),
    /// Too many requests of this token are in flight.
    TokenBusy,
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
    in_flight: InFlight,
}

/// How many requests are in flight, in all and of each token.
#[derive(Debug, Default)]
struct InFlight {
    all: AtomicU32,
    of_tokens: Mutex<HashMap<TokenHash, u32>>,
}

impl Throttle {
    pub(crate) fn new(rates: Rates) -> Self {
        let quota = Quota::per_second(rates.per_second).allow_burst(rates.burst);
        let clock = Elapsed(Instant::now());
        Self {
            addresses: RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone()),
            tokens: RateLimiter::new(quota, DefaultKeyedStateStore::default(), clock.clone()),
            clock,
            in_flight: InFlight::default(),
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
    ) -> Result<Counted<'_>, Refusal> {
        if self.addresses.len() + self.tokens.len() > CALLERS_MAX {
            self.addresses.retain_recent();
            self.tokens.retain_recent();
        }
        if let Some(Err(until)) = address.map(|address| self.addresses.check_key(&holder(address))) {
            return Err(Refusal::Address(self.seconds(&until)));
        }
        let hash = authorization.map(TokenHash::of);
        if let Some(Err(until)) = hash.as_ref().map(|hash| self.tokens.check_key(hash)) {
            return Err(Refusal::Token(self.seconds(&until)));
        }
        self.in_flight.count(hash)
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

impl InFlight {
    /// Counts a request.
    fn count(&self, token: Option<TokenHash>) -> Result<Counted<'_>, Refusal> {
        if let Some(token) = &token {
            let mut of_tokens = self.of_tokens();
            let of_token = of_tokens.entry(*token).or_default();
            if *of_token >= IN_FLIGHT_PER_TOKEN_MAX {
                return Err(Refusal::TokenBusy);
            }
            *of_token += 1;
        }
        let before = self.all.fetch_add(1, Ordering::Relaxed);
        let counted = Counted { of: self, token };
        if before >= IN_FLIGHT_MAX { Err(Refusal::Overloaded) } else { Ok(counted) }
    }

    fn of_tokens(&self) -> MutexGuard<'_, HashMap<TokenHash, u32>> {
        self.of_tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is counted as long as it is served.
#[derive(Debug)]
pub(crate) struct Counted<'a> {
    of: &'a InFlight,
    token: Option<TokenHash>,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.of.all.fetch_sub(1, Ordering::Relaxed);
        let Some(token) = self.token.take() else { return };
        let mut of_tokens = self.of.of_tokens();
        if let Some(of_token) = of_tokens.get_mut(&token) {
            *of_token = of_token.saturating_sub(1);
            if *of_token == 0 {
                of_tokens.remove(&token);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn callers_that_have_been_quiet_are_forgotten() {
        let throttle = Throttle::new(Rates::default());
        for host in 0..=u32::try_from(CALLERS_MAX).unwrap() {
            // Networks of their own.
            let address = std::net::Ipv4Addr::from_bits(host);
            drop(throttle.admit(Some(address.into()), None).unwrap());
        }
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        drop(throttle.admit(Some(IpAddr::from([192, 0, 2, 1])), None).unwrap());
        assert_eq!(throttle.addresses.len(), 1);
    }

    #[test]
    fn a_token_cannot_have_all_requests_in_flight() {
        let throttle = Throttle::new(Rates { per_second: NonZeroU32::MAX, burst: NonZeroU32::MAX });
        let admit = |token: &str| throttle.admit(None, Some(token));
        let all: Vec<_> = (0..IN_FLIGHT_PER_TOKEN_MAX).map(|_| admit("a").unwrap()).collect();
        assert_eq!(admit("a").unwrap_err(), Refusal::TokenBusy);
        let other = admit("b").unwrap();
        drop(all);
        assert!(admit("a").is_ok());
        drop(other);
        assert!(throttle.in_flight.of_tokens().is_empty(), "those without a request are forgotten");
        let all: Vec<_> = (0..IN_FLIGHT_MAX).map(|_| throttle.admit(None, None).unwrap()).collect();
        assert_eq!(admit("a").unwrap_err(), Refusal::Overloaded);
        drop(all);
        assert_eq!(throttle.in_flight.all.load(Ordering::Relaxed), 0);
    }
}
