//! The line on a terminal that says how far it is, and what it waits for.

use crate::render::text::inert;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// How often the line is drawn while nothing happens: the time that it shows ticks, and a tenth of a second seems alive.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// Most names of tests on the line; one more says how many others there are.
const NAMES_MAX: usize = 3;

/// A line on standard error while tests run; nothing if that is not a terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    failed: usize,
    shown: bool,
}

impl Progress {
    /// For so many tests. It needs a terminal.
    pub(crate) fn new(total: usize) -> Self {
        let shown = std::io::stderr().is_terminal() && total > 0;
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(u64::try_from(total).unwrap_or(u64::MAX)), target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:20} {pos}/{len} {elapsed} {wide_msg}")
        {
            bar.set_style(style);
        }
        if shown {
            bar.enable_steady_tick(TICK);
        }
        Self { bar, failed: 0, shown }
    }

    /// Whether anybody sees it.
    pub(crate) const fn is_shown(&self) -> bool {
        self.shown
    }

    /// One more test is done.
    pub(crate) fn step(&mut self, passed: bool) {
        self.failed = self.failed.saturating_add(usize::from(!passed));
        if self.shown {
            self.bar.inc(1);
        }
    }

    /// Tells which tests run; those that have run longest come first.
    pub(crate) fn under_way<'n, N: Iterator<Item = &'n str>>(&self, names: impl FnOnce() -> N) {
        if self.shown {
            self.bar.set_message(message(names(), self.failed));
        }
    }

    /// Writes results while the line is away, so that the two do not mix.
    pub(crate) fn pause<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.shown { self.bar.suspend(write) } else { write() }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// `2 failed, waiting for: checkout, mail exchanger and 4 more`.
fn message<'n>(mut names: impl Iterator<Item = &'n str>, failed: usize) -> String {
    let mut parts = Vec::new();
    if failed > 0 {
        parts.push(format!("{failed} failed"));
    }
    let first: Vec<String> = names.by_ref().take(NAMES_MAX).map(inert).collect();
    let more = names.count();
    if !first.is_empty() {
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        parts.push(format!("waiting for: {}{more}", first.join(", ")));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_names_what_it_waits_for() {
        let told = |names: &[&'static str], failed| message(names.iter().copied(), failed);
        assert_eq!(told(&[], 0), "");
        assert_eq!(told(&["a"], 0), "waiting for: a");
        assert_eq!(
            told(&["a\u{1b}[2J", "b", "c", "d", "e"], 2),
            "2 failed, waiting for: a\\u{1b}[2J, b, c and 2 more"
        );
    }
}
