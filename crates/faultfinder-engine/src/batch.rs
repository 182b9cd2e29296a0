//! Many runs, so many at a time.

use crate::{PlannedTest, RunOptions, TestResult, run};
use faultfinder_net::Vantage;
use futures_util::StreamExt as _;

/// How many tests run at a time when nothing is said.
pub const CONCURRENCY_DEFAULT: usize = 16;

/// Runs tests, at most `concurrency` at a time (at least one), all in the task of the caller. Each result is given to
/// `on_result` as soon as it is there, with the place of its test; returned are all of them in the order of the tests.
///
/// Cancel safe: dropping the future ends all runs that are under way.
pub async fn run_all(
    vantage: &Vantage,
    tests: &[PlannedTest],
    options: &RunOptions,
    concurrency: usize,
    mut on_result: impl FnMut(usize, &TestResult),
) -> Vec<TestResult> {
    let runs = tests
        .iter()
        .enumerate()
        .map(|(index, test)| async move { (index, run(vantage, test, options).await) });
    let mut running = futures_util::stream::iter(runs).buffer_unordered(concurrency.max(1));
    let mut results: Vec<Option<TestResult>> = tests.iter().map(|_| None).collect();
    while let Some((index, result)) = running.next().await {
        on_result(index, &result);
        if let Some(slot) = results.get_mut(index) {
            *slot = Some(result);
        }
    }
    results.into_iter().flatten().collect()
}
