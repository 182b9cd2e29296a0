//! The attempts of one request.

use crate::Attempt;
use crate::addresses;
use crate::attempt::{Tried, once, placed, unsent};
use crate::exchange::{PlannedExchange, Prepared};
use crate::offload::Offload;
use faultfinder_net::Vantage;
use faultfinder_spec::Retry;
use faultfinder_taxonomy::word::AddressChoice;
use faultfinder_taxonomy::{Code, Fault, RetryAdvice};
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::time::Instant;

/// Longest pause before a retry that a target can ask for by `retry-after`; when it asks for more, there is no retry.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(60);

/// How long it is tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    pub(crate) retry: Retry,
    /// Whether there are no retries: credentials were refused before.
    pub(crate) retries_off: bool,
    /// No attempt begins later.
    pub(crate) until: Option<Instant>,
    /// Whether an assertion that does not hold is a reason for a retry.
    pub(crate) retries_assertions: bool,
}

/// What came of the attempts.
pub(crate) struct Attempts {
    pub(crate) last: Box<Tried>,
    pub(crate) earlier: Vec<Attempt>,
    pub(crate) warnings: Vec<String>,
    /// Texts that were derived from credentials.
    pub(crate) confidential: Vec<String>,
    pub(crate) retries_off: bool,
}

/// Tries until an attempt passes, the retries are used up, or another one makes no sense.
pub(crate) async fn attempts(
    vantage: &Vantage,
    exchange: &PlannedExchange,
    prepared: &Prepared,
    policy: RetryPolicy,
    offload: Option<&Offload>,
) -> Attempts {
    let RetryPolicy { retry, until, retries_assertions, .. } = policy;
    let retries = if policy.retries_off { 0 } else { usize::from(retry.count) };
    let mut earlier = Vec::new();
    let mut retries_off = policy.retries_off;
    let mut warnings = Vec::new();
    let mut confidential: Vec<String> = Vec::new();
    // What was tried stays out of the future: else every test that runs would keep room for it.
    let mut take = |tried: Tried| {
        confidential.extend(tried.confidential.texts().map(str::to_owned));
        let fault = tried.attempt.fault.as_ref();
        let advice = fault.map(advice);
        retries_off |= advice == Some(RetryAdvice::Forbidden);
        let is_assertion = fault.is_some_and(|fault| fault.code == Code::IncorrectAssertion);
        let is_sensible = advice == Some(RetryAdvice::Sensible) && (retries_assertions || !is_assertion);
        if !is_sensible || earlier.len() >= retries {
            return ControlFlow::Break(Box::new(tried));
        }
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        match pause(retry.interval, tried.retry_after, left) {
            Ok(pause) => {
                earlier.push(tried.attempt);
                ControlFlow::Continue(pause)
            }
            Err(warning) => {
                warnings.push(warning);
                ControlFlow::Break(Box::new(tried))
            }
        }
    };
    let last = loop {
        match take(attempt(vantage, exchange, prepared, offload).await) {
            ControlFlow::Break(last) => break last,
            ControlFlow::Continue(pause) => tokio::time::sleep(pause).await,
        }
    };
    Attempts { last, earlier, warnings, confidential, retries_off }
}

/// The pause before the next attempt: what the test says, or what the target asks for where that is longer. `left` is
/// what is left of the time of the run.
///
/// # Errors
///
/// Why there is no next attempt.
pub(crate) fn pause(
    interval: Duration,
    retry_after: Option<Duration>,
    left: Option<Duration>,
) -> Result<Duration, String> {
    let asked = retry_after.unwrap_or_default();
    if asked > RETRY_AFTER_MAX {
        return Err(format!(
            "not retried: the target asked for {} s, the maximum is {} s",
            asked.as_secs(),
            RETRY_AFTER_MAX.as_secs()
        ));
    }
    let pause = interval.max(asked);
    match left.filter(|left| pause >= *left) {
        Some(left) => Err(format!(
            "not retried: the next attempt would start in {} ms, but only {} ms of the run's time are left",
            pause.as_millis(),
            left.as_millis()
        )),
        None => Ok(pause),
    }
}

/// Whether another attempt makes sense. An assertion may hold a moment later; the taxonomy says so of the rest.
pub(crate) fn advice(fault: &Fault) -> RetryAdvice {
    if fault.code == Code::IncorrectAssertion { RetryAdvice::Sensible } else { fault.retry() }
}

async fn attempt(
    vantage: &Vantage,
    exchange: &PlannedExchange,
    prepared: &Prepared,
    offload: Option<&Offload>,
) -> Tried {
    if let Some(objection) = &prepared.objection {
        return unsent(prepared, placed(Fault::clone(objection), exchange));
    }
    let probe = prepared.built.as_ref();
    match probe.client().address {
        AddressChoice::All => Box::pin(addresses::attempt(vantage, exchange, prepared, offload)).await,
        AddressChoice::First | AddressChoice::Any => {
            once(vantage, exchange, prepared, probe, None, offload).await
        }
    }
}
