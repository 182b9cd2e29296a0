//! Responses that are remembered by the key of their request.

use super::dialect::{Dialect, insert_or};
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::record::{Remembered, RememberedOf};
use crate::store::row::{Columns as _, read_maybe};
use crate::timestamp::Timestamp;
use sqlx::Pool;

pub(super) async fn one<D: Dialect>(
    pool: &Pool<D>,
    owner: String,
    key: String,
) -> Result<Option<Remembered>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM remembered WHERE owner = $1 AND key = $2");
    read_maybe(query.text(&owner).text(&key).row(&mut connection).await?.as_ref())
}

pub(super) async fn of<D: Dialect>(
    pool: &Pool<D>,
    owner: String,
    from: Timestamp,
) -> Result<RememberedOf, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new(
        "SELECT count(*) AS count, CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes, min(at) AS oldest \
         FROM remembered WHERE owner = $1 AND at >= $2",
    );
    let row = query.text(&owner).int(from.millis()).one(&mut connection).await?;
    Ok(RememberedOf {
        count: u64::try_from(row.int("count")?).unwrap_or(0),
        bytes: u64::try_from(row.int("bytes")?).unwrap_or(0),
        oldest: row.maybe_int("oldest")?.map(Timestamp::from_millis),
    })
}

/// Remembers a response, in the place of one of the same key that has expired.
pub(super) async fn put<D: Dialect>(pool: &Pool<D>, remembered: Remembered) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    let replace = " ON CONFLICT (owner, key) DO UPDATE SET request = excluded.request, at = excluded.at, \
                   bytes = excluded.bytes, response = excluded.response";
    insert_or::<D, _>(&mut connection, &[&remembered], replace).await?;
    Ok(())
}

/// Forgets responses from before this moment, at most so many. Yields how many.
pub(super) async fn forget<D: Dialect>(
    pool: &Pool<D>,
    from: Timestamp,
    most: u64,
) -> Result<u64, StoreError> {
    let mut connection = pool.acquire().await?;
    Statement::<D>::new(
        "DELETE FROM remembered WHERE (owner, key) IN \
         (SELECT owner, key FROM remembered WHERE at < $1 ORDER BY at LIMIT $2)",
    )
    .int(from.millis())
    .int(i64::try_from(most).unwrap_or(i64::MAX))
    .execute(&mut connection)
    .await
}
