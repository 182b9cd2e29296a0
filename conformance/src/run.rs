//! Thousands of cases, on all cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use anyhow::{Result, anyhow};

use crate::generator::{Generator, Recipe};
use crate::judge::{Judged, judge};
use crate::reduce::reduce;
use crate::statistics::Statistics;

/// What to run.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: a seed, how many, and how many to reduce")]
pub struct Settings {
    /// What the cases follow from.
    pub seed: u64,
    /// How many.
    pub chains: u64,
    /// How many differences are reduced; the others are only counted.
    pub reduced_max: usize,
}

/// What came of it.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Outcome {
    /// What occurred.
    pub statistics: Statistics,
    /// How many cases differ.
    pub differing: usize,
    /// The first of them, as they are and reduced.
    pub differences: Vec<(Judged, Judged)>,
}

/// Runs them.
///
/// # Errors
///
/// When a case cannot be made or OpenSSL cannot be asked.
pub fn run(generator: &Generator, settings: &Settings) -> Result<Outcome> {
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let differing = Mutex::new(Vec::new());
    let work = || {
        let mut statistics = Statistics::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= settings.chains || failed.load(Ordering::Relaxed) {
                return Ok(statistics);
            }
            let recipe = generator.recipe(settings.seed, number);
            match generator.build(&recipe).and_then(judge) {
                Ok(judged) => {
                    statistics.count(&judged);
                    if !judged.differences.is_empty() {
                        let mut differing = differing.lock().map_err(|_| anyhow!("a thread has panicked"))?;
                        differing.push((number, recipe, judged));
                    }
                }
                Err(error) => {
                    failed.store(true, Ordering::Relaxed);
                    return Err(error.context(format!("case {number} of seed {}", settings.seed)));
                }
            }
        }
    };
    let mut outcome = Outcome::default();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            let statistics = thread.join().map_err(|_| anyhow!("a thread has panicked"))??;
            outcome.statistics.add(&statistics);
        }
        Ok::<(), anyhow::Error>(())
    })?;
    let mut differing: Vec<(u64, Recipe, Judged)> =
        differing.into_inner().map_err(|_| anyhow!("a thread has panicked"))?;
    differing.sort_by_key(|(number, ..)| *number);
    outcome.differing = differing.len();
    for (_, recipe, judged) in differing.into_iter().take(settings.reduced_max) {
        let reduced = reduce(generator, &recipe)?.unwrap_or_else(|| judged.clone());
        outcome.differences.push((judged, reduced));
    }
    Ok(outcome)
}
