//! Times in which nothing is sent about tests.

use super::dialect::{Dialect, insert};
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::query::{Listed, PAGE_MAX};
use crate::store::record::SilenceRecord;
use crate::store::row::read;
use crate::timestamp::Timestamp;
use sqlx::Pool;

pub(super) async fn create<D: Dialect>(pool: &Pool<D>, silence: SilenceRecord) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    let written = insert::<D, _>(&mut connection, &[&silence]).await?;
    if written == 0 { Err(StoreError::Exists(silence.id)) } else { Ok(()) }
}

/// Those that have not ended at this moment, the first to begin first.
pub(super) async fn lasting<D: Dialect>(
    pool: &Pool<D>,
    now: Timestamp,
) -> Result<Listed<SilenceRecord>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM silences WHERE ends_at > $1 ORDER BY starts_at, id");
    Ok(query.int(now.millis()).all(&mut connection).await?.iter().map(read).collect())
}

/// Those that have ended at this moment, the last to end first.
pub(super) async fn ended<D: Dialect>(
    pool: &Pool<D>,
    now: Timestamp,
) -> Result<Listed<SilenceRecord>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new(
        "SELECT * FROM silences WHERE ends_at <= $1 ORDER BY ends_at DESC, id DESC LIMIT $2",
    );
    let most = i64::try_from(PAGE_MAX).unwrap_or(i64::MAX);
    Ok(query.int(now.millis()).int(most).all(&mut connection).await?.iter().map(read).collect())
}

pub(super) async fn end<D: Dialect>(pool: &Pool<D>, id: String, now: Timestamp) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    let sql = "UPDATE silences SET ends_at = $2 WHERE id = $1 AND ends_at > $2";
    Statement::<D>::new(sql).text(&id).int(now.millis()).execute(&mut connection).await?;
    Ok(())
}

/// Forgets those that ended before this moment, at most so many. Yields how many.
pub(super) async fn forget<D: Dialect>(
    pool: &Pool<D>,
    from: Timestamp,
    most: u64,
) -> Result<u64, StoreError> {
    let mut connection = pool.acquire().await?;
    Statement::<D>::new(
        "DELETE FROM silences WHERE id IN (SELECT id FROM silences WHERE ends_at < $1 ORDER BY ends_at, id LIMIT $2)",
    )
    .int(from.millis())
    .int(i64::try_from(most).unwrap_or(i64::MAX))
    .execute(&mut connection)
    .await
}
