//! Hours and days that were rolled up, and what is forgotten.

use super::access::forget_audited;
use super::dialect::{Dialect, Lock, begin, insert_or};
use super::statement::Statement;
use super::tally::{Fact, Hours, Position, SummaryRow, Tally, hour_of};
use super::{alerts, remembered, silences};
use crate::store::contract::Retained;
use crate::store::error::StoreError;
use crate::store::query::Listed;
use crate::store::record::{Period, Remembered, Summary};
use crate::store::row::{Columns as _, kept, read};
use crate::timestamp::Timestamp;
use futures_util::TryStreamExt as _;
use sqlx::Pool;
use std::collections::BTreeMap;

/// Most tests whose hour is rolled up in one transaction.
const TESTS_AT_ONCE: usize = 200;

/// Most results, and most summaries, that are forgotten in one transaction.
const FORGET_AT_ONCE: u64 = 5_000;

/// How far results are rolled up.
pub(super) async fn position<D: Dialect>(connection: &mut D::Connection) -> Result<Position, StoreError> {
    let row = Statement::<D>::new("SELECT hour, test FROM summed_up").one(connection).await?;
    Ok(Position { hour: row.int("hour")?, test: row.text("test")? })
}

/// Adds tallies to the summaries of their hours and days.
pub(super) async fn fold<D: Dialect>(
    connection: &mut D::Connection,
    hours: Hours,
) -> Result<u64, StoreError> {
    let mut hours_folded = 0;
    for ((test, hour), tally) in hours {
        for period in [Period::Hour, Period::Day] {
            let (test, tally) = (test.clone(), tally.clone());
            add::<D>(connection, SummaryRow { test, period, begins: period.begin(hour), tally }).await?;
        }
        hours_folded += 1;
    }
    Ok(hours_folded)
}

/// Adds a summary to the one that is there, if there is one. One that is damaged is left as it is, and holds up nothing.
async fn add<D: Dialect>(connection: &mut D::Connection, mut summary: SummaryRow) -> Result<(), StoreError> {
    let before =
        Statement::<D>::new("SELECT * FROM summaries WHERE test = $1 AND period = $2 AND begins = $3")
            .text(&summary.test)
            .int(summary.period.millis())
            .int(summary.begins)
            .row(connection)
            .await?;
    match before.as_ref().map(read).transpose() {
        Ok(Some(before)) => summary.tally.merge(&before),
        Ok(None) => {}
        Err(damage) => {
            tracing::error!("{damage}; later results are not added to it");
            return Ok(());
        }
    }
    let replace = " ON CONFLICT (test, period, begins) DO UPDATE SET \
         passed = excluded.passed, failed = excluded.failed, errors = excluded.errors, missed = excluded.missed, \
         durations = excluded.durations";
    insert_or::<D, _>(connection, &[&summary], replace).await?;
    Ok(())
}

/// What came of a test: what is rolled up from the summaries, the rest from the results, as they were at one moment.
/// A period whose summary is damaged is left out, and a damaged result is not counted.
pub(super) async fn periods<D: Dialect>(
    pool: &Pool<D>,
    test: String,
    from: Timestamp,
    to: Timestamp,
    period: Period,
) -> Result<Listed<Summary>, StoreError> {
    let test = kept(test.into()).into_owned();
    if test.is_empty() {
        return Ok(Listed::default());
    }
    let (from, to) = (period.next(from.millis()), period.next(to.millis()));
    let mut snapshot = pool.begin_with(D::SNAPSHOT).await?;
    let summed_up = position::<D>(&mut snapshot).await?;
    let mut tallies: BTreeMap<i64, Tally> = BTreeMap::new();
    let (mut damaged, mut unknown) = (Vec::new(), Vec::new());
    let mut rows = Statement::<D>::new(
        "SELECT * FROM summaries WHERE test = $1 AND period = $2 AND begins >= $3 AND begins < $4 ORDER BY begins",
    )
    .text(&test)
    .int(period.millis())
    .int(from)
    .int(to)
    .rows(&mut snapshot);
    while let Some(row) = rows.try_next().await? {
        let begins = row.int("begins")?;
        match read(&row) {
            Ok(tally) => drop(tallies.insert(begins, tally)),
            Err(damage) => {
                damaged.push(damage);
                unknown.push(begins);
            }
        }
    }
    drop(rows);
    // All that is read of a result is in the index by test.
    let mut rows = Statement::<D>::new(
        "SELECT id, started_at, outcome, duration_ms FROM results \
         WHERE test = $1 AND started_at >= $2 AND started_at < $3",
    )
    .text(&test)
    .int(from.max(summed_up.open_from(&test)))
    .int(to)
    .rows(&mut snapshot);
    while let Some(row) = rows.try_next().await? {
        match read::<Fact>(&row) {
            Ok(fact) => {
                let tally = tallies.entry(period.begin(fact.started_at)).or_default();
                tally.add(fact.outcome, fact.duration_ms);
            }
            Err(damage) => damaged.push(damage),
        }
    }
    drop(rows);
    tallies.retain(|begins, _| !unknown.contains(begins));
    Ok(Listed { rows: tallies.iter().map(|(begins, tally)| tally.summary(*begins)).collect(), damaged })
}

/// Rolls up and deletes, a bounded number at a time.
pub(super) async fn retain<D: Dialect>(
    pool: &Pool<D>,
    now: Timestamp,
    results_from: Timestamp,
    summaries_from: Timestamp,
) -> Result<Retained, StoreError> {
    let (summed_up, more) = sum_up(pool, now).await?;
    let results = forget_results(pool, results_from.millis()).await?;
    let summaries = forget_summaries(pool, summaries_from.millis()).await?;
    let audited = forget_audited(pool, summaries_from, FORGET_AT_ONCE).await?;
    let remembered = remembered::forget(pool, now.before(Remembered::KEPT), FORGET_AT_ONCE).await?;
    let alerts = alerts::forget(pool, summaries_from, FORGET_AT_ONCE).await?;
    let silences = silences::forget(pool, summaries_from, FORGET_AT_ONCE).await?;
    let more = more
        || [results, summaries, audited, remembered, alerts, silences]
            .into_iter()
            .any(|forgotten| forgotten >= FORGET_AT_ONCE);
    Ok(Retained { summed_up, results, summaries, more })
}

/// Rolls up an hour of some tests. Yields of how many, and whether there is more to roll up.
async fn sum_up<D: Dialect>(pool: &Pool<D>, now: Timestamp) -> Result<(u64, bool), StoreError> {
    let mut transaction = begin(pool, Lock::Alone).await?;
    let before = position::<D>(&mut transaction).await?;
    let first = Statement::<D>::new("SELECT min(started_at) AS first FROM results WHERE started_at >= $1");
    let first = first.int(before.hour).one(&mut transaction).await?.maybe_int("first")?;
    let at = before.advance(first, now);
    let (summed_up, next) = if at.has_settled(now) {
        let tests = tests_behind::<D>(&mut transaction, &at.test).await?;
        let hours = tallies::<D>(&mut transaction, &tests, &at).await?;
        (fold::<D>(&mut transaction, hours).await?, at.behind(&tests, TESTS_AT_ONCE))
    } else {
        (0, at)
    };
    if next != before {
        let update = Statement::<D>::new("UPDATE summed_up SET hour = $1, test = $2");
        update.int(next.hour).text(&next.test).execute(&mut transaction).await?;
    }
    transaction.commit().await?;
    Ok((summed_up, next.has_settled(now)))
}

/// The next tests that have results: by jumps in the index by test, not by reading it all.
async fn tests_behind<D: Dialect>(
    connection: &mut D::Connection,
    test: &str,
) -> Result<Vec<String>, StoreError> {
    let tests = Statement::<D>::new(
        "WITH RECURSIVE tests_with_results(test) AS ( \
           SELECT (SELECT min(test) FROM results WHERE test > $1) \
           UNION ALL \
           SELECT (SELECT min(results.test) FROM results WHERE results.test > tests_with_results.test) \
           FROM tests_with_results WHERE tests_with_results.test IS NOT NULL \
         ) SELECT test FROM tests_with_results WHERE test IS NOT NULL LIMIT $2",
    );
    let limit = i64::try_from(TESTS_AT_ONCE).unwrap_or(i64::MAX);
    let rows = tests.text(test).int(limit).all(connection).await?;
    rows.iter().map(|row| Ok(row.text("test")?)).collect()
}

/// What came of these tests in the hour of this position. A result that is damaged is not counted, and holds up nothing.
async fn tallies<D: Dialect>(
    connection: &mut D::Connection,
    tests: &[String],
    at: &Position,
) -> Result<Hours, StoreError> {
    let mut hours = Hours::new();
    // SQLite does a cross join in the order in which it is written: a look into the index by test for each test.
    let sql = format!(
        "SELECT results.id, test, started_at, outcome, duration_ms FROM {} CROSS JOIN results \
         WHERE results.test = list.value AND started_at >= $2 AND started_at < $3",
        D::LIST
    );
    let mut rows =
        Statement::<D>::composed(sql).list(tests).int(at.hour).int(at.hour_ends()).rows(connection);
    while let Some(row) = rows.try_next().await? {
        let fact: Fact = match read(&row) {
            Ok(fact) => fact,
            Err(damage) => {
                tracing::error!("{damage}; it is not counted");
                continue;
            }
        };
        let tally = hours.entry((row.text("test")?, hour_of(fact.started_at))).or_default();
        tally.add(fact.outcome, fact.duration_ms);
    }
    drop(rows);
    Ok(hours)
}

/// Forgets results from before this moment, as far as they are rolled up; the index by time finds them.
async fn forget_results<D: Dialect>(pool: &Pool<D>, from: i64) -> Result<u64, StoreError> {
    let mut transaction = begin(pool, Lock::Alone).await?;
    let summed_up = position::<D>(&mut transaction).await?;
    let sql = format!(
        "DELETE FROM results WHERE {row} IN \
         (SELECT {row} FROM results WHERE started_at < $1 ORDER BY started_at LIMIT $2)",
        row = D::RESULT_ROW
    );
    let forgotten = Statement::<D>::composed(sql)
        .int(from.min(summed_up.hour))
        .int(i64::try_from(FORGET_AT_ONCE).unwrap_or(i64::MAX))
        .execute(&mut transaction)
        .await?;
    transaction.commit().await?;
    Ok(forgotten)
}

/// Forgets summaries of periods that ended before this moment.
async fn forget_summaries<D: Dialect>(pool: &Pool<D>, from: i64) -> Result<u64, StoreError> {
    let mut connection = pool.acquire().await?;
    Statement::<D>::new(
        "DELETE FROM summaries WHERE (test, period, begins) IN \
         (SELECT test, period, begins FROM summaries WHERE begins < $1 AND begins + period <= $1 LIMIT $2)",
    )
    .int(from)
    .int(i64::try_from(FORGET_AT_ONCE).unwrap_or(i64::MAX))
    .execute(&mut connection)
    .await
}
