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
    let took = Duration::try_from_secs_f64(summary.duration_ms / 1000.0).unwrap_or_default();
    let tests = crate::diagnostics::plural(summary.total, "test", "tests");
    if parts.is_empty() {
        return format!("{tests}\n");
    }
    format!("{tests}: {}, in {}\n", parts.join(", "), duration(took))
}
