//! How tests ended last, and since when they end that way.

use super::dialect::{Dialect, Lock, begin, insert_or};
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::query::Listed;
use crate::store::record::{LastResult, Outcome, StatusSince};
use crate::store::row::read;
use sqlx::Pool;

/// The latest result of each test that ran: by jumps in the index by test, which has all that is looked for.
pub(super) async fn last_results<D: Dialect>(pool: &Pool<D>) -> Result<Listed<LastResult>, StoreError> {
    let mut connection = pool.acquire().await?;
    let sql = format!(
        "WITH RECURSIVE tests_with_results(test) AS ( \
           SELECT (SELECT min(test) FROM results WHERE test > '') \
           UNION ALL \
           SELECT (SELECT min(results.test) FROM results WHERE results.test > tests_with_results.test) \
           FROM tests_with_results WHERE tests_with_results.test IS NOT NULL \
         ), latest(id) AS ( \
           SELECT (SELECT results.id FROM results \
                   WHERE results.test = tests_with_results.test AND results.outcome <> {} \
                   ORDER BY results.started_at DESC, results.id DESC LIMIT 1) \
           FROM tests_with_results WHERE tests_with_results.test IS NOT NULL \
         ) SELECT results.id, test, started_at, outcome, code FROM latest JOIN results ON results.id = latest.id",
        Outcome::Missed.number()
    );
    Ok(Statement::<D>::composed(sql).all(&mut connection).await?.iter().map(read).collect())
}

pub(super) async fn all<D: Dialect>(pool: &Pool<D>) -> Result<Listed<StatusSince>, StoreError> {
    let mut connection = pool.acquire().await?;
    let query = Statement::<D>::new("SELECT * FROM statuses ORDER BY test");
    Ok(query.all(&mut connection).await?.iter().map(read).collect())
}

/// Notes some, and removes those of tests that are gone.
pub(super) async fn save<D: Dialect>(
    pool: &Pool<D>,
    statuses: Vec<StatusSince>,
    gone: Vec<String>,
) -> Result<(), StoreError> {
    let mut transaction = begin(pool, Lock::Rows).await?;
    let rows: Vec<&StatusSince> = statuses.iter().collect();
    let replace = " ON CONFLICT (test) DO UPDATE SET outcome = excluded.outcome, since = excluded.since";
    insert_or::<D, _>(&mut transaction, &rows, replace).await?;
    let remove = format!("DELETE FROM statuses WHERE test IN (SELECT value FROM {})", D::LIST);
    Statement::<D>::composed(remove).list(&gone).execute(&mut transaction).await?;
    Ok(transaction.commit().await?)
}
