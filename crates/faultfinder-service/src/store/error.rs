//! Why the store cannot answer.

/// Why the store cannot answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is one of this id already.
    #[error("{0} is there already")]
    Exists(String),
    /// There is none, or it was deleted.
    #[error("{0} is not there")]
    Absent(String),
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
    #[error("the database is not as it should be: {0}")]
    Broken(String),
}
