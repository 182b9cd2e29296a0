//! One run with its attempts.

use crate::addresses;
use crate::attempt::{Tried, once, placed, unsent};
use crate::exchange::{PlannedExchange, Prepared};
use crate::journey;
use crate::moment::{millis, rfc3339, unix_millis};
use crate::offload::Offload;
use crate::planned::PlannedContent;
use crate::render::{Awaited, Moment, Values};
use crate::{Attempt, PlannedTest, TestResult};
use faultfinder_net::Vantage;
use faultfinder_spec::Retry;
use faultfinder_taxonomy::word::AddressChoice;
use faultfinder_taxonomy::{Code, Fault, RetryAdvice};
use rand::{Rng as _, SeedableRng as _};
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::time::Instant;

/// How tests are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOptions {
    /// Name of the place that runs them. `local`.
    pub location: String,
    /// The seed of generated values; random ones when there is none.
    pub seed: Option<u64>,
    /// How long a run may take with all of its attempts: none begins later. Without it, only the attempts,
    /// their pauses and their number limit the run.
    pub run_time: Option<Duration>,
    /// Whether there are no automatic retries: an earlier run of this test ended in `AUTHENTICATION_ERROR`, and neither
    /// the test nor a secret that it uses has changed since. The result says so.
    pub retries_off: bool,
    /// Where assertions are evaluated that take long; without it, on the thread that runs the test.
    pub offload: Option<Offload>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { location: "local".to_owned(), seed: None, run_time: None, retries_off: false, offload: None }
    }
}

/// Longest pause before a retry that a target can ask for by `retry-after`; when it asks for more, there is no retry.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(60);

/// Runs a test: attempts until one passes, its retries are used up, or another one makes no sense. Variables and
/// generators keep their values in all of them.
///
/// Cancel safe: dropping the future ends the attempt that is under way, and leaves nothing behind.
pub async fn run(vantage: &Vantage, test: &PlannedTest, options: &RunOptions) -> TestResult {
    match &test.content {
        PlannedContent::Exchange(exchange) => single(vantage, test, exchange, options).await,
        // Boxed, so that tests of one request keep no room for it.
        PlannedContent::Steps(steps) => Box::pin(journey::run(vantage, test, steps, options)).await,
    }
}

/// Runs a test of one request.
async fn single(
    vantage: &Vantage,
    test: &PlannedTest,
    exchange: &PlannedExchange,
    options: &RunOptions,
) -> TestResult {
    let began = Instant::now();
    let now = vantage.clock().now();
    let mut random = randomness(options.seed);
    let moment = Moment { now_ms: unix_millis(now), random: &mut random };
    let prepared = exchange.prepared(moment, &mut Values::default(), Awaited::Nothing);
    let patience = Patience {
        retry: test.retry(),
        retries_off: options.retries_off,
        until: options.run_time.map(|time| began + time),
        retries_assertions: true,
    };
    let Attempts { last, earlier, mut warnings, confidential, retries_off } =
        attempts(vantage, exchange, &prepared, patience, options.offload.as_ref()).await;
    warnings.splice(0..0, prepared.warnings.iter().cloned());
    warnings.extend(last.warnings);
    let mut result = TestResult {
        name: prepared.name.clone().unwrap_or_else(|| test.name().to_owned()),
        id: test.id.clone(),
        file: test.shown_file().to_owned(),
        line: test.line(),
        tags: test.tags().map(str::to_owned).collect(),
        repetition: None,
        test_type: test.test_type(),
        location: options.location.clone(),
        status: last.attempt.status,
        started_at: rfc3339(now),
        duration_ms: millis(began.elapsed()),
        timings: last.attempt.timings,
        broke_in: last.attempt.broke_in,
        fault: last.attempt.fault,
        assertions: last.assertions,
        attempts: earlier,
        steps: Vec::new(),
        addresses: last.addresses,
        warnings,
        observed: last.observed,
        retries_off,
    };
    if confidential.is_empty() {
        prepared.redactor.result(&mut result);
    } else {
        prepared.redactor.with(confidential.iter().map(String::as_str)).result(&mut result);
    }
    result
}

/// How long it is tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
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
    patience: Patience,
    offload: Option<&Offload>,
) -> Attempts {
    let Patience { retry, until, retries_assertions, .. } = patience;
    let retries = if patience.retries_off { 0 } else { usize::from(retry.count) };
    let mut earlier = Vec::new();
    let mut retries_off = patience.retries_off;
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

/// 64 random bits at a time, from a seed or from the system. The generator is made when it is first needed: most
/// tests generate nothing.
pub(crate) fn randomness(seed: Option<u64>) -> impl FnMut() -> u64 {
    let mut seeded = None;
    move || match seed {
        Some(seed) => seeded.get_or_insert_with(|| rand::rngs::StdRng::seed_from_u64(seed)).next_u64(),
        None => rand::random(),
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

#[cfg(test)]
mod tests;
