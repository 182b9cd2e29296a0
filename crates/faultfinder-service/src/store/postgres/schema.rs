//! The tables, and how a database of an earlier version comes to have them.

use super::{Lock, OpenError, PgPool, StoreError, begin};

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
