//! What the drivers' errors mean to those who use the store.

use crate::store::error::StoreError;
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let passing = match &error {
            sqlx::Error::Database(told) => {
                if let Some(told) = told.try_downcast_ref::<PgDatabaseError>() {
                    postgres_passes(told.code())
                } else if told.try_downcast_ref::<SqliteError>().is_some() {
                    told.code().and_then(|code| code.parse().ok()).is_some_and(sqlite_passes)
                } else {
                    false
                }
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            // What SQLite rolled back by itself; the connection is not used again.
            | sqlx::Error::InvalidSavePointStatement
            | sqlx::Error::BeginFailed => true,
            _ => false,
        };
        if passing { Self::Unavailable(error.to_string()) } else { Self::Broken(error.to_string()) }
    }
}

/// Whether it may be otherwise in a moment: <https://www.sqlite.org/rescode.html>, without the extension.
fn sqlite_passes(code: i64) -> bool {
    // PERM, BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
    matches!(code & 0xff, 3 | 5 | 6 | 7 | 8 | 9 | 10 | 13 | 14 | 15)
}

/// Whether it may be otherwise in a moment, or once somebody has seen to it: appendix A of PostgreSQL's manual.
fn postgres_passes(code: &str) -> bool {
    let class = code.get(..2).unwrap_or_default();
    // Connection, rights, database absent, rolled back (deadlock), resources (disk full), object in use, operator, system.
    matches!(class, "08" | "28" | "3D" | "40" | "53" | "55" | "57" | "58")
        // A replica, or a server that was set to read only; rights of a table.
        || matches!(code, "25006" | "42501")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_is_broken() {
        // FULL, BUSY, IOERR_WRITE, READONLY_DBMOVED; CORRUPT, NOTADB, CONSTRAINT_NOTNULL.
        for (code, passes) in
            [(13, true), (5, true), (778, true), (1032, true), (11, false), (26, false), (1299, false)]
        {
            assert_eq!(sqlite_passes(code), passes, "{code}");
        }
        for (code, passes) in [
            ("53100", true),
            ("57P01", true),
            ("25006", true),
            ("40P01", true),
            ("08006", true),
            ("23502", false),
            ("22021", false),
            ("XX001", false),
            ("", false),
        ] {
            assert_eq!(postgres_passes(code), passes, "{code}");
        }
        assert!(matches!(StoreError::from(sqlx::Error::PoolTimedOut), StoreError::Unavailable(_)));
        assert!(matches!(StoreError::from(sqlx::Error::RowNotFound), StoreError::Broken(_)));
    }
}
