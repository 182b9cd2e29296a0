//! One run of a test.

use crate::attempts::{Attempts, Patience, attempts};
use crate::exchange::PlannedExchange;
use crate::journey;
use crate::moment::{millis, rfc3339, unix_millis};
use crate::options::RunOptions;
use crate::planned::PlannedContent;
use crate::render::{Awaited, Moment, Values};
use crate::{PlannedTest, TestResult};
use faultfinder_net::Vantage;
use tokio::time::Instant;

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
    let mut random = options.randomness();
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

#[cfg(test)]
mod tests;
