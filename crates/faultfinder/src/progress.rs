//! The line on a terminal that says how far it is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A line on standard error while tests run; nothing if that is not a terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    failed: usize,
}

impl Progress {
    /// For so many tests. It needs a terminal, and more than one test to be of use.
    pub(crate) fn new(total: usize) -> Self {
        let shown = std::io::stderr().is_terminal() && total > 1;
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(u64::try_from(total).unwrap_or(u64::MAX)), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {elapsed}") {
            bar.set_style(style);
        }
        Self { bar, failed: 0 }
    }

    /// One more test is done.
    pub(crate) fn step(&mut self, name: &str, passed: bool) {
        self.failed = self.failed.saturating_add(usize::from(!passed));
        let failed = if self.failed == 0 { String::new() } else { format!(", {} failed", self.failed) };
        self.bar.set_message(format!("{name}{failed}"));
        self.bar.inc(1);
    }

    /// Writes results while the line is away, so that the two do not mix.
    pub(crate) fn pause<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
