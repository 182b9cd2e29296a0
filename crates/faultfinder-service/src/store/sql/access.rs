//! Tokens, and who changed what.

use super::dialect::{Dialect, insert};
use super::select;
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::query::{AuditKey, AuditQuery, Listed, Page};
use crate::store::record::{AuditEntry, Audited, HashedToken};
use crate::store::row::{Columns as _, read, read_maybe};
use crate::timestamp::Timestamp;
use crate::token::{Token, TokenHash};
use sqlx::Pool;

pub(super) async fn create<D: Dialect>(pool: &Pool<D>, token: HashedToken) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    let written = insert::<D, _>(&mut connection, &[&token]).await?;
    if written == 0 { Err(StoreError::Exists(token.token.id)) } else { Ok(()) }
}

pub(super) async fn one<D: Dialect>(pool: &Pool<D>, hash: TokenHash) -> Result<Option<Token>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM tokens WHERE hash = $1").bytes(hash.as_bytes());
    read_maybe(query.row(&mut connection).await?.as_ref())
}

pub(super) async fn all<D: Dialect>(pool: &Pool<D>) -> Result<Listed<Token>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM tokens WHERE revoked_at IS NULL ORDER BY id");
    Ok(query.all(&mut connection).await?.iter().map(read).collect())
}

pub(super) async fn revoke<D: Dialect>(pool: &Pool<D>, id: String, now: Timestamp) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    let sql = "UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    let revoked = Statement::<D>::new(sql).text(&id).int(now.millis()).execute(&mut connection).await?;
    if revoked > 0 {
        return Ok(());
    }
    let there = Statement::<D>::new("SELECT id FROM tokens WHERE id = $1").text(&id);
    let there = there.row(&mut connection).await?.is_some();
    Err(if there { StoreError::Revoked(id) } else { StoreError::Absent(id) })
}

pub(super) async fn audit<D: Dialect>(pool: &Pool<D>, entry: AuditEntry) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    insert::<D, _>(&mut connection, &[&entry]).await?;
    Ok(())
}

pub(super) async fn audited<D: Dialect>(
    pool: &Pool<D>,
    query: AuditQuery,
) -> Result<Page<Audited, AuditKey>, StoreError> {
    let mut connection = pool.acquire().await?;
    let limit = query.limit;
    let rows = select::audited::<D>(query).all(&mut connection).await?;
    Ok(select::page(&rows, limit, |row: &D::Row| {
        Some(AuditKey { at: Timestamp::from_millis(row.int("at").ok()?), number: row.int("number").ok()? })
    }))
}

/// Forgets entries from before this moment, at most so many. Yields how many.
pub(super) async fn forget_audited<D: Dialect>(
    pool: &Pool<D>,
    from: Timestamp,
    most: u64,
) -> Result<u64, StoreError> {
    let mut connection = pool.acquire().await?;
    Statement::<D>::new(
        "DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE at < $1 ORDER BY at LIMIT $2)",
    )
    .int(from.millis())
    .int(i64::try_from(most).unwrap_or(i64::MAX))
    .execute(&mut connection)
    .await
}
