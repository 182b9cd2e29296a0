//! One run with its attempts.

use crate::addresses;
use crate::attempt::{Tried, once, placed, unsent};
use crate::moment::{millis, rfc3339, unix_millis};
use crate::offload::Offload;
use crate::planned::Prepared;
use crate::{PlannedTest, TestResult};
use faultfinder_net::Vantage;
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
    let began = Instant::now();
    let now = vantage.clock().now();
    let prepared = test.prepared(unix_millis(now), &mut randomness(options.seed));
    let retry = test.retry();
    let retries = if options.retries_off { 0 } else { usize::from(retry.count) };
    let mut earlier = Vec::new();
    let mut retries_off = options.retries_off;
    let mut warnings = prepared.warnings.clone();
    let mut confidential: Vec<String> = Vec::new();
    // What was tried stays out of the future: else every test that runs would keep room for it.
    let mut take = |tried: Tried| {
        confidential.extend(tried.confidential.texts().map(str::to_owned));
        let advice = tried.attempt.fault.as_ref().map(advice);
        retries_off |= advice == Some(RetryAdvice::Forbidden);
        if advice != Some(RetryAdvice::Sensible) || earlier.len() >= retries {
            return ControlFlow::Break(Box::new(tried));
        }
        let left = options.run_time.map(|time| time.saturating_sub(began.elapsed()));
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
        match take(attempt(vantage, test, &prepared, options.offload.as_ref()).await) {
            ControlFlow::Break(last) => break *last,
            ControlFlow::Continue(pause) => tokio::time::sleep(pause).await,
        }
    };
    warnings.extend(last.warnings);
    let mut result = TestResult {
        name: prepared.name.clone(),
        id: test.id.clone(),
        file: test.shown_file().to_owned(),
        line: test.line(),
        tags: test.tags().map(str::to_owned).collect(),
        repetition: None,
        protocol: test.protocol(),
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

/// The pause before the next attempt: what the test says, or what the target asks for where that is longer. `left` is
/// what is left of the time of the run.
///
/// # Errors
///
/// Why there is no next attempt.
fn pause(
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
fn randomness(seed: Option<u64>) -> impl FnMut() -> u64 {
    let mut seeded = None;
    move || match seed {
        Some(seed) => seeded.get_or_insert_with(|| rand::rngs::StdRng::seed_from_u64(seed)).next_u64(),
        None => rand::random(),
    }
}

/// Whether another attempt makes sense. An assertion may hold a moment later; the taxonomy says so of the rest.
fn advice(fault: &Fault) -> RetryAdvice {
    if fault.code == Code::IncorrectAssertion { RetryAdvice::Sensible } else { fault.retry() }
}

async fn attempt(
    vantage: &Vantage,
    test: &PlannedTest,
    prepared: &Prepared,
    offload: Option<&Offload>,
) -> Tried {
    if let Some(objection) = &prepared.objection {
        return unsent(prepared, placed(objection.clone(), test));
    }
    let probe = prepared.built.as_ref();
    match probe.client().address {
        AddressChoice::All => Box::pin(addresses::attempt(vantage, test, prepared, offload)).await,
        AddressChoice::First | AddressChoice::Any => {
            once(vantage, test, prepared, probe, None, offload).await
        }
    }
}

#[cfg(test)]
mod tests;
