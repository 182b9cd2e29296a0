//! One run with its attempts.

use crate::addresses;
use crate::judge::{self, Judgement};
use crate::moment::{millis, rfc3339, unix_millis};
use crate::objections::full;
use crate::planned::Prepared;
use crate::protocol::{Probe, envelope};
use crate::{AddressResult, AssertionResult, Attempt, Observed, PlannedTest, Status, TestResult};
use faultfinder_net::Vantage;
use faultfinder_taxonomy::word::AddressChoice;
use faultfinder_taxonomy::{
    Blame, Code, Confidential, Detail, Fact, Facts, Fault, Phase, Report, RetryAdvice,
};
use rand::{Rng as _, SeedableRng as _};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::time::Instant;

/// How tests are run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunOptions {
    /// Name of the place that runs them. `local`.
    pub location: String,
    /// The seed of generated values; random ones when there is none.
    pub seed: Option<u64>,
    /// How long a run may take with all of its attempts: none begins later. Without it, only the attempts,
    /// their pauses and their number limit the run.
    pub run_time: Option<Duration>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { location: "local".to_owned(), seed: None, run_time: None }
    }
}

/// What one attempt yielded.
pub(crate) struct Tried {
    pub(crate) attempt: Attempt,
    pub(crate) assertions: Vec<AssertionResult>,
    pub(crate) observed: Observed,
    pub(crate) warnings: Vec<String>,
    pub(crate) addresses: Vec<AddressResult>,
    /// What was made of credentials.
    pub(crate) confidential: Confidential,
    /// How long the target asks to wait before it is asked again.
    pub(crate) retry_after: Option<Duration>,
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
    let mut earlier = Vec::new();
    let mut retries_off = false;
    let mut warnings = prepared.warnings.clone();
    let mut confidential: Vec<String> = Vec::new();
    // What was tried stays out of the future: else every test that runs would keep room for it.
    let mut take = |tried: Tried| {
        confidential.extend(tried.confidential.texts().map(str::to_owned));
        let advice = tried.attempt.fault.as_ref().map(advice);
        retries_off |= advice == Some(RetryAdvice::Forbidden);
        if advice != Some(RetryAdvice::Sensible) || earlier.len() >= usize::from(retry.count) {
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
        match take(attempt(vantage, test, &prepared).await) {
            ControlFlow::Break(last) => break *last,
            ControlFlow::Continue(pause) => tokio::time::sleep(pause).await,
        }
    };
    warnings.extend(last.warnings);
    if retries_off {
        warnings.push("automatic retries are off until the test or a secret it uses changes".to_owned());
    }
    let mut result = TestResult {
        name: prepared.name.clone(),
        id: test.id.clone(),
        protocol: test.protocol(),
        location: options.location.clone(),
        status: last.attempt.status,
        started_at: rfc3339(now),
        duration_ms: millis(began.elapsed()),
        timings: last.attempt.timings,
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

async fn attempt(vantage: &Vantage, test: &PlannedTest, prepared: &Prepared) -> Tried {
    if let Some(objection) = &prepared.objection {
        return unsent(prepared, placed(objection.clone(), test));
    }
    let probe = prepared.built.as_ref();
    match probe.client().address {
        AddressChoice::All => Box::pin(addresses::attempt(vantage, test, prepared)).await,
        AddressChoice::First | AddressChoice::Any => once(vantage, test, prepared, probe, None).await,
    }
}

/// One probe with its assertions. `resolve` is how long an earlier lookup of the name took.
pub(crate) async fn once(
    vantage: &Vantage,
    test: &PlannedTest,
    prepared: &Prepared,
    probe: &dyn Probe,
    resolve: Option<Duration>,
) -> Tried {
    let began = Instant::now();
    let Report { mut facts, outcome } = probe.send(vantage).await;
    if let Some(took) = resolve {
        facts.timings.add(Phase::Resolve, took);
    }
    match outcome {
        Err(fault) => {
            let (mut fault, retry_after) = envelope::of_refusal(fault, vantage.clock().now());
            tell_pause(&mut fault, retry_after);
            let fault = placed(fault, test);
            let assertions = judge::not_performed(&prepared.assertions);
            Tried { retry_after, ..finish(facts, Some(fault), assertions, BTreeMap::new()) }
        }
        Ok(answer) => {
            let asserting = Instant::now();
            let Judgement { assertions, fault } =
                judge::judge(vantage, &facts, answer.as_ref(), &prepared.assertions);
            let mut fault = fault.map(|fault| answer.explain(fault));
            facts.timings.add(Phase::Assert, asserting.elapsed());
            let budget = probe.client().overall_timeout;
            if began.elapsed() > budget {
                fault = Some(judge::overdue(budget, &facts.timings));
            }
            facts.warnings.extend(answer.warning());
            let retry_after = fault.as_ref().and_then(|_| answer.retry_after(vantage.clock().now()));
            if let Some(fault) = &mut fault {
                tell_pause(fault, retry_after);
            }
            let summary = answer.summary(fault.is_some());
            Tried { retry_after, ..finish(facts, fault, assertions, summary) }
        }
    }
}

/// Adds how long the target asks to wait.
fn tell_pause(fault: &mut Fault, retry_after: Option<Duration>) {
    if let Some(asked) = retry_after {
        fault.evidence.insert("retry_after_s", asked.as_secs());
    }
}

/// The attempt of a test whose request could not be made.
fn unsent(prepared: &Prepared, fault: Fault) -> Tried {
    let assertions = judge::not_performed(&prepared.assertions);
    finish(Facts::default(), Some(fault), assertions, BTreeMap::new())
}

/// An attempt, of the facts, the fault, the assertions, and the answer in short.
pub(crate) fn finish(
    facts: Facts,
    fault: Option<Fault>,
    assertions: Vec<AssertionResult>,
    response: BTreeMap<String, Fact>,
) -> Tried {
    let observed = Observed {
        // Without a port where the protocol has none.
        peer: facts.peer.map(|peer| match peer.port() {
            0 => peer.ip().to_string(),
            _ => peer.to_string(),
        }),
        addresses: facts.addresses.iter().map(ToString::to_string).collect(),
        connects: facts.connects,
        tls: facts.tls,
        hops: facts.hops,
        response,
    };
    let attempt = Attempt { status: status(fault.as_ref()), timings: facts.timings, fault };
    Tried {
        attempt,
        assertions,
        observed,
        warnings: facts.warnings,
        addresses: Vec::new(),
        confidential: facts.confidential,
        retry_after: None,
    }
}

/// A fault of the definition gets the name and the place of its field.
pub(crate) fn placed(fault: Fault, test: &PlannedTest) -> Fault {
    if !matches!(fault.detail, Detail::Definition { .. }) {
        return fault;
    }
    let place = test.place(&fault).text(&test.source);
    full(fault, test.protocol(), test.aliases()).with("place", place)
}

fn status(fault: Option<&Fault>) -> Status {
    match fault {
        None => Status::Passed,
        Some(fault) if fault.blame == Blame::Ourselves => Status::Error,
        Some(_) => Status::Failed,
    }
}

#[cfg(test)]
mod tests;
