//! PostgreSQL: a server of its own, for more than one file can take.

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
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, Postgres};
use sqlx::{ConnectOptions as _, Connection as _, Transaction};
use std::future::Future;
use std::time::Duration;
use uuid::Uuid;

// What `shared/` calls them.
type Pool = PgPool;
type Connection = PgConnection;
type Database = Postgres;

/// Notes the tags of a test, which are a JSON array.
const PUT_TAGS: &str = "INSERT INTO test_tags (tag, test) \
     SELECT DISTINCT value, $2 FROM json_array_elements_text(CAST($1 AS json)) AS tags(value)";

/// Connections to the server. It allows 100 unless told otherwise.
const CONNECTIONS_MAX: u32 = 8;

/// How long a call waits for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How long a call waits for its answer. A server that vanished from the network says nothing at all.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// The number of the lock that those hold who write results or sum them up.
const LOCK: i64 = 0x6661_756c_7466_6e64;

/// A database on a server.
pub(super) struct PostgresStore {
    pub(super) pool: PgPool,
    place: String,
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresStore").field("place", &self.place).finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Opens the database that these options name.
    pub(super) async fn open(options: PgConnectOptions) -> Result<Self, OpenError> {
        let host =
            options.get_socket().map_or_else(|| options.get_host().into(), |socket| socket.to_string_lossy());
        let name = options.get_database().unwrap_or_else(|| options.get_username());
        let place = format!("{host}:{}/{name}", options.get_port());
        // What a transaction says was written is on the disk, whatever the server does unless told otherwise. Statements
        // are not logged: they would be there with their arrays.
        let options = options
            .application_name("faultfinder")
            .options([("synchronous_commit", "on")])
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(CONNECT_MAX)
            .acquire_slow_threshold(CONNECT_MAX)
            .connect_with(options)
            .await;
        let pool = pool.map_err(|error| match StoreError::from(error) {
            StoreError::Unavailable(why) => StoreError::Unavailable(format!("{place}: {why}")),
            other => other,
        })?;
        let store = Self { pool, place };
        match tokio::time::timeout(ANSWER_MAX, schema::migrate(&store.pool)).await {
            Ok(done) => done?,
            Err(_) => return Err(no_answer().into()),
        }
        Ok(store)
    }

    /// Looks at the database that these options name, and whether it can be written.
    pub(super) async fn check(options: PgConnectOptions) -> Result<State, OpenError> {
        let connection = options.disable_statement_logging().connect().await;
        let mut connection = connection.map_err(StoreError::from)?;
        let found = schema::found(&mut connection).await.map_err(StoreError::from)?;
        let _ = connection.close().await;
        found.map_or(Ok(State::Empty), schema::state)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("UPDATE pings SET count = count + 1").execute(&self.pool).await?;
        Ok(())
    }
}

fn no_answer() -> StoreError {
    StoreError::Unavailable(format!("no answer within {} s", ANSWER_MAX.as_secs()))
}

/// Waits for an answer, but not for ever.
fn bounded<'a, T: Send + 'a>(
    answer: impl Future<Output = Result<T, StoreError>> + Send + 'a,
) -> Answer<'a, T> {
    Box::pin(async { tokio::time::timeout(ANSWER_MAX, answer).await.unwrap_or_else(|_| Err(no_answer())) })
}

/// With whom a transaction that writes results may be at work at the same time. Results and how far they are summed up
/// must fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lock {
    /// With nobody who heeds the lock.
    Alone,
    /// With others that share it.
    Shared,
}

/// Begins to write, and waits for the lock, which is held until the transaction ends.
async fn begin(pool: &PgPool, lock: Lock) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut transaction = pool.begin().await?;
    let query = match lock {
        Lock::Alone => sqlx::query("SELECT pg_advisory_xact_lock($1)"),
        Lock::Shared => sqlx::query("SELECT pg_advisory_xact_lock_shared($1)"),
    };
    query.bind(LOCK).execute(&mut *transaction).await?;
    Ok(transaction)
}

/// Begins to change a test.
async fn begin_change(pool: &PgPool) -> Result<Transaction<'static, Postgres>, StoreError> {
    Ok(pool.begin().await?)
}

impl Store for PostgresStore {
    fn kind(&self) -> &'static str {
        "postgres"
    }

    fn ping(&self) -> Answer<'_, ()> {
        bounded(Self::ping(self))
    }

    fn create_test(&self, test: TestRecord) -> Answer<'_, ()> {
        bounded(definitions::create(&self.pool, test))
    }

    fn test(&self, id: String) -> Answer<'_, Option<TestRecord>> {
        bounded(definitions::one(&self.pool, id))
    }

    fn tests(&self, query: TestQuery) -> Answer<'_, Page<TestRecord>> {
        bounded(definitions::page(&self.pool, query))
    }

    fn replace_test(&self, test: TestRecord) -> Answer<'_, ()> {
        bounded(definitions::replace(&self.pool, test))
    }

    fn delete_test(&self, id: String, version: Option<i64>, now: Timestamp) -> Answer<'_, ()> {
        bounded(definitions::delete(&self.pool, id, version, now))
    }

    fn write_results(&self, results: Vec<ResultRecord>) -> Answer<'_, ()> {
        bounded(results::write(&self.pool, results))
    }

    fn result(&self, id: Uuid) -> Answer<'_, Option<ResultRecord>> {
        bounded(results::one(&self.pool, id))
    }

    fn results(&self, query: ResultQuery) -> Answer<'_, Page<ResultRecord>> {
        bounded(results::page(&self.pool, query))
    }

    fn periods(
        &self,
        test: String,
        from: Timestamp,
        to: Timestamp,
        period: Period,
    ) -> Answer<'_, Vec<Summary>> {
        bounded(summaries::periods(&self.pool, test, from, to, period))
    }

    fn retain(
        &self,
        now: Timestamp,
        results_from: Timestamp,
        summaries_from: Timestamp,
    ) -> Answer<'_, Retained> {
        bounded(summaries::retain(&self.pool, now, results_from, summaries_from))
    }

    fn create_token(&self, token: Token, hash: TokenHash) -> Answer<'_, ()> {
        bounded(access::create(&self.pool, token, hash))
    }

    fn token(&self, hash: TokenHash) -> Answer<'_, Option<Token>> {
        bounded(access::one(&self.pool, hash))
    }

    fn tokens(&self) -> Answer<'_, Vec<Token>> {
        bounded(access::all(&self.pool))
    }

    fn revoke_token(&self, id: String, now: Timestamp) -> Answer<'_, ()> {
        bounded(access::revoke(&self.pool, id, now))
    }

    fn audit(&self, entry: AuditEntry) -> Answer<'_, ()> {
        bounded(access::audit(&self.pool, entry))
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.pool.close())
    }
}
