//! What the drivers of our databases have in common.
//!
//! sqlx says what a connection or a value can do by bounds on their own types, which every function that is generic over
//! the database would have to repeat. Here they are bounds on the database: the logic names one, [`Driver`], and needs no
//! more.

use crate::store::row::{Columns, Wrong};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgQueryResult;
use sqlx::sqlite::SqliteQueryResult;
use sqlx::{
    Arguments as _, ColumnIndex, Database, Decode, Encode, Executor, IntoArguments, Row, SqlStr, Type,
    TypeInfo as _, ValueRef as _,
};

/// A database that takes values of this type.
pub(in crate::store) trait Takes<T>: Database {
    /// Adds a value to the arguments of a statement.
    fn take(arguments: &mut Self::Arguments, value: T) -> Result<(), BoxDynError>;
}

impl<DB: Database, T> Takes<T> for DB
where
    for<'q> T: Encode<'q, DB> + Type<DB>,
{
    fn take(arguments: &mut Self::Arguments, value: T) -> Result<(), BoxDynError> {
        arguments.add(value)
    }
}

/// A list of texts; each database is given it in its own way.
#[derive(Debug)]
pub(in crate::store) struct List(pub(super) Vec<String>);

/// What a statement did.
pub(in crate::store) trait Affected {
    /// How many rows it wrote or removed.
    fn count(&self) -> u64;
}

impl Affected for SqliteQueryResult {
    fn count(&self) -> u64 {
        self.rows_affected()
    }
}

impl Affected for PgQueryResult {
    fn count(&self) -> u64 {
        self.rows_affected()
    }
}

/// The arguments of a statement, or why they are none.
pub(in crate::store) type Given<DB> = Result<<DB as Database>::Arguments, BoxDynError>;

/// A database that we can speak with.
pub(in crate::store) trait Driver:
    Database<Row: Columns, QueryResult: Affected>
    + Takes<i64>
    + Takes<Option<i64>>
    + Takes<f64>
    + Takes<String>
    + Takes<Option<String>>
    + Takes<Vec<u8>>
    + Takes<List>
{
    /// Runs a statement that yields no rows.
    fn execute(
        connection: &mut Self::Connection,
        sql: SqlStr,
        arguments: Self::Arguments,
    ) -> BoxFuture<'_, sqlx::Result<Self::QueryResult>>;

    /// Runs a statement that yields rows.
    fn rows(
        connection: &mut Self::Connection,
        sql: SqlStr,
        arguments: Self::Arguments,
    ) -> BoxStream<'_, sqlx::Result<Self::Row>>;

    /// Runs a statement that yields at most one row.
    fn row(
        connection: &mut Self::Connection,
        sql: SqlStr,
        arguments: Self::Arguments,
    ) -> BoxFuture<'_, sqlx::Result<Option<Self::Row>>>;

    /// Runs statements that take no arguments.
    fn script(
        connection: &mut Self::Connection,
        sql: SqlStr,
    ) -> BoxFuture<'_, sqlx::Result<Self::QueryResult>>;
}

impl<DB> Driver for DB
where
    DB: Database<Row: Columns, QueryResult: Affected>
        + Takes<i64>
        + Takes<Option<i64>>
        + Takes<f64>
        + Takes<String>
        + Takes<Option<String>>
        + Takes<Vec<u8>>
        + Takes<List>,
    DB::Arguments: IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    fn execute(
        connection: &mut DB::Connection,
        sql: SqlStr,
        arguments: DB::Arguments,
    ) -> BoxFuture<'_, sqlx::Result<DB::QueryResult>> {
        connection.execute(sqlx::query_with(sql, arguments))
    }

    fn rows(
        connection: &mut DB::Connection,
        sql: SqlStr,
        arguments: DB::Arguments,
    ) -> BoxStream<'_, sqlx::Result<DB::Row>> {
        connection.fetch(sqlx::query_with(sql, arguments))
    }

    fn row(
        connection: &mut DB::Connection,
        sql: SqlStr,
        arguments: DB::Arguments,
    ) -> BoxFuture<'_, sqlx::Result<Option<DB::Row>>> {
        connection.fetch_optional(sqlx::query_with(sql, arguments))
    }

    fn script(connection: &mut DB::Connection, sql: SqlStr) -> BoxFuture<'_, sqlx::Result<DB::QueryResult>> {
        connection.execute(sqlx::raw_sql(sql))
    }
}

impl<R: Row> Columns for R
where
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> f64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    for<'n> &'n str: ColumnIndex<R>,
{
    fn int(&self, name: &str) -> Result<i64, Wrong> {
        self.try_get(name).map_err(|error| wrong(name, &error))
    }

    fn maybe_int(&self, name: &str) -> Result<Option<i64>, Wrong> {
        self.try_get(name).map_err(|error| wrong(name, &error))
    }

    fn float(&self, name: &str) -> Result<f64, Wrong> {
        self.try_get(name).map_err(|error| wrong(name, &error))
    }

    fn text(&self, name: &str) -> Result<String, Wrong> {
        self.try_get(name).map_err(|error| wrong(name, &error))
    }

    fn maybe_text(&self, name: &str) -> Result<Option<String>, Wrong> {
        self.try_get(name).map_err(|error| wrong(name, &error))
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, Wrong> {
        let value = self.try_get_raw(name).map_err(|error| wrong(name, &error))?;
        // The driver of SQLite would take the letters of a text, which is another place in the order of rows.
        if value.type_info().name() == "TEXT" {
            return Err(Wrong::column(name, "is a text instead of bytes"));
        }
        self.try_get(name).map_err(|error| wrong(name, &error))
    }
}

/// What is wrong with a column that cannot be read.
fn wrong(name: &str, error: &sqlx::Error) -> Wrong {
    match error {
        // Without the name, which the text begins with.
        sqlx::Error::ColumnDecode { source, .. } => Wrong::column(name, format!("cannot be read: {source}")),
        error => Wrong::column(name, format!("cannot be read: {error}")),
    }
}
