//! One statement, with what is given to it.

use super::driver::{Affected as _, Driver, Given, List, Takes};
use crate::store::error::StoreError;
use crate::store::row::{ToRow, Value, finite, kept};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};
use std::future::ready;

/// One statement, with what is given to it: `$1`, `$2`, and so on, in the order in which it comes.
pub(in crate::store) struct Statement<D: Driver> {
    sql: SqlStr,
    given: Given<D>,
}

impl<D: Driver> Statement<D> {
    /// A statement as it is written here.
    pub(super) fn new(sql: &'static str) -> Self {
        Self { sql: sql.into_sql_str(), given: Ok(D::Arguments::default()) }
    }

    /// A statement that is put together, of texts of this module alone.
    pub(super) fn composed(sql: String) -> Self {
        Self::with(sql, Ok(D::Arguments::default()))
    }

    /// A statement that is put together, with all that is given to it.
    pub(super) fn with(sql: String, given: Given<D>) -> Self {
        Self { sql: AssertSqlSafe(sql).into_sql_str(), given }
    }

    /// The same with another text, for one whose text grows with what is given to it.
    pub(super) fn saying(self, sql: String) -> Self {
        Self::with(sql, self.given)
    }

    fn give<T>(&mut self, value: T)
    where
        D: Takes<T>,
    {
        if let Ok(arguments) = &mut self.given
            && let Err(error) = D::take(arguments, value)
        {
            self.given = Err(error);
        }
    }

    pub(super) fn int(mut self, value: i64) -> Self {
        self.give(value);
        self
    }

    pub(super) fn maybe_int(mut self, value: Option<i64>) -> Self {
        self.give(value);
        self
    }

    pub(super) fn text(mut self, value: &str) -> Self {
        self.give(kept(value.into()).into_owned());
        self
    }

    pub(super) fn maybe_text(mut self, value: Option<&str>) -> Self {
        self.give(value.map(|value| kept(value.into()).into_owned()));
        self
    }

    pub(super) fn bytes(mut self, value: &[u8]) -> Self {
        self.give(value.to_vec());
        self
    }

    /// A list of texts, which the statement names by its dialect's `LIST`.
    pub(super) fn list(mut self, texts: &[String]) -> Self {
        self.give(List(texts.iter().map(|text| kept(text.into()).into_owned()).collect()));
        self
    }

    /// All columns of a record, in their order.
    pub(super) fn record<R: ToRow>(mut self, record: &R) -> Self {
        for column in R::COLUMNS {
            match column.value {
                Value::Int(of) => self.give(of(record)),
                Value::MaybeInt(of) => self.give(of(record)),
                Value::Float(of) => self.give(finite(of(record))),
                Value::Text(of) => self.give(kept(of(record)).into_owned()),
                Value::MaybeText(of) => self.give(of(record).map(|text| kept(text).into_owned())),
                Value::Bytes(of) => self.give(of(record).into_owned()),
            }
        }
        self
    }

    /// Its text.
    #[cfg(test)]
    pub(super) fn sql(&self) -> &str {
        self.sql.as_str()
    }

    /// Its text, and all that is given to it.
    fn whole(self) -> Result<(SqlStr, D::Arguments), StoreError> {
        Ok((self.sql, self.given.map_err(sqlx::Error::Encode)?))
    }

    /// Runs it, and yields how many rows it wrote or removed.
    pub(super) async fn execute(self, connection: &mut D::Connection) -> Result<u64, StoreError> {
        let (sql, arguments) = self.whole()?;
        Ok(D::execute(connection, sql, arguments).await?.count())
    }

    /// Runs it, and yields its row, if there is one.
    pub(super) async fn row(self, connection: &mut D::Connection) -> Result<Option<D::Row>, StoreError> {
        let (sql, arguments) = self.whole()?;
        Ok(D::row(connection, sql, arguments).await?)
    }

    /// Runs it, and yields its row, which must be there.
    pub(super) async fn one(self, connection: &mut D::Connection) -> Result<D::Row, StoreError> {
        Ok(self.row(connection).await?.ok_or(sqlx::Error::RowNotFound)?)
    }

    /// Runs it, and yields all of its rows.
    pub(super) async fn all(self, connection: &mut D::Connection) -> Result<Vec<D::Row>, StoreError> {
        self.rows(connection).try_collect().await
    }

    /// Runs it, and yields its rows one by one.
    pub(super) fn rows(self, connection: &mut D::Connection) -> BoxStream<'_, Result<D::Row, StoreError>> {
        match self.whole() {
            Ok((sql, arguments)) => D::rows(connection, sql, arguments).map_err(StoreError::from).boxed(),
            Err(error) => stream::once(ready(Err(error))).boxed(),
        }
    }
}
