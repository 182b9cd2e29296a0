//! Hours and days that were summed up, and what is forgotten, in SQLite.

use super::{Period, Retained, SqliteConnection, SqlitePool, StoreError, Summary, Timestamp, begin};
use crate::store::columns::{self, Columns as _, kept};
use crate::store::tally::{Hours, Position, Tally, hour_of};
use crate::store::{FORGET_AT_ONCE, TESTS_AT_ONCE};
use futures_util::TryStreamExt as _;
use std::collections::BTreeMap;

/// How far results are summed up.
pub(super) async fn position(connection: &mut SqliteConnection) -> Result<Position, StoreError> {
    let row = sqlx::query("SELECT hour, test FROM summed_up").fetch_one(connection).await?;
    Ok(Position { hour: row.int("hour")?, test: row.text("test")? })
}

/// Adds tallies to the summaries of their hours and days.
pub(super) async fn fold(connection: &mut SqliteConnection, hours: Hours) -> Result<u64, StoreError> {
    let mut hours_folded = 0;
    for ((test, hour), tally) in hours {
        for period in [Period::Hour, Period::Day] {
            add(connection, &test, period, period.begin(hour), tally.clone()).await?;
        }
        hours_folded += 1;
    }
    Ok(hours_folded)
}

async fn add(
    connection: &mut SqliteConnection,
    test: &str,
    period: Period,
    begins: i64,
    mut tally: Tally,
) -> Result<(), StoreError> {
    let before = sqlx::query("SELECT * FROM summaries WHERE test = $1 AND period = $2 AND begins = $3")
        .bind(test)
        .bind(period.millis())
        .bind(begins)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(before) = before {
        tally.merge(&columns::tally(&before)?);
    }
    sqlx::query(
        "INSERT INTO summaries (test, period, begins, passed, failed, errors, missed, durations) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (test, period, begins) DO UPDATE SET \
         passed = excluded.passed, failed = excluded.failed, errors = excluded.errors, missed = excluded.missed, \
         durations = excluded.durations",
    )
    .bind(test)
    .bind(period.millis())
    .bind(begins)
    .bind(tally.passed)
    .bind(tally.failed)
    .bind(tally.errors)
    .bind(tally.missed)
    .bind(tally.durations.to_bytes())
    .execute(connection)
    .await?;
    Ok(())
}

/// What came of a test: what is summed up from the summaries, the rest from the results, as they were at one moment.
pub(super) async fn periods(
    pool: &SqlitePool,
    test: String,
    from: Timestamp,
    to: Timestamp,
    period: Period,
) -> Result<Vec<Summary>, StoreError> {
    let test = kept(test);
    if test.is_empty() {
        return Ok(Vec::new());
    }
    let (from, to) = (period.next(from.millis()), period.next(to.millis()));
    let mut snapshot = pool.begin().await?;
    let position = position(&mut snapshot).await?;
    let mut tallies: BTreeMap<i64, Tally> = BTreeMap::new();
    let mut rows = sqlx::query(
        "SELECT * FROM summaries WHERE test = $1 AND period = $2 AND begins >= $3 AND begins < $4 ORDER BY begins",
    )
    .bind(&test)
    .bind(period.millis())
    .bind(from)
    .bind(to)
    .fetch(&mut *snapshot);
    while let Some(row) = rows.try_next().await? {
        tallies.insert(row.int("begins")?, columns::tally(&row)?);
    }
    drop(rows);
    let mut rows = sqlx::query(
        "SELECT started_at, outcome, duration_ms FROM results \
         WHERE test = $1 AND started_at >= $2 AND started_at < $3",
    )
    .bind(&test)
    .bind(from.max(position.open_from(&test)))
    .bind(to)
    .fetch(&mut *snapshot);
    while let Some(row) = rows.try_next().await? {
        let tally = tallies.entry(period.begin(row.int("started_at")?)).or_default();
        tally.add(columns::outcome(&row)?, row.float("duration_ms")?);
    }
    drop(rows);
    Ok(tallies.iter().map(|(begins, tally)| tally.summary(*begins)).collect())
}

/// Sums up and forgets, a bounded number at a time.
pub(super) async fn retain(
    pool: &SqlitePool,
    now: Timestamp,
    results_from: Timestamp,
    summaries_from: Timestamp,
) -> Result<Retained, StoreError> {
    let (summed_up, more) = sum_up(pool, now).await?;
    let results = forget_results(pool, results_from.millis()).await?;
    let summaries = forget_summaries(pool, summaries_from.millis()).await?;
    let more = more || results >= FORGET_AT_ONCE || summaries >= FORGET_AT_ONCE;
    Ok(Retained { summed_up, results, summaries, more })
}

/// Sums up an hour of some tests. Yields of how many, and whether there is more to sum up.
async fn sum_up(pool: &SqlitePool, now: Timestamp) -> Result<(u64, bool), StoreError> {
    let mut transaction = begin(pool).await?;
    let before = position(&mut transaction).await?;
    let first: Option<i64> = sqlx::query_scalar("SELECT min(started_at) FROM results WHERE started_at >= $1")
        .bind(before.hour)
        .fetch_one(&mut *transaction)
        .await?;
    let at = before.advance(first, now);
    let (summed_up, next) = if at.has_settled(now) {
        let tests = tests_behind(&mut transaction, &at.test).await?;
        let hours = tallies(&mut transaction, &tests, &at).await?;
        (fold(&mut transaction, hours).await?, at.behind(&tests, TESTS_AT_ONCE))
    } else {
        (0, at)
    };
    if next != before {
        let query = sqlx::query("UPDATE summed_up SET hour = $1, test = $2");
        query.bind(next.hour).bind(&next.test).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok((summed_up, next.has_settled(now)))
}

/// The next tests that have results: by jumps in the index, not by reading it all.
async fn tests_behind(connection: &mut SqliteConnection, test: &str) -> Result<Vec<String>, StoreError> {
    let tests = sqlx::query_scalar(
        "WITH RECURSIVE tests_with_results(test) AS ( \
           SELECT (SELECT min(test) FROM results WHERE test > $1) \
           UNION ALL \
           SELECT (SELECT min(results.test) FROM results WHERE results.test > tests_with_results.test) \
           FROM tests_with_results WHERE tests_with_results.test IS NOT NULL \
         ) SELECT test FROM tests_with_results WHERE test IS NOT NULL LIMIT $2",
    );
    let limit = i64::try_from(TESTS_AT_ONCE).unwrap_or(i64::MAX);
    Ok(tests.bind(test).bind(limit).fetch_all(connection).await?)
}

/// What came of these tests in the hour of this position.
async fn tallies(
    connection: &mut SqliteConnection,
    tests: &[String],
    at: &Position,
) -> Result<Hours, StoreError> {
    let mut hours = Hours::new();
    // A cross join is done in the order in which it is written: a look into the index for each test.
    let mut rows = sqlx::query(
        "SELECT results.test, started_at, outcome, duration_ms \
         FROM json_each($1) AS wanted CROSS JOIN results \
         WHERE results.test = wanted.value AND started_at >= $2 AND started_at < $3",
    )
    .bind(columns::tags(tests))
    .bind(at.hour)
    .bind(at.hour_ends())
    .fetch(connection);
    while let Some(row) = rows.try_next().await? {
        let tally = hours.entry((row.text("test")?, hour_of(row.int("started_at")?))).or_default();
        tally.add(columns::outcome(&row)?, row.float("duration_ms")?);
    }
    Ok(hours)
}

/// Forgets results from before this moment, as far as they are summed up.
async fn forget_results(pool: &SqlitePool, from: i64) -> Result<u64, StoreError> {
    let mut transaction = begin(pool).await?;
    let summed_up = position(&mut transaction).await?;
    let done = sqlx::query(
        "DELETE FROM results WHERE rowid IN \
         (SELECT rowid FROM results WHERE started_at < $1 ORDER BY started_at LIMIT $2)",
    )
    .bind(from.min(summed_up.hour))
    .bind(i64::try_from(FORGET_AT_ONCE).unwrap_or(i64::MAX))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(done.rows_affected())
}

/// Forgets summaries of periods that ended before this moment.
async fn forget_summaries(pool: &SqlitePool, from: i64) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "DELETE FROM summaries WHERE (test, period, begins) IN \
         (SELECT test, period, begins FROM summaries WHERE begins < $1 AND begins + period <= $1 LIMIT $2)",
    )
    .bind(from)
    .bind(i64::try_from(FORGET_AT_ONCE).unwrap_or(i64::MAX))
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}
