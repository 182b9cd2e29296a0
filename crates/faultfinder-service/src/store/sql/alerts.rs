//! Alerts: the watches over tests, the alerts that there were, and what was sent of them.

use super::dialect::{Dialect, Lock, begin, insert_or};
use super::select;
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::query::{AlertKey, AlertQuery, Listed, Page};
use crate::store::record::{AlertChanges, AlertRecord, Delivery, WatchRecord};
use crate::store::row::{Columns as _, read, read_maybe};
use crate::timestamp::Timestamp;
use sqlx::Pool;

pub(super) async fn watches<D: Dialect>(pool: &Pool<D>) -> Result<Listed<WatchRecord>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM watches ORDER BY test");
    Ok(query.all(&mut connection).await?.iter().map(read).collect())
}

/// The number of the latest alert of each test that had one.
pub(super) async fn numbers<D: Dialect>(pool: &Pool<D>) -> Result<Vec<(String, i64)>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT test, max(number) AS number FROM alerts GROUP BY test");
    let rows = query.all(&mut connection).await?;
    rows.iter().map(|row| Ok((row.text("test")?, row.int("number")?))).collect()
}

/// Writes changes, all or none. Notices that are there already are left as they are.
pub(super) async fn save<D: Dialect>(pool: &Pool<D>, changes: AlertChanges) -> Result<(), StoreError> {
    let mut transaction = begin(pool, Lock::Rows).await?;
    let watches: Vec<&WatchRecord> = changes.watches.iter().collect();
    let replace = " ON CONFLICT (test) DO UPDATE SET body = excluded.body";
    insert_or::<D, _>(&mut transaction, &watches, replace).await?;
    let remove = format!("DELETE FROM watches WHERE test IN (SELECT value FROM {})", D::LIST);
    Statement::<D>::composed(remove).list(&changes.idle).execute(&mut transaction).await?;
    let alerts: Vec<&AlertRecord> = changes.alerts.iter().collect();
    let replace = " ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, body = excluded.body";
    insert_or::<D, _>(&mut transaction, &alerts, replace).await?;
    let deliveries: Vec<&Delivery> = changes.deliveries.iter().collect();
    let leave = " ON CONFLICT (alert, notice, notifier) DO NOTHING";
    insert_or::<D, _>(&mut transaction, &deliveries, leave).await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn one<D: Dialect>(pool: &Pool<D>, id: String) -> Result<Option<AlertRecord>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM alerts WHERE id = $1").text(&id);
    read_maybe(query.row(&mut connection).await?.as_ref())
}

pub(super) async fn page<D: Dialect>(
    pool: &Pool<D>,
    query: AlertQuery,
) -> Result<Page<AlertRecord, AlertKey>, StoreError> {
    let mut connection = pool.acquire().await?;
    let limit = query.limit;
    let rows = select::alerts::<D>(query).all(&mut connection).await?;
    Ok(select::page(&rows, limit, |row: &D::Row| {
        let opened_at = Timestamp::from_millis(row.int("opened_at").ok()?);
        Some(AlertKey { opened_at, id: row.text("id").ok()? })
    }))
}

/// What was sent of an alert, and what is to be sent.
pub(super) async fn deliveries<D: Dialect>(
    pool: &Pool<D>,
    alert: String,
) -> Result<Listed<Delivery>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new(
        "SELECT * FROM deliveries WHERE alert = $1 ORDER BY notice DESC, notifier LIMIT 500",
    );
    Ok(query.text(&alert).all(&mut connection).await?.iter().map(read).collect())
}

/// What a notifier has to send, the earliest first: of each alert what comes next.
pub(super) async fn due<D: Dialect>(
    pool: &Pool<D>,
    notifier: String,
) -> Result<Listed<Delivery>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new(
        "SELECT * FROM deliveries WHERE notifier = $1 AND ended_at IS NULL AND NOT EXISTS ( \
           SELECT 1 FROM deliveries AS earlier WHERE earlier.alert = deliveries.alert \
           AND earlier.notifier = deliveries.notifier AND earlier.ended_at IS NULL \
           AND earlier.notice < deliveries.notice) \
         ORDER BY due_at, at, alert LIMIT 100",
    );
    Ok(query.text(&notifier).all(&mut connection).await?.iter().map(read).collect())
}

/// Notes what came of an attempt.
pub(super) async fn tried<D: Dialect>(pool: &Pool<D>, delivery: Delivery) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    Statement::<D>::new(
        "UPDATE deliveries SET due_at = $4, attempts = $5, ended_at = $6, failure = $7 \
         WHERE alert = $1 AND notice = $2 AND notifier = $3",
    )
    .text(&delivery.alert)
    .int(delivery.notice)
    .text(&delivery.notifier)
    .int(delivery.due_at.millis())
    .int(delivery.attempts)
    .maybe_int(delivery.ended_at.map(|at| at.millis()))
    .maybe_text(delivery.failure.as_deref())
    .execute(&mut connection)
    .await?;
    Ok(())
}

/// Forgets alerts that ended before this moment, and what was sent of them, at most so many. Yields how many.
pub(super) async fn forget<D: Dialect>(
    pool: &Pool<D>,
    from: Timestamp,
    most: u64,
) -> Result<u64, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut transaction = begin(pool, Lock::Rows).await?;
    Statement::<D>::new(
        "DELETE FROM deliveries WHERE alert IN (SELECT id FROM alerts WHERE ended_at < $1 ORDER BY opened_at, id LIMIT $2)",
    )
    .int(from.millis())
    .int(most)
    .execute(&mut transaction)
    .await?;
    let forgotten = Statement::<D>::new(
        "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE ended_at < $1 ORDER BY opened_at, id LIMIT $2)",
    )
    .int(from.millis())
    .int(most)
    .execute(&mut transaction)
    .await?;
    transaction.commit().await?;
    Ok(forgotten)
}
