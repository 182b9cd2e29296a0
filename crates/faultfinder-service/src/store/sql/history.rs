//! What a test has behind it, forgotten on demand.
//!
//! A result is either in the summaries or counted with what is not rolled up yet. Both go together: the last transaction
//! removes the last results and all summaries, alone with the tables. How far results are rolled up stays as it is. A result
//! that is written later, into an hour that is rolled up, begins a new summary.

use super::dialect::{Dialect, Lock, begin};
use super::statement::Statement;
use crate::store::contract::Forgotten;
use crate::store::error::StoreError;
use crate::store::row::kept;
use sqlx::Pool;

/// Most results that are forgotten in one transaction, and most summaries.
const FORGET_AT_ONCE: u64 = 5_000;

/// Forgets the results of a test, and its summaries when no result is left.
pub(super) async fn forget<D: Dialect>(pool: &Pool<D>, test: String) -> Result<Forgotten, StoreError> {
    let test = kept(test.into()).into_owned();
    // Runs of definitions that are not kept are of no test.
    if test.is_empty() {
        return Ok(Forgotten::default());
    }
    let most = i64::try_from(FORGET_AT_ONCE).unwrap_or(i64::MAX);
    let mut transaction = begin(pool, Lock::Alone).await?;
    let sql = format!(
        "DELETE FROM results WHERE {row} IN (SELECT {row} FROM results WHERE test = $1 LIMIT $2)",
        row = D::RESULT_ROW
    );
    let results = Statement::<D>::composed(sql).text(&test).int(most).execute(&mut transaction).await?;
    let mut forgotten = Forgotten { results, summaries: 0, more: results >= FORGET_AT_ONCE };
    if !forgotten.more {
        let sql = "DELETE FROM summaries WHERE (test, period, begins) IN \
                   (SELECT test, period, begins FROM summaries WHERE test = $1 LIMIT $2)";
        let summaries = Statement::<D>::new(sql).text(&test).int(most);
        forgotten.summaries = summaries.execute(&mut transaction).await?;
        forgotten.more = forgotten.summaries >= FORGET_AT_ONCE;
    }
    transaction.commit().await?;
    Ok(forgotten)
}
