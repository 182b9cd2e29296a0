//! Why verification ends before its last phase.

use faultfinder_taxonomy::VerifyCode;

use crate::event::Finding;

/// The code that a nameless failure gets.
pub(super) const UNSPECIFIED: VerifyCode = VerifyCode::Unspecified;

/// Why verification ends before its last phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// Return 0: an error was there already, and it was reported.
    Refused,
    /// Return 0 without an event; the last error raised stays, and only if there is none it becomes `UNSPECIFIED`.
    Silent { reason: String },
    /// Return -1 without an event, with a code of its own.
    Internal { finding: Finding, reason: String },
    /// The same; the last error raised stays, and only if there is none it becomes `UNSPECIFIED`.
    KeepingError { finding: Finding, reason: String },
}

impl Stop {
    /// Whether it is the budget that ended verification.
    pub(super) fn is_over_budget(&self) -> bool {
        matches!(self, Self::Internal { finding, .. } if finding.code == VerifyCode::OutOfMem)
    }

    /// Work beyond the budget.
    pub(super) fn over_budget(what: &str) -> Self {
        Self::Internal {
            finding: VerifyCode::OutOfMem.into(),
            reason: format!("more {what} than the budget of one verification allows"),
        }
    }
}
