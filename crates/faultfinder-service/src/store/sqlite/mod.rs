//! SQLite: one file, nothing to set up.
//!
//! One connection writes and a few others read, each on a thread of its own. The journal is a write-ahead log, so that
//! readers do not wait for the writer, and it is synced with each transaction: what was committed is on the disk.
//!
//! Waiting for a connection is limited by a timer of the runtime: with a paused clock it ends at once.

mod schema; // the tables, and their versions
#[path = "../shared/definitions.rs"]
mod definitions; // tests
mod results; // what came of runs
mod summaries; // hours and days; what is forgotten
#[path = "../shared/access.rs"]
mod access; // tokens, and who changed what

use super::{
    Answer, AuditEntry, OpenError, Page, Period, ResultQuery, ResultRecord, Retained, State, Store,
    StoreError, Summary, TestQuery, TestRecord,
};
use crate::timestamp::Timestamp;
use crate::token::{Token, TokenHash};
use futures_util::future::BoxFuture;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Transaction};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

// What `shared/` calls them.
type Pool = SqlitePool;
type Connection = SqliteConnection;
type Database = Sqlite;

/// Notes the tags of a test, which are a JSON array.
const PUT_TAGS: &str = "INSERT INTO test_tags (tag, test) SELECT DISTINCT value, $2 FROM json_each($1)";

/// Connections that read.
const READERS_MAX: u32 = 4;

/// How long a call waits for a connection, and a connection for the lock of another process.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Pages of the database that the writer keeps in memory, in KiB.
const WRITER_CACHE_KIB: u32 = 32 * 1_024;

/// Pages in the log before they are copied into the database: 64 MiB. A commit of results of many tests touches a page of
/// an index for each of them; the more commits share a copy, the fewer pages are copied, and the fewer times is waited for
/// the disk.
const LOG_PAGES: u32 = 16 * 1_024;

/// What the log is cut down to after a long reader has let it grow, in bytes.
const LOG_BYTES: u32 = 128 * 1_024 * 1_024;

/// A database in a file.
pub(super) struct SqliteStore {
    pub(super) writer: SqlitePool,
    readers: SqlitePool,
    path: PathBuf,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the database in a file, or makes it there.
    pub(super) async fn open(path: &Path) -> Result<Self, OpenError> {
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
        let readers = lasting(READERS_MAX).connect_with(options(path).read_only(true));
        let readers = readers.await.map_err(|error| failed(path, error))?;
        Ok(Self { writer, readers, path: path.to_owned() })
    }

    /// Looks at the database in a file that is there, and whether it can be written.
    pub(super) async fn check(path: &Path) -> Result<State, OpenError> {
        let mut connection = options(path).connect().await.map_err(|error| failed(path, error))?;
        let found = schema::found(&mut connection).await.map_err(|error| failed(path, error))?;
        let _ = connection.close().await; // What was begun is rolled back.
        found.map_or(Ok(State::Empty), schema::state)
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
    match StoreError::from(error) {
        StoreError::Unavailable(why) => StoreError::Unavailable(format!("{}: {why}", path.display())).into(),
        StoreError::Broken(why) => StoreError::Broken(format!("{}: {why}", path.display())).into(),
        other => other.into(),
    }
}

/// Begins to write: alone from the start, so that what was read is still so when it is written.
async fn begin(pool: &SqlitePool) -> Result<Transaction<'static, Sqlite>, StoreError> {
    Ok(pool.begin_with("BEGIN IMMEDIATE").await?)
}

/// Begins to change a test.
async fn begin_change(pool: &SqlitePool) -> Result<Transaction<'static, Sqlite>, StoreError> {
    begin(pool).await
}

async fn ping(store: &SqliteStore) -> Result<(), StoreError> {
    sqlx::query("SELECT count FROM pings").fetch_one(&store.readers).await?;
    sqlx::query("UPDATE pings SET count = count + 1").execute(&store.writer).await?;
    Ok(())
}

impl Store for SqliteStore {
    fn kind(&self) -> &'static str {
        "sqlite"
    }

    fn ping(&self) -> Answer<'_, ()> {
        Box::pin(ping(self))
    }

    fn create_test(&self, test: TestRecord) -> Answer<'_, ()> {
        Box::pin(definitions::create(&self.writer, test))
    }

    fn test(&self, id: String) -> Answer<'_, Option<TestRecord>> {
        Box::pin(definitions::one(&self.readers, id))
    }

    fn tests(&self, query: TestQuery) -> Answer<'_, Page<TestRecord>> {
        Box::pin(definitions::page(&self.readers, query))
    }

    fn replace_test(&self, test: TestRecord) -> Answer<'_, ()> {
        Box::pin(definitions::replace(&self.writer, test))
    }

    fn delete_test(&self, id: String, version: Option<i64>, now: Timestamp) -> Answer<'_, ()> {
        Box::pin(definitions::delete(&self.writer, id, version, now))
    }

    fn write_results(&self, results: Vec<ResultRecord>) -> Answer<'_, ()> {
        Box::pin(results::write(&self.writer, results))
    }

    fn result(&self, id: Uuid) -> Answer<'_, Option<ResultRecord>> {
        Box::pin(results::one(&self.readers, id))
    }

    fn results(&self, query: ResultQuery) -> Answer<'_, Page<ResultRecord>> {
        Box::pin(results::page(&self.readers, query))
    }

    fn periods(
        &self,
        test: String,
        from: Timestamp,
        to: Timestamp,
        period: Period,
    ) -> Answer<'_, Vec<Summary>> {
        Box::pin(summaries::periods(&self.readers, test, from, to, period))
    }

    fn retain(
        &self,
        now: Timestamp,
        results_from: Timestamp,
        summaries_from: Timestamp,
    ) -> Answer<'_, Retained> {
        Box::pin(summaries::retain(&self.writer, now, results_from, summaries_from))
    }

    fn create_token(&self, token: Token, hash: TokenHash) -> Answer<'_, ()> {
        Box::pin(access::create(&self.writer, token, hash))
    }

    fn token(&self, hash: TokenHash) -> Answer<'_, Option<Token>> {
        Box::pin(access::one(&self.readers, hash))
    }

    fn tokens(&self) -> Answer<'_, Vec<Token>> {
        Box::pin(access::all(&self.readers))
    }

    fn revoke_token(&self, id: String, now: Timestamp) -> Answer<'_, ()> {
        Box::pin(access::revoke(&self.writer, id, now))
    }

    fn audit(&self, entry: AuditEntry) -> Answer<'_, ()> {
        Box::pin(access::audit(&self.writer, entry))
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        // The last connection brings the log into the file, and only one that writes can.
        Box::pin(async {
            self.readers.close().await;
            self.writer.close().await;
        })
    }
}
