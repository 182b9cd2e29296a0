//! Tests whose automatic retries are off.

use super::dialect::{Dialect, Lock, begin, insert};
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::query::Listed;
use crate::store::record::RetriesOff;
use crate::store::row::read;
use sqlx::Pool;

pub(super) async fn all<D: Dialect>(pool: &Pool<D>) -> Result<Listed<RetriesOff>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM retries_off ORDER BY test");
    Ok(query.all(&mut connection).await?.iter().map(read).collect())
}

pub(super) async fn set<D: Dialect>(
    pool: &Pool<D>,
    test: String,
    off: Option<RetriesOff>,
) -> Result<(), StoreError> {
    let mut transaction = begin(pool, Lock::Rows).await?;
    let remove = Statement::<D>::new("DELETE FROM retries_off WHERE test = $1");
    remove.text(&test).execute(&mut transaction).await?;
    if let Some(off) = &off {
        insert::<D, _>(&mut transaction, &[off]).await?;
    }
    Ok(transaction.commit().await?)
}
