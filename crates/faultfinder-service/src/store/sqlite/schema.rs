//! The tables, and how a database of an earlier version comes to have them.

use super::{OpenError, SqliteConnection, SqlitePool, State, StoreError, begin};

/// What leads from each version to the next, from an empty database on. What was released is not changed any more.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// Brings a database to the version that this program knows.
pub(super) async fn migrate(pool: &SqlitePool) -> Result<(), OpenError> {
    let mut transaction = begin(pool).await?;
    let table = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)";
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

/// The version of a database, if it has our tables. Begins to write, and writes nothing.
pub(super) async fn found(connection: &mut SqliteConnection) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let table = "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'";
    let tables: i64 = sqlx::query_scalar(table).fetch_one(&mut *connection).await?;
    if tables == 0 {
        return Ok(None);
    }
    let version = "SELECT coalesce(max(version), 0) FROM schema_version";
    Ok(Some(sqlx::query_scalar(version).fetch_one(connection).await?))
}

/// What a database of this version is to us.
pub(super) fn state(found: i64) -> Result<State, OpenError> {
    State::of(found, MIGRATIONS.len())
}
