//! All that CI runs: cheap steps first, the first failure ends it.

#[expect(clippy::disallowed_types, reason = "the harness measures how long its own steps take")]
use std::time::Instant;

use crate::{codes, deny, embed, fuzz, steps, tidy};
use anyhow::{Context, Result};

/// A step: what it is called and what it does.
type Step = (&'static str, fn() -> Result<()>);

/// The steps in order.
const STEPS: &[Step] = &[
    ("format", steps::format),
    ("tidy", tidy::run),
    ("codes --check", codes::check),
    ("deny", deny::run),
    ("clippy", steps::clippy),
    ("doc", steps::doc),
    ("package", steps::package),
    ("embed", embed::check),
    ("fuzz --check", fuzz::check),
    ("test", steps::all_tests),
    ("image", steps::image),
];

/// Runs all steps and says how long each took.
pub(crate) fn run() -> Result<()> {
    let mut taken = Vec::new();
    for (name, step) in STEPS {
        println!("== {name}");
        let start = now();
        let outcome = step();
        let seconds = start.elapsed().as_secs_f64();
        let verdict = if outcome.is_ok() { "ok" } else { "FAILED" };
        println!("== {name}: {verdict} after {seconds:.1} s\n");
        taken.push((name, verdict, seconds));
        if outcome.is_err() {
            summary(&taken);
            return outcome.with_context(|| {
                format!("step `{name}` failed; to run it alone: cargo xtask {}", alone(name))
            });
        }
    }
    summary(&taken);
    Ok(())
}

/// The command that runs a step alone.
fn alone(step: &str) -> &str {
    match step {
        "format" | "clippy" => "lint",
        other => other,
    }
}

fn summary(taken: &[(&&str, &str, f64)]) {
    for (name, verdict, seconds) in taken {
        println!("{name:<14} {verdict:<7} {seconds:>8.1} s");
    }
    println!("{:<14} {:<7} {:>8.1} s", "total", "", taken.iter().map(|(.., seconds)| seconds).sum::<f64>());
}

#[expect(clippy::disallowed_types, reason = "see the import")]
fn now() -> Instant {
    Instant::now()
}
