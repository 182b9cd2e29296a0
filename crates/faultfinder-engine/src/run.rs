//! One run of a test.

use crate::attempts::{Attempts, RetryPolicy, attempts};
use crate::exchange::PlannedExchange;
use crate::journey;
use crate::moment::{Begin, unix_millis};
use crate::options::RunOptions;
use crate::planned::PlannedContent;
use crate::render::{Awaited, Moment, Values, invalid};
use crate::{Attempt, PlannedTest, Status, TestResult};
use faultfinder_net::Vantage;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, Timings};
use futures_util::FutureExt as _;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

/// Runs a test: attempts until one passes, its retries are used up, or another one makes no sense. Variables and
/// generators keep their values in all of them.
///
/// Cancel safe: dropping the future ends the attempt that is under way, and leaves nothing behind.
pub async fn run(vantage: &Vantage, test: &PlannedTest, options: &RunOptions) -> TestResult {
    let begin = Begin::now(vantage);
    // A panic is a mistake in this program, or in a library: it must not take the results of other tests along.
    match AssertUnwindSafe(carried_out(vantage, test, options)).catch_unwind().await {
        Ok(result) => result,
        Err(_) => test.result(test.name().to_owned(), begin, panicked(), options),
    }
}

/// What a run comes to that ended in a panic.
fn panicked() -> Attempt {
    let message = "this program failed while it ran the test; its standard error says where";
    let fault = Fault::new(Code::InternalError, Phase::Config, Detail::http("panic", None), message);
    Attempt { status: Status::Error, timings: Timings::default(), broke_in: None, fault: Some(fault) }
}

async fn carried_out(vantage: &Vantage, test: &PlannedTest, options: &RunOptions) -> TestResult {
    match &test.content {
        PlannedContent::Exchange(exchange) => single(vantage, test, exchange, options).await,
        // Boxed, so that tests of one request keep no room for it.
        PlannedContent::Steps(steps) => Box::pin(journey::run(vantage, test, steps, options)).await,
        PlannedContent::Heartbeat(_) => {
            let message = "a heartbeat is awaited by a service: there is nothing to run";
            let fault = Some(invalid("heartbeat", "heartbeat", message));
            let (timings, begin) = (Timings::default(), Begin::now(vantage));
            let attempt = Attempt { status: Status::Error, timings, broke_in: None, fault };
            test.result(test.name().to_owned(), begin, attempt, options)
        }
    }
}

/// Runs a test of one request.
async fn single(
    vantage: &Vantage,
    test: &PlannedTest,
    exchange: &PlannedExchange,
    options: &RunOptions,
) -> TestResult {
    let begin = Begin::now(vantage);
    let mut random = options.randomness();
    let now_ms = unix_millis(begin.wall);
    let ids = test.ids(options);
    let (mut values, mut unset) = (Values::default(), BTreeMap::new());
    let mut failed = None;
    if let Some(script) = test.script() {
        let moment = Moment { now_ms, ids: Some(&ids), random: &mut random };
        let read = script.read(&test.scope, moment, &mut values);
        // Boxed, so that tests without a script keep no room for it.
        let begun = Box::pin(script.begin(read, &mut values, &mut unset, options.offload.as_ref()));
        failed = begun.await.err();
    }
    let moment = Moment { now_ms, ids: Some(&ids), random: &mut random };
    let mut prepared = exchange.prepared(moment, &mut values, Awaited::Missing(&unset));
    if let Some(fault) = failed {
        prepared.to_mut().objection = Some(Box::new(fault));
    }
    let policy = RetryPolicy {
        retry: test.retry(),
        retries_off: options.retries_off,
        until: options.run_time.map(|time| begin.at + time),
        retries_assertions: true,
    };
    let Attempts { last, earlier, mut warnings, confidential, retries_off } =
        attempts(vantage, exchange, &prepared, policy, options.offload.as_ref()).await;
    warnings.splice(0..0, prepared.warnings.iter().cloned());
    warnings.extend(last.warnings);
    let name = prepared.name.clone().unwrap_or_else(|| test.name().to_owned());
    let mut result = TestResult {
        assertions: last.assertions,
        attempts: earlier,
        addresses: last.addresses,
        warnings,
        observed: last.observed,
        retries_off,
        result_id: ids.used(),
        ..test.result(name, begin, last.attempt, options)
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
