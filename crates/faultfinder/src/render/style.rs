//! How results are shown: colors, columns, how much.

use crate::paint::Paint;
use faultfinder_engine::Status;

/// How results are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Colors.
    pub(crate) paint: Paint,
    /// Columns.
    pub(crate) width: usize,
    /// Whether passed tests are shown in full too.
    pub(crate) full: bool,
    /// Whether everything that is known of certificates is shown.
    pub(crate) verbose: bool,
    /// Of which tests the place in their file is shown.
    pub(crate) places: Places,
}

/// Of which tests the place in their file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Places {
    /// Of none: there is no file.
    Never,
    /// Of those that did not pass, for who wants to look.
    NotPassed,
    /// Of all: in several files there may be tests of the same name.
    All,
}

/// The mark of a status.
pub(crate) fn mark(status: Status, paint: Paint) -> String {
    match status {
        Status::Passed => paint.good("✓"),
        Status::Failed => paint.bad("✗"),
        Status::Error => paint.warn("!"),
    }
}
