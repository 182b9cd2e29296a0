//! PostgreSQL: a separate server, for loads that exceed one file.

use super::dialect::{Dialect, Lock, Types};
use super::driver::{Given, List};
use super::hold::Hold;
use super::schema;
use super::statement::Statement;
use super::store::{SqlStore, bounded};
use crate::store::error::StoreError;
use crate::store::opening::{OpenError, State};
use crate::store::row::{Column, ToRow, Value, finite, kept, names};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnectOptions, PgPoolOptions, PgTypeInfo, Postgres};
use sqlx::{Arguments as _, ConnectOptions as _, Connection as _, Encode, Type};
use std::time::Duration;

/// A database on a server.
pub(in crate::store) type PostgresStore = SqlStore<Postgres>;

/// Connections to the server. It allows 100 unless it is set otherwise.
const CONNECTIONS_MAX: u32 = 8;

/// How long a call waits for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How long a call waits for its answer. A server that vanished from the network says nothing at all.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// The number of the lock that is held by all that write results or sum them up.
const LOCK: i64 = 0x6661_756c_7466_6e64;

impl Dialect for Postgres {
    const KIND: &'static str = "postgres";
    const ANSWER_MAX: Option<Duration> = Some(ANSWER_MAX);
    const TYPES: Types = Types {
        only: "@postgres",
        int: "BIGINT",
        float: "DOUBLE PRECISION",
        text: "TEXT",
        key: "TEXT COLLATE \"C\"",
        bytes: "BYTEA",
    };
    const BEGIN: &'static str = "BEGIN";
    const SNAPSHOT: &'static str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    const LIST: &'static str = "unnest($1::text[]) AS list(value)";
    const RESULT_ROW: &'static str = "id";
    const VERSION_TABLES: &'static str = "SELECT count(to_regclass('schema_version')) AS tables";
    const TRY_TABLE: Option<&'static str> = Some("CREATE TABLE schema_version (version BIGINT NOT NULL)");

    fn lock(lock: Lock) -> Option<Statement<Self>> {
        let sql = match lock {
            Lock::Rows => return None,
            Lock::Results => "SELECT pg_advisory_xact_lock_shared($1)",
            Lock::Alone => "SELECT pg_advisory_xact_lock($1)",
        };
        Some(Statement::new(sql).int(LOCK))
    }

    /// One statement, with an array for each column.
    fn inserts<'a, R: ToRow>(
        rows: &'a [&'a R],
        conflict: &'static str,
    ) -> impl Iterator<Item = Statement<Self>> + Send + 'a {
        (!rows.is_empty()).then(|| insert(rows, conflict)).into_iter()
    }
}

fn insert<R: ToRow>(rows: &[&R], conflict: &str) -> Statement<Postgres> {
    let array = |(place, column)| format!("${place}::{}[]", Postgres::TYPES.of(column));
    let arrays: Vec<String> = (1..).zip(R::COLUMNS).map(array).collect();
    let (table, names, arrays) = (R::TABLE, names::<R>(), arrays.join(", "));
    let sql = format!("INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}){conflict}");
    Statement::with(sql, arguments(rows))
}

fn arguments<R: ToRow>(rows: &[&R]) -> Given<Postgres> {
    let mut arguments = PgArguments::default();
    for column in R::COLUMNS {
        give(&mut arguments, column, rows)?;
    }
    Ok(arguments)
}

fn give<R>(arguments: &mut PgArguments, column: &Column<R>, rows: &[&R]) -> Result<(), BoxDynError> {
    let rows = rows.iter();
    match column.value {
        Value::Int(of) => arguments.add(rows.map(|row| of(row)).collect::<Vec<_>>()),
        Value::MaybeInt(of) => arguments.add(rows.map(|row| of(row)).collect::<Vec<_>>()),
        Value::Float(of) => arguments.add(rows.map(|row| finite(of(row))).collect::<Vec<_>>()),
        Value::Text(of) => arguments.add(rows.map(|row| kept(of(row))).collect::<Vec<_>>()),
        Value::MaybeText(of) => arguments.add(rows.map(|row| of(row).map(kept)).collect::<Vec<_>>()),
        Value::Bytes(of) => arguments.add(rows.map(|row| of(row).into_owned()).collect::<Vec<_>>()),
    }
}

/// A list is an array of texts here.
impl Encode<'_, Postgres> for List {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode_by_ref(&self.0, buffer)
    }
}

impl Type<Postgres> for List {
    fn type_info() -> PgTypeInfo {
        <Vec<String> as Type<Postgres>>::type_info()
    }
}

impl PostgresStore {
    /// Opens the database that these options name.
    pub(in crate::store) async fn open(options: PgConnectOptions) -> Result<Self, OpenError> {
        let host =
            options.get_socket().map_or_else(|| options.get_host().into(), |socket| socket.to_string_lossy());
        let name = options.get_database().unwrap_or_else(|| options.get_username());
        let place = format!("{host}:{}/{name}", options.get_port());
        // What a transaction says was written is on the disk, whatever the server is set to. Statements are not logged:
        // they would be there with their arrays.
        let options = options
            .application_name("faultfinder")
            .options([("synchronous_commit", "on")])
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(CONNECT_MAX)
            .acquire_slow_threshold(CONNECT_MAX)
            .connect_with(options.clone())
            .await;
        let pool = pool.map_err(|error| match StoreError::from(error) {
            StoreError::Unavailable(why) => StoreError::Unavailable(format!("{place}: {why}")),
            other => other,
        })?;
        let store = Self::new(pool.clone(), pool, place, Hold::of_server(options));
        bounded::<Postgres, _, OpenError>(schema::migrate(store.writer())).await?;
        Ok(store)
    }

    /// Looks at the database that these options name, and whether it can be written.
    pub(in crate::store) async fn check(options: PgConnectOptions) -> Result<State, OpenError> {
        let connection = options.disable_statement_logging().connect().await;
        let mut connection = connection.map_err(StoreError::from)?;
        let found = schema::found::<Postgres>(&mut connection).await?;
        let _ = connection.close().await;
        schema::state(found)
    }
}
