//! The tables, and how a database of an earlier version comes to have them.

use super::{Lock, OpenError, PgConnection, PgPool, State, StoreError, begin};
use sqlx::Connection as _;

/// What leads from each version to the next, from an empty database on. What was released is not changed any more.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// Brings a database to the version that this program knows.
pub(super) async fn migrate(pool: &PgPool) -> Result<(), OpenError> {
    let mut transaction = begin(pool, Lock::Alone).await?;
    let table = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)";
    sqlx::query(table).execute(&mut *transaction).await.map_err(StoreError::from)?;
    let found: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM schema_version")
        .fetch_one(&mut *transaction)
        .await
        .map_err(StoreError::from)?;
    for (version, step) in OpenError::steps(found, MIGRATIONS)? {
        sqlx::raw_sql(*step).execute(&mut *transaction).await.map_err(StoreError::from)?;
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::from)?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// The version of a database, if it has our tables. What is written to see whether that works is rolled back.
pub(super) async fn found(connection: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let table = "SELECT to_regclass('schema_version') IS NOT NULL";
    let is_there: bool = sqlx::query_scalar(table).fetch_one(&mut *transaction).await?;
    let found = if is_there {
        let version = "SELECT coalesce(max(version), 0) FROM schema_version";
        let found = sqlx::query_scalar(version).fetch_one(&mut *transaction).await?;
        sqlx::query("UPDATE pings SET count = count + 1").execute(&mut *transaction).await?;
        Some(found)
    } else {
        let table = "CREATE TABLE schema_version (version BIGINT NOT NULL)";
        sqlx::query(table).execute(&mut *transaction).await?;
        None
    };
    transaction.rollback().await?;
    Ok(found)
}

/// What a database of this version is to us.
pub(super) fn state(found: i64) -> Result<State, OpenError> {
    State::of(found, MIGRATIONS.len())
}
