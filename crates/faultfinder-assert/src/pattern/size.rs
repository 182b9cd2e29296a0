//! How many places of a text a pattern can be at, at once.

use regex_syntax::hir::{Hir, HirKind};

/// Positions of a pattern, with its repetitions written out: the next piece of a text can be awaited at each of them at the
/// same time.
pub(super) fn places(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty => 0,
        // However long it is, its automaton has few states, and few transitions of each.
        HirKind::Literal(_) => 1,
        HirKind::Class(_) | HirKind::Look(_) => 1,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or_else(|| repetition.min.max(1));
            places(&repetition.sub).saturating_mul(times.into())
        }
        HirKind::Capture(capture) => places(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(places).fold(0, u64::saturating_add)
        }
    }
}
