//! When the service on a database was last known to live.

use super::dialect::Dialect;
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::row::Columns as _;
use crate::timestamp::Timestamp;
use sqlx::Pool;

pub(super) async fn note<D: Dialect>(pool: &Pool<D>, now: Timestamp) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    Statement::<D>::new("UPDATE life SET alive_at = $1").int(now.millis()).execute(&mut connection).await?;
    Ok(())
}

pub(super) async fn last<D: Dialect>(pool: &Pool<D>) -> Result<Option<Timestamp>, StoreError> {
    let mut connection = pool.acquire().await?;
    let row = Statement::<D>::new("SELECT alive_at FROM life").one(&mut connection).await?;
    Ok(row.maybe_int("alive_at")?.map(Timestamp::from_millis))
}
