//! Results in SQLite.

use super::{
    Page, ResultQuery, ResultRecord, Sqlite, SqliteConnection, SqlitePool, StoreError, begin, summaries,
};
use crate::store::columns::{self, RESULT, finite, kept};
use crate::store::select::{self, Select};
use crate::store::tally::{Hours, hour_of};
use sqlx::AssertSqlSafe;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

/// Rows of a statement: few forms, so that each is prepared once. A hundred rows at once is five times as fast as one.
const ROWS: [usize; 3] = [100, 10, 1];

static INSERTS: LazyLock<[(usize, Arc<str>); 3]> =
    LazyLock::new(|| ROWS.map(|rows| (rows, insert_of(rows).into())));

fn insert_of(rows: usize) -> String {
    let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = vec![row; rows].join(", ");
    format!("INSERT INTO results ({RESULT}) VALUES {values} ON CONFLICT (id) DO NOTHING")
}

/// Writes results. Those that come after their hour was summed up are added to the summaries, once.
pub(super) async fn write(pool: &SqlitePool, results: Vec<ResultRecord>) -> Result<(), StoreError> {
    let mut transaction = begin(pool).await?;
    let position = summaries::position(&mut transaction).await?;
    let is_late = |result: &ResultRecord| position.is_summed_up(&result.test, result.started_at.millis());
    let (late, timely): (Vec<_>, Vec<_>) = results.into_iter().partition(is_late);
    insert(&mut transaction, timely).await?;
    let mut hours = Hours::new();
    for result in late {
        let key = (kept(result.test.clone()), hour_of(result.started_at.millis()));
        let (outcome, duration_ms) = (result.outcome, result.duration_ms);
        if insert(&mut transaction, vec![result]).await? == 1 {
            hours.entry(key).or_default().add(outcome, duration_ms);
        }
    }
    summaries::fold(&mut transaction, hours).await?;
    Ok(transaction.commit().await?)
}

/// Writes rows, and yields how many were not there.
async fn insert(connection: &mut SqliteConnection, rows: Vec<ResultRecord>) -> Result<u64, StoreError> {
    let mut rows = rows.into_iter();
    let mut written = 0;
    for (count, sql) in &*INSERTS {
        while rows.len() >= *count {
            let mut query = sqlx::query(AssertSqlSafe(Arc::clone(sql)));
            for row in rows.by_ref().take(*count) {
                query = query
                    .bind(row.id.as_bytes().to_vec())
                    .bind(kept(row.test))
                    .bind(row.test_version)
                    .bind(kept(row.location))
                    .bind(row.started_at.millis())
                    .bind(columns::outcome_number(row.outcome))
                    .bind(row.code.map(kept))
                    .bind(finite(row.duration_ms))
                    .bind(finite(row.delay_ms))
                    .bind(columns::trigger_number(row.trigger))
                    .bind(kept(row.body));
            }
            written += query.execute(&mut *connection).await?.rows_affected();
        }
    }
    Ok(written)
}

pub(super) async fn one(pool: &SqlitePool, id: Uuid) -> Result<Option<ResultRecord>, StoreError> {
    let query = sqlx::query("SELECT * FROM results WHERE id = $1").bind(id.as_bytes().to_vec());
    query.fetch_optional(pool).await?.as_ref().map(columns::result).transpose()
}

pub(super) async fn page(pool: &SqlitePool, query: ResultQuery) -> Result<Page<ResultRecord>, StoreError> {
    let limit = query.limit;
    let rows = Select::<Sqlite>::results(query).build().fetch_all(pool).await?;
    select::page(&rows, limit, columns::result)
}
