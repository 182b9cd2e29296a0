//! The audit log: the record, and the row that it is kept as.

use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
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

/// An entry of the audit log, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct Audited {
    /// One more for each entry.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// The id of the token; `local` where none is needed, `unknown` for a login that failed.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// The trace id of the request.
    pub trace_id: String,
}

impl FromRow for Audited {
    const TABLE: &'static str = "audit";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.int("number").map(|number| number.to_string())
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            number: row.int("number")?,
            at: Timestamp::from_millis(row.int("at")?),
            actor: row.text("actor")?,
            action: row.text("action")?,
            subject: row.text("subject")?,
            trace_id: row.text("trace_id")?,
        })
    }
}
