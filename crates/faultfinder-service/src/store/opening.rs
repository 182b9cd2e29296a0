//! What opening a database can find, and why there is no store.

use super::error::StoreError;
use std::path::PathBuf;

/// What a URL may look like.
const EXPECTED: &str = "sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE";

/// Why there is no store. No text of it has a password.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: each step of the opening has its own words")]
pub enum OpenError {
    /// The URL names no database.
    #[error("the database is {found}; expected {}", EXPECTED)]
    Url {
        /// What was found, without what may be secret.
        found: String,
    },
    /// The file of the database cannot be opened or made.
    #[error("the database {} cannot be opened", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A later program has used the database.
    #[error(
        "the database has version {found}, but this program supports versions up to {known}: use the program that last used it, or a later one"
    )]
    Newer {
        /// The version of the database.
        found: i64,
        /// The latest version that is known.
        known: i64,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: nothing, something empty, or something of a version")]
pub enum State {
    /// No file of SQLite yet: it is made when the service starts.
    Absent,
    /// A database without our tables, in which they can be made.
    Empty,
    /// A database of this version that can be written.
    Version {
        /// The version that was found.
        found: i64,
        /// The version that the service brings it to.
        known: i64,
    },
}
