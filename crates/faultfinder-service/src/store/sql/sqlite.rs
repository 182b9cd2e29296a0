//! SQLite: one file, no setup.
//!
//! One connection writes and a few others read, each on a thread of its own. The journal is a write-ahead log, so that
//! readers do not wait for the writer, and it is synced with each transaction: what was committed is on the disk.
//!
//! Waiting for a connection is limited by a timer of the runtime: with a paused clock it ends at once.

use super::dialect::{Dialect, Lock, Types};
use super::driver::List;
use super::hold::Hold;
use super::schema;
use super::statement::Statement;
use super::store::SqlStore;
use crate::store::error::StoreError;
use crate::store::opening::{OpenError, State};
use crate::store::row::{ToRow, names};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{
    Sqlite, SqliteArgumentsBuffer, SqliteConnectOptions, SqliteConnection, SqliteJournalMode,
    SqlitePoolOptions, SqliteSynchronous, SqliteTypeInfo,
};
use sqlx::{ConnectOptions as _, Connection as _, Encode, Type};
use std::path::Path;
use std::time::Duration;

/// A database in a file.
pub(in crate::store) type SqliteStore = SqlStore<Sqlite>;

/// Connections that read.
const READERS_MAX: u32 = 4;

/// How long a call waits for a connection, and a connection for the lock of another process.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Pages of the database that the writer keeps in memory, in KiB.
const WRITER_CACHE_KIB: u32 = 32 * 1_024;
/// The cache of a reader, in KiB. There are several, opened as they are needed: with SQLite's 2 MiB each, a service would grow by 8 MiB
/// in its first busy hour. What is not in it is in the system's cache.
const READER_CACHE_KIB: u32 = 512;

/// Pages in the log before they are copied into the database: 64 MiB. A commit of results of many tests touches a page of
/// an index for each of them; the more commits share a copy, the fewer pages are copied, and the fewer times is waited for
/// the disk.
const LOG_PAGES: u32 = 16 * 1_024;

/// What the log is cut down to after a long reader has let it grow, in bytes.
const LOG_BYTES: u32 = 128 * 1_024 * 1_024;

/// Rows of a statement: few forms, so that each is prepared once. A hundred rows at once is five times as fast as one.
const ROWS: [usize; 3] = [100, 10, 1];

impl Dialect for Sqlite {
    const KIND: &'static str = "sqlite";
    const ANSWER_MAX: Option<Duration> = None;
    const TYPES: Types =
        Types { only: "@sqlite", int: "INTEGER", float: "REAL", text: "TEXT", key: "TEXT", bytes: "BLOB" };
    // Alone from the start.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const SNAPSHOT: &'static str = "BEGIN";
    const LIST: &'static str = "json_each($1) AS list";
    const RESULT_ROW: &'static str = "rowid";
    const VERSION_TABLES: &'static str =
        "SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'schema_version'";
    const TRY_TABLE: Option<&'static str> = None;

    fn lock(_: Lock) -> Option<Statement<Self>> {
        None
    }

    fn inserts<'a, R: ToRow>(
        mut rows: &'a [&'a R],
        conflict: &'static str,
    ) -> impl Iterator<Item = Statement<Self>> + Send + 'a {
        std::iter::from_fn(move || {
            let count = ROWS.into_iter().find(|count| rows.len() >= *count)?;
            let (these, others) = rows.split_at_checked(count)?;
            rows = others;
            let row = format!("({})", vec!["?"; R::COLUMNS.len()].join(", "));
            let values = vec![row; count].join(", ");
            let sql = format!("INSERT INTO {} ({}) VALUES {values}{conflict}", R::TABLE, names::<R>());
            Some(these.iter().fold(Statement::composed(sql), |statement, row| statement.record(*row)))
        })
    }
}

/// A list is a JSON array here.
impl Encode<'_, Sqlite> for List {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        let array = serde_json::Value::from(self.0.as_slice()).to_string();
        Encode::<Sqlite>::encode(array, buffer)
    }
}

impl Type<Sqlite> for List {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl SqliteStore {
    /// Opens the database in a file, or makes it there.
    pub(in crate::store) async fn open(path: &Path) -> Result<Self, OpenError> {
        make_private(path)?;
        let writing = options(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
            .pragma("wal_autocheckpoint", LOG_PAGES.to_string())
            .pragma("journal_size_limit", LOG_BYTES.to_string());
        let writer = lasting(1).after_release(|connection, _| Box::pin(is_clean(connection)));
        let writer = writer.connect_with(writing).await.map_err(|error| failed(path, error))?;
        schema::migrate(&writer).await?;
        let readers = options(path).read_only(true).pragma("cache_size", format!("-{READER_CACHE_KIB}"));
        let readers = lasting(READERS_MAX).connect_with(readers);
        let readers = readers.await.map_err(|error| failed(path, error))?;
        let hold = Hold::of_file(path);
        let hold = hold.map_err(|source| OpenError::File { path: path.to_owned(), source })?;
        Ok(Self::new(writer, readers, path.display().to_string(), hold))
    }

    /// Looks at the database in a file that is there, and whether it can be written.
    pub(in crate::store) async fn check(path: &Path) -> Result<State, OpenError> {
        let mut connection = options(path).connect().await.map_err(|error| failed(path, error))?;
        let found = schema::found::<Sqlite>(&mut connection).await.map_err(|error| named(path, error))?;
        let _ = connection.close().await;
        schema::state(found)
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    // Statements are not logged: a slow one would be there with its hundred rows.
    SqliteConnectOptions::new().filename(path).busy_timeout(WAIT_MAX).disable_statement_logging()
}

fn lasting(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(WAIT_MAX)
        .acquire_slow_threshold(WAIT_MAX)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Whether a connection can be used again. When the disk is full, SQLite ends a transaction by itself, and the driver
/// believes that it goes on: such a connection is closed.
async fn is_clean(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    connection.ping().await?; // Behind the rollback that dropping a transaction has asked for.
    Ok(!connection.is_in_transaction())
}

/// Makes the file when it is not there, for its owner alone: results may tell what others should not read.
fn make_private(path: &Path) -> Result<(), OpenError> {
    let mut file = std::fs::OpenOptions::new();
    file.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    let made = file.open(path);
    made.map(drop).map_err(|source| OpenError::File { path: path.to_owned(), source })
}

fn failed(path: &Path, error: sqlx::Error) -> OpenError {
    named(path, error.into())
}

/// An error with the file that it is about.
fn named(path: &Path, error: StoreError) -> OpenError {
    match error {
        StoreError::Unavailable(why) => StoreError::Unavailable(format!("{}: {why}", path.display())).into(),
        StoreError::Broken(why) => StoreError::Broken(format!("{}: {why}", path.display())).into(),
        other => other.into(),
    }
}
