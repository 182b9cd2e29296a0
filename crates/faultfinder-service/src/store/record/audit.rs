//! The audit log: the record, and the row that it is kept as.

use crate::store::row::{Column, ToRow};
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

impl ToRow for AuditEntry {
    const TABLE: &'static str = "audit";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::int("at", |row| row.at.millis()),
        Column::text("actor", |row| (&row.actor).into()),
        Column::text("action", |row| row.action.into()),
        Column::text("subject", |row| (&row.subject).into()),
        Column::text("trace_id", |row| (&row.trace_id).into()),
    ];
}
