//! Many runs with a bounded number in flight.

use anyhow::Result;
use futures_util::StreamExt as _;
use std::future::Future;

/// Runs the numbers below `runs`; the first error ends it.
pub(crate) async fn batch<F: Future<Output = Result<()>>>(
    runs: usize,
    concurrency: usize,
    run: impl Fn(usize) -> F,
) -> Result<()> {
    let mut results = futures_util::stream::iter((0..runs).map(run)).buffer_unordered(concurrency.max(1));
    while let Some(result) = results.next().await {
        result?;
    }
    Ok(())
}
