//! Why the store cannot answer.

/// Why the store cannot answer.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: each is an answer of the API")]
pub enum StoreError {
    /// There is one of this id already.
    #[error("{0} already exists")]
    Exists(String),
    /// There is none, or it was deleted.
    #[error("{0} does not exist")]
    Absent(String),
    /// It was revoked before.
    #[error("{0} was revoked")]
    Revoked(String),
    /// Its version is another one.
    #[error("its version is {current}")]
    Conflict {
        /// The version that there is.
        current: i64,
    },
    /// The database is away, its disk is full, or it is too busy. It may be back in a moment. Nothing was written, except
    /// where the connection was lost at the very moment of the commit: then all was, or nothing.
    #[error("the database cannot be used: {0}")]
    Unavailable(String),
    /// The database holds or says something that it should not.
    #[error("the database has an unexpected state: {0}")]
    Broken(String),
    /// The row that was asked for is there, and cannot be read.
    #[error(transparent)]
    Damaged(#[from] Damage),
}

/// A row that cannot be read. All that is said of it can be shown to operators: nothing of what the row holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {id} of {table} is damaged: {what}")]
pub struct Damage {
    /// The table.
    pub table: &'static str,
    /// What names the row in its table.
    pub id: String,
    /// What is wrong with it.
    pub what: String,
}

/// Longest name of a damaged row, in characters: it may be damaged, too.
const ID_CHARS_MAX: usize = 100;

impl Damage {
    /// This is wrong with a row.
    pub(in crate::store) fn new(table: &'static str, id: &str, what: String) -> Self {
        let id = id.chars().take(ID_CHARS_MAX).flat_map(char::escape_debug).collect();
        Self { table, id, what }
    }
}
