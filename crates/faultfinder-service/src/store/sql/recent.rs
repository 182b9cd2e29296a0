//! The latest runs of some tests, and what went wrong last in all of them.

use super::dialect::Dialect;
use super::select;
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::query::{Listed, PAGE_MAX, Page, ResultKey};
use crate::store::record::{Outcome, RecentRun, Trouble};
use crate::store::row::{Columns, kept, read};
use crate::timestamp::Timestamp;
use sqlx::Pool;

/// Most results that [`fault_codes`] counts: the latest ones.
const COUNTED_MAX: i64 = 5_000;

/// The latest runs of each of these tests, at most so many, the latest first. The index by test has all that is read.
pub(super) async fn runs<D: Dialect>(
    pool: &Pool<D>,
    tests: Vec<String>,
    of_each: usize,
) -> Result<Listed<RecentRun>, StoreError> {
    let mut connection = pool.acquire().await?;
    // SQLite does a cross join in the order in which it is written: a look into the index for each test.
    let sql = format!(
        "SELECT results.id, test, started_at, outcome, duration_ms FROM {} CROSS JOIN results \
         WHERE results.test = list.value AND results.started_at >= coalesce( \
           (SELECT first.started_at FROM results AS first WHERE first.test = list.value \
            ORDER BY first.started_at DESC, first.id DESC LIMIT 1 OFFSET $2), -9000000000000000) \
         ORDER BY test, started_at DESC, results.id DESC",
        D::LIST
    );
    let last = i64::try_from(of_each.saturating_sub(1)).unwrap_or(i64::MAX);
    let rows = Statement::<D>::composed(sql).list(&tests).int(last).all(&mut connection).await?;
    Ok(rows.iter().map(read).collect())
}

/// How often each code was the fault of a test since a moment, the most frequent first.
pub(super) async fn fault_codes<D: Dialect>(
    pool: &Pool<D>,
    test: String,
    from: Timestamp,
) -> Result<Vec<(String, u64)>, StoreError> {
    let test = kept(test.into()).into_owned();
    let mut connection = pool.acquire().await?;
    // The plus keeps SQLite from the index of what did not pass of all tests.
    let rows = Statement::<D>::new(
        "SELECT code, count(*) AS runs FROM \
           (SELECT code FROM results WHERE test = $1 AND started_at >= $2 AND +outcome IN (1, 2) \
            ORDER BY started_at DESC, id DESC LIMIT $3) AS latest \
         WHERE code IS NOT NULL GROUP BY code ORDER BY runs DESC, code",
    )
    .text(&test)
    .int(from.millis())
    .int(COUNTED_MAX)
    .all(&mut connection)
    .await?;
    rows.iter()
        .map(|row| Ok((row.text("code")?, u64::try_from(row.int("runs")?).unwrap_or_default())))
        .collect()
}

/// The runs that did not pass, the latest first, each with how the runs of its test before and after it ended.
pub(super) async fn troubles<D: Dialect>(
    pool: &Pool<D>,
    before: Option<ResultKey>,
    limit: usize,
) -> Result<Page<Trouble, ResultKey>, StoreError> {
    let limit = limit.clamp(1, PAGE_MAX);
    let before =
        before.unwrap_or_else(|| ResultKey { started_at: Timestamp::from_millis(i64::MAX), id: Vec::new() });
    // One part for each outcome, so that the index of what did not pass yields the latest of each in their order.
    let latest: Vec<String> = [Outcome::Failed, Outcome::Error, Outcome::Missed]
        .iter()
        .map(|outcome| {
            format!(
                "SELECT * FROM (SELECT id, test, started_at, outcome, code FROM results \
                 WHERE outcome = {} AND test <> '' AND (started_at, id) < ($1, $2) \
                 ORDER BY started_at DESC, id DESC LIMIT $3) AS latest_{}",
                outcome.number(),
                outcome.as_str()
            )
        })
        .collect();
    let sql = format!(
        "WITH troubles AS ({}), chosen AS ( \
           SELECT troubles.*, \
             (SELECT earlier.outcome FROM results AS earlier WHERE earlier.test = troubles.test AND earlier.outcome <> {missed} \
              AND (earlier.started_at, earlier.id) < (troubles.started_at, troubles.id) \
              ORDER BY earlier.started_at DESC, earlier.id DESC LIMIT 1) AS outcome_before, \
             (SELECT later.id FROM results AS later WHERE later.test = troubles.test AND later.outcome <> {missed} \
              AND (later.started_at, later.id) > (troubles.started_at, troubles.id) \
              ORDER BY later.started_at, later.id LIMIT 1) AS after_id \
           FROM troubles ORDER BY started_at DESC, id DESC LIMIT $3 \
         ) SELECT chosen.*, after.started_at AS after_at, after.outcome AS after_outcome \
         FROM chosen LEFT JOIN results AS after ON after.id = chosen.after_id \
         ORDER BY chosen.started_at DESC, chosen.id DESC",
        latest.join(" UNION ALL "),
        missed = Outcome::Missed.number()
    );
    let mut connection = pool.acquire().await?;
    let rows = Statement::<D>::composed(sql)
        .int(before.started_at.millis())
        .bytes(&before.id)
        .int(i64::try_from(limit + 1).unwrap_or(i64::MAX))
        .all(&mut connection)
        .await?;
    Ok(select::page(&rows, limit, |row| {
        Some(ResultKey {
            started_at: Timestamp::from_millis(row.int("started_at").ok()?),
            id: row.bytes("id").ok()?,
        })
    }))
}
