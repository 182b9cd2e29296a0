//! Tests, in words that both databases know: this is a module of each of them.

use super::{
    Connection, Database, PUT_TAGS, Page, Pool, StoreError, TestQuery, TestRecord, Timestamp, begin_change,
};
use crate::store::columns::{self, kept};
use crate::store::select::{self, Select};
use sqlx::Row as _;

pub(super) async fn create(pool: &Pool, test: TestRecord) -> Result<(), StoreError> {
    let mut transaction = begin_change(pool).await?;
    let id = kept(test.id);
    let done = sqlx::query(
        "INSERT INTO tests (id, version, name, tags, every_ms, definition, file, paused, restricted, \
         created_at, updated_at, deleted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&id)
    .bind(test.version)
    .bind(kept(test.name))
    .bind(columns::tags(&test.tags))
    .bind(columns::every_ms(test.every))
    .bind(kept(test.definition))
    .bind(columns::file(test.origin).map(kept))
    .bind(i64::from(test.paused))
    .bind(i64::from(test.restricted))
    .bind(test.created_at.millis())
    .bind(test.updated_at.millis())
    .bind(test.deleted_at.map(Timestamp::millis))
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Exists(id));
    }
    put_tags(&mut transaction, &id, test.tags).await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn one(pool: &Pool, id: String) -> Result<Option<TestRecord>, StoreError> {
    let row = sqlx::query("SELECT * FROM tests WHERE id = $1").bind(kept(id)).fetch_optional(pool).await?;
    row.as_ref().map(columns::test).transpose()
}

pub(super) async fn page(pool: &Pool, query: TestQuery) -> Result<Page<TestRecord>, StoreError> {
    let limit = query.limit;
    let rows = Select::<Database>::tests(query).build().fetch_all(pool).await?;
    select::page(&rows, limit, columns::test)
}

pub(super) async fn replace(pool: &Pool, test: TestRecord) -> Result<(), StoreError> {
    let mut transaction = begin_change(pool).await?;
    let id = kept(test.id);
    let done = sqlx::query(
        "UPDATE tests SET version = $2, name = $3, tags = $4, every_ms = $5, definition = $6, file = $7, paused = $8, \
         restricted = $9, updated_at = $10 WHERE id = $1 AND version = $2 - 1 AND deleted_at IS NULL",
    )
    .bind(&id)
    .bind(test.version)
    .bind(kept(test.name))
    .bind(columns::tags(&test.tags))
    .bind(columns::every_ms(test.every))
    .bind(kept(test.definition))
    .bind(columns::file(test.origin).map(kept))
    .bind(i64::from(test.paused))
    .bind(i64::from(test.restricted))
    .bind(test.updated_at.millis())
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Err(why_not(&mut transaction, id).await?);
    }
    sqlx::query("DELETE FROM test_tags WHERE test = $1").bind(&id).execute(&mut *transaction).await?;
    put_tags(&mut transaction, &id, test.tags).await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn delete(
    pool: &Pool,
    id: String,
    version: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut transaction = begin_change(pool).await?;
    let id = kept(id);
    let done = sqlx::query(
        "UPDATE tests SET deleted_at = $3, updated_at = $3 \
         WHERE id = $1 AND (CAST($2 AS BIGINT) IS NULL OR version = $2) AND deleted_at IS NULL",
    )
    .bind(&id)
    .bind(version)
    .bind(now.millis())
    .execute(&mut *transaction)
    .await?;
    if done.rows_affected() == 0 {
        return Err(why_not(&mut transaction, id).await?);
    }
    sqlx::query("DELETE FROM test_tags WHERE test = $1").bind(&id).execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}

/// Why no test of this id and version was changed.
async fn why_not(connection: &mut Connection, id: String) -> Result<StoreError, StoreError> {
    let row = sqlx::query("SELECT version FROM tests WHERE id = $1 AND deleted_at IS NULL")
        .bind(&id)
        .fetch_optional(connection)
        .await?;
    Ok(match row {
        Some(row) => StoreError::Conflict { current: row.try_get("version")? },
        None => StoreError::Absent(id),
    })
}

async fn put_tags(connection: &mut Connection, id: &str, tags: Vec<String>) -> Result<(), StoreError> {
    let tags: Vec<String> = tags.into_iter().map(kept).collect();
    sqlx::query(PUT_TAGS).bind(columns::tags(&tags)).bind(id).execute(connection).await?;
    Ok(())
}
