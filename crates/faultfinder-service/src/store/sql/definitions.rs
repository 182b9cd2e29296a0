//! Tests.

use super::dialect::{Dialect, Lock, begin, insert};
use super::select;
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::object::RawObject;
use crate::store::query::{Page, TestQuery};
use crate::store::record::TestRecord;
use crate::store::row::{Columns as _, assignments, read_maybe};
use crate::timestamp::Timestamp;
use sqlx::Pool;

/// What stays as it is when a test is replaced.
const LASTING: &[&str] = &["id", "created_at", "deleted_at"];

pub(super) async fn create<D: Dialect>(pool: &Pool<D>, test: TestRecord) -> Result<(), StoreError> {
    let mut transaction = begin(pool, Lock::Rows).await?;
    if insert::<D, _>(&mut transaction, &[&test]).await? == 0 {
        return Err(StoreError::Exists(test.id));
    }
    put_tags::<D>(&mut transaction, &test).await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn one<D: Dialect>(pool: &Pool<D>, id: String) -> Result<Option<TestRecord>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM tests WHERE id = $1").text(&id);
    read_maybe(query.row(&mut connection).await?.as_ref())
}

pub(super) async fn page<D: Dialect>(
    pool: &Pool<D>,
    query: TestQuery,
) -> Result<Page<TestRecord, String>, StoreError> {
    let mut connection = pool.acquire().await?;
    let sizes = select::sizes_of_tests::<D>(query.clone());
    let limit = select::fitting::<D>(sizes, query.limit, &mut connection).await?;
    let rows = select::tests::<D>(TestQuery { limit, ..query }).all(&mut connection).await?;
    // Whatever is not a text comes behind all texts.
    Ok(select::page(&rows, limit, |row: &D::Row| row.text("id").ok()))
}

pub(super) async fn replace<D: Dialect>(pool: &Pool<D>, test: TestRecord) -> Result<(), StoreError> {
    let mut transaction = begin(pool, Lock::Rows).await?;
    let sql = format!(
        "UPDATE tests SET {} WHERE id = $1 AND version = $2 - 1 AND deleted_at IS NULL",
        assignments::<TestRecord>(LASTING)
    );
    if Statement::<D>::composed(sql).record(&test).execute(&mut transaction).await? == 0 {
        return Err(why_not::<D>(&mut transaction, test.id).await?);
    }
    remove_tags::<D>(&mut transaction, &test.id).await?;
    put_tags::<D>(&mut transaction, &test).await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn delete<D: Dialect>(
    pool: &Pool<D>,
    id: String,
    version: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut transaction = begin(pool, Lock::Rows).await?;
    let deleted = Statement::<D>::new(
        "UPDATE tests SET deleted_at = $3, updated_at = $3, sealed = NULL \
         WHERE id = $1 AND (CAST($2 AS BIGINT) IS NULL OR version = $2) AND deleted_at IS NULL",
    );
    let deleted = deleted.text(&id).maybe_int(version).int(now.millis()).execute(&mut transaction).await?;
    if deleted == 0 {
        return Err(why_not::<D>(&mut transaction, id).await?);
    }
    remove_tags::<D>(&mut transaction, &id).await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn seal<D: Dialect>(
    pool: &Pool<D>,
    id: String,
    version: i64,
    definition: RawObject,
    sealed: Option<String>,
) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    let sql = "UPDATE tests SET definition = $3, sealed = $4 WHERE id = $1 AND version = $2";
    let seal = Statement::<D>::new(sql).text(&id).int(version).text(definition.as_str());
    seal.maybe_text(sealed.as_deref()).execute(&mut connection).await?;
    Ok(())
}

/// Why no test of this id and version was changed.
async fn why_not<D: Dialect>(connection: &mut D::Connection, id: String) -> Result<StoreError, StoreError> {
    let sql = "SELECT version FROM tests WHERE id = $1 AND deleted_at IS NULL";
    Ok(match Statement::<D>::new(sql).text(&id).row(connection).await? {
        Some(row) => StoreError::Conflict { current: row.int("version")? },
        None => StoreError::Absent(id),
    })
}

async fn put_tags<D: Dialect>(connection: &mut D::Connection, test: &TestRecord) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO test_tags (tag, test) SELECT DISTINCT value, $2 FROM {}", D::LIST);
    Statement::<D>::composed(sql).list(&test.tags).text(&test.id).execute(connection).await?;
    Ok(())
}

async fn remove_tags<D: Dialect>(connection: &mut D::Connection, id: &str) -> Result<(), StoreError> {
    Statement::<D>::new("DELETE FROM test_tags WHERE test = $1").text(id).execute(connection).await?;
    Ok(())
}
