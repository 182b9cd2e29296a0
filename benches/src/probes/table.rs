//! The table that is printed.

use crate::kind::Kind;

/// What was measured for a kind: CPU time in microseconds per probe, and counts per probe.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) floor: Option<f64>,
    pub(super) ours: f64,
    pub(super) exporter: Option<f64>,
    pub(super) calls: Option<f64>,
    pub(super) allocations: f64,
    /// Highest memory of the program, in KiB.
    pub(super) peak_kib: u64,
}

/// The names of the columns.
pub(super) fn head() -> String {
    format!(
        "{:<15} {:>9} {:>9} {:>10} {:>6} {:>12} {:>13} {:>6} {:>12} {:>12} {:>9}",
        "",
        "floor us",
        "ours us",
        "ours/floor",
        "aim",
        "blackbox us",
        "blackbox/ours",
        "aim",
        "system calls",
        "allocations",
        "peak MiB"
    )
}

impl Row {
    /// The row of a kind.
    pub(super) fn line(&self, kind: Kind) -> String {
        let number = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
        };
        let calls = self.calls.map_or_else(|| "not counted".to_owned(), |calls| format!("{calls:.1}"));
        format!(
            "{:<15} {:>9} {:>9.1} {:>10} {:>6} {:>12} {:>13} {:>6} {:>12} {:>12.0} {:>9}",
            kind.name(),
            number(self.floor, 1),
            self.ours,
            number(self.floor.map(|floor| self.ours / floor), 2),
            kind.floor_aim(),
            number(self.exporter, 1),
            number(self.exporter.map(|exporter| exporter / self.ours), 1),
            number(kind.exporter_aim(), 0),
            calls,
            self.allocations,
            self.peak_kib / 1024,
        )
    }
}

/// A count as a divisor.
#[expect(clippy::cast_precision_loss, reason = "a count of some thousands")]
pub(super) const fn float(count: usize) -> f64 {
    count as f64
}
