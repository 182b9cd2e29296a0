//! The differences between our databases.

use super::driver::Driver;
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::row::{Column, Columns as _, ToRow, Value};
use sqlx::{Pool, Transaction};
use std::collections::HashSet;
use std::time::Duration;

/// The differences between databases.
pub(in crate::store) trait Dialect: Driver {
    /// Its name, for metrics and the log.
    const KIND: &'static str;

    /// How long a call waits for its answer, where nothing else bounds it.
    const ANSWER_MAX: Option<Duration>;

    /// The words of its types.
    const TYPES: Types;

    /// Begins to write, so that what was read is still so when it is written, once the [lock](Self::lock) is held.
    const BEGIN: &'static str;

    /// Begins to read what was there at one moment.
    const SNAPSHOT: &'static str;

    /// The [list](Statement::list) that is given as `$1`, as a table `list` with the column `value`.
    const LIST: &'static str;

    /// The column that names a row of `results` the fastest.
    const RESULT_ROW: &'static str;

    /// Yields how many tables there are that hold the version.
    const VERSION_TABLES: &'static str;

    /// Tries, in a transaction that is rolled back, whether tables can be made, where beginning it does not say so.
    const TRY_TABLE: Option<&'static str>;

    /// What a transaction waits for before it does anything.
    fn lock(lock: Lock) -> Option<Statement<Self>>;

    /// The statements that insert rows; `conflict` says what is done with those that are there.
    fn inserts<'a, R: ToRow>(
        rows: &'a [&'a R],
        conflict: &'static str,
    ) -> impl Iterator<Item = Statement<Self>> + Send + 'a;
}

/// The words of types.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Types {
    /// The word that lines of migrations begin with which are for this database alone.
    pub(super) only: &'static str,
    pub(super) int: &'static str,
    pub(super) float: &'static str,
    pub(super) text: &'static str,
    /// A text whose order is that of its bytes.
    pub(super) key: &'static str,
    pub(super) bytes: &'static str,
}

impl Types {
    /// The type of a column.
    pub(super) const fn of<R>(&self, column: &Column<R>) -> &'static str {
        match column.value {
            Value::Int(_) | Value::MaybeInt(_) => self.int,
            Value::Float(_) => self.float,
            Value::Text(_) | Value::MaybeText(_) => self.text,
            Value::Bytes(_) => self.bytes,
        }
    }
}

/// With whom a transaction that writes may be at work at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Lock {
    /// With all that do not write the same rows.
    Rows,
    /// With others that write results. Results and how far they are rolled up must fit together.
    Results,
    /// With nobody who writes results.
    Alone,
}

/// Begins to write, and waits for the lock, which is held until the transaction ends.
pub(super) async fn begin<D: Dialect>(
    pool: &Pool<D>,
    lock: Lock,
) -> Result<Transaction<'static, D>, StoreError> {
    let mut transaction = pool.begin_with(D::BEGIN).await?;
    if let Some(lock) = D::lock(lock) {
        lock.execute(&mut transaction).await?;
    }
    Ok(transaction)
}

/// Leaves rows that are there as they are.
const LEAVE: &str = " ON CONFLICT DO NOTHING";

/// The same, and yields the ids of the rows that were written.
const LEAVE_AND_NAME: &str = " ON CONFLICT DO NOTHING RETURNING id";

/// Writes rows, leaves those that are there as they are, and yields how many were not.
pub(super) async fn insert<D: Dialect, R: ToRow>(
    connection: &mut D::Connection,
    rows: &[&R],
) -> Result<u64, StoreError> {
    insert_or::<D, R>(connection, rows, LEAVE).await
}

/// Writes rows, does with those that are there what `conflict` says, and yields how many were written.
pub(super) async fn insert_or<D: Dialect, R: ToRow>(
    connection: &mut D::Connection,
    rows: &[&R],
    conflict: &'static str,
) -> Result<u64, StoreError> {
    let mut written = 0;
    for statement in D::inserts(rows, conflict) {
        written += statement.execute(connection).await?;
    }
    Ok(written)
}

/// Writes rows whose ids are bytes, leaves those that are there as they are, and yields the ids of those that were not.
pub(super) async fn insert_new<D: Dialect, R: ToRow>(
    connection: &mut D::Connection,
    rows: &[&R],
) -> Result<HashSet<Vec<u8>>, StoreError> {
    let mut new = HashSet::new();
    for statement in D::inserts(rows, LEAVE_AND_NAME) {
        for row in statement.all(connection).await? {
            new.insert(row.bytes("id")?);
        }
    }
    Ok(new)
}
