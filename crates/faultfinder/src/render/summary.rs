//! The last line: how many tests ended how.

use super::text::duration;
use crate::paint::Paint;
use faultfinder_engine::Summary;
use std::time::Duration;

/// `12 tests: 10 passed, 2 failed, in 1.204 s`.
pub(crate) fn summary(summary: &Summary, paint: Paint) -> String {
    let mut parts = Vec::new();
    if summary.passed > 0 {
        parts.push(paint.good(&format!("{} passed", summary.passed)));
    }
    if summary.failed > 0 {
        parts.push(paint.bad(&format!("{} failed", summary.failed)));
    }
    if summary.errors > 0 {
        parts.push(paint.warn(&format!("{} could not be carried out", summary.errors)));
    }
    let not_run = summary.planned.saturating_sub(summary.total);
    if not_run > 0 {
        let why = if summary.interrupted { "interrupted" } else { "--fail-fast" };
        parts.push(paint.warn(&format!("{not_run} not run ({why})")));
    }
    let took = Duration::try_from_secs_f64(summary.duration_ms / 1000.0).unwrap_or_default();
    let tests = crate::diagnostics::plural(summary.planned.max(summary.total), "test", "tests");
    if parts.is_empty() {
        return format!("{tests}\n");
    }
    format!("{tests}: {}, in {}\n", parts.join(", "), duration(took))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_was_cut_off_says_so() {
        let mut counts =
            Summary { planned: 12, total: 4, passed: 4, duration_ms: 2_000.0, ..Summary::default() };
        let shown = |counts: &Summary| summary(counts, Paint::plain());
        assert_eq!(shown(&counts), "12 tests: 4 passed, 8 not run (--fail-fast), in 2.000 s\n");
        counts.interrupted = true;
        assert_eq!(shown(&counts), "12 tests: 4 passed, 8 not run (interrupted), in 2.000 s\n");
        counts = Summary { planned: 4, total: 4, passed: 4, duration_ms: 2_000.0, ..Summary::default() };
        assert_eq!(shown(&counts), "4 tests: 4 passed, in 2.000 s\n");
    }
}
