//! The audit log.

use crate::timestamp::Timestamp;

/// Who changed what.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// The id of the token; `local` where none is needed.
    pub actor: String,
    /// What was done: `tests.create`, `tokens.revoke`.
    pub action: &'static str,
    /// The id of what it was done to.
    pub subject: String,
    /// The trace id of the request.
    pub trace_id: String,
}
