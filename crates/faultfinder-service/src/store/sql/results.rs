//! Results.

use super::dialect::{Dialect, Lock, begin, insert, insert_new};
use super::select;
use super::statement::Statement;
use super::summaries::{fold, position};
use super::tally::{Hours, Position, hour_of};
use crate::store::error::StoreError;
use crate::store::query::{Page, ResultKey, ResultQuery};
use crate::store::record::ResultRecord;
use crate::store::row::{Columns, kept, read_maybe};
use crate::timestamp::Timestamp;
use sqlx::Pool;
use std::sync::Arc;
use uuid::Uuid;

/// Writes results. Those that come after their hour was rolled up are added to the summaries, once; for that it must be
/// alone. How far results are rolled up only grows, so it begins anew at most once.
pub(super) async fn write<D: Dialect>(
    pool: &Pool<D>,
    results: &[Arc<ResultRecord>],
) -> Result<(), StoreError> {
    let mut transaction = begin(pool, Lock::Results).await?;
    let mut summed_up = position::<D>(&mut transaction).await?;
    if results.iter().any(|result| is_late(&summed_up, result)) {
        transaction.rollback().await?;
        transaction = begin(pool, Lock::Alone).await?;
        summed_up = position::<D>(&mut transaction).await?;
    }
    let all = results.iter().map(Arc::as_ref);
    let (late, timely): (Vec<_>, Vec<_>) = all.partition(|result| is_late(&summed_up, result));
    insert::<D, _>(&mut transaction, &timely).await?;
    if !late.is_empty() {
        let mut new = insert_new::<D, _>(&mut transaction, &late).await?;
        let mut hours = Hours::new();
        for result in late {
            if new.remove(result.id.as_bytes().as_slice()) {
                let test = kept((&result.test).into()).into_owned();
                let tally = hours.entry((test, hour_of(result.started_at.millis()))).or_default();
                tally.add(result.outcome, result.duration_ms);
            }
        }
        fold::<D>(&mut transaction, hours).await?;
    }
    Ok(transaction.commit().await?)
}

fn is_late(summed_up: &Position, result: &ResultRecord) -> bool {
    summed_up.is_summed_up(&result.test, result.started_at.millis())
}

pub(super) async fn one<D: Dialect>(pool: &Pool<D>, id: Uuid) -> Result<Option<ResultRecord>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM results WHERE id = $1").bytes(id.as_bytes());
    read_maybe(query.row(&mut connection).await?.as_ref())
}

pub(super) async fn page<D: Dialect>(
    pool: &Pool<D>,
    query: ResultQuery,
) -> Result<Page<ResultRecord, ResultKey>, StoreError> {
    let mut connection = pool.acquire().await?;
    let sizes = select::sizes_of_results::<D>(query.clone());
    let limit = select::fitting::<D>(sizes, query.limit, &mut connection).await?;
    let rows = select::results::<D>(ResultQuery { limit, ..query }).all(&mut connection).await?;
    Ok(select::page(&rows, limit, |row| Some(behind(row))))
}

/// Above all ids in their order: a byte longer than each of them.
const LAST_ID: [u8; 17] = [0xff; 17];

/// Where the results behind a row begin. SQLite also keeps values of another type than their column's: numbers come first
/// in the order, then texts, then bytes.
fn behind(row: &impl Columns) -> ResultKey {
    let last_of = |millis| ResultKey { started_at: Timestamp::from_millis(millis), id: LAST_ID.to_vec() };
    match (row.int("started_at"), row.bytes("id")) {
        (Ok(millis), Ok(id)) => ResultKey { started_at: Timestamp::from_millis(millis), id },
        // An id that is a text: behind it, this moment has none that is right.
        (Ok(millis), Err(_)) => last_of(millis.saturating_sub(1)),
        (Err(_), _) => match row.float("started_at") {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the next lower number; what is beyond all is clamped"
            )]
            Ok(millis) => last_of(millis.floor() as i64),
            // A moment that is a text: behind it are all that are right.
            Err(_) => last_of(i64::MAX),
        },
    }
}
