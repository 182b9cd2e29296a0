//! Results in PostgreSQL.

use super::{
    Lock, Page, PgConnection, PgPool, Postgres, ResultQuery, ResultRecord, StoreError, begin, summaries,
};
use crate::store::columns::{self, finite, kept};
use crate::store::select::{self, Select};
use crate::store::tally::{Hours, Position, hour_of};
use std::collections::HashSet;
use uuid::Uuid;

/// Writes results. Those that come after their hour was summed up are added to the summaries, once; for that it must be
/// alone. How far results are summed up only grows, so it begins anew at most once.
pub(super) async fn write(pool: &PgPool, results: Vec<ResultRecord>) -> Result<(), StoreError> {
    let mut transaction = begin(pool, Lock::Shared).await?;
    let mut position = summaries::position(&mut transaction).await?;
    if results.iter().any(|result| is_late(&position, result)) {
        transaction.rollback().await?;
        transaction = begin(pool, Lock::Alone).await?;
        position = summaries::position(&mut transaction).await?;
    }
    let (late, timely): (Vec<_>, Vec<_>) = results.into_iter().partition(|result| is_late(&position, result));
    insert(&mut transaction, timely).await?;
    if !late.is_empty() {
        let facts: Vec<_> = late.iter().map(Fact::of).collect();
        let mut written = insert(&mut transaction, late).await?;
        let mut hours = Hours::new();
        for fact in facts {
            if written.remove(&fact.id) {
                hours.entry((fact.test, fact.hour)).or_default().add(fact.outcome, fact.duration_ms);
            }
        }
        summaries::fold(&mut transaction, hours).await?;
    }
    Ok(transaction.commit().await?)
}

fn is_late(position: &Position, result: &ResultRecord) -> bool {
    position.is_summed_up(&result.test, result.started_at.millis())
}

/// What a summary is made of.
struct Fact {
    id: Vec<u8>,
    test: String,
    hour: i64,
    outcome: crate::store::Outcome,
    duration_ms: f64,
}

impl Fact {
    fn of(result: &ResultRecord) -> Self {
        Self {
            id: result.id.as_bytes().to_vec(),
            test: kept(result.test.clone()),
            hour: hour_of(result.started_at.millis()),
            outcome: result.outcome,
            duration_ms: result.duration_ms,
        }
    }
}

/// Writes rows in one statement, an array for each column, and yields the ids of those that were not there.
async fn insert(
    connection: &mut PgConnection,
    rows: Vec<ResultRecord>,
) -> Result<HashSet<Vec<u8>>, StoreError> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let mut arrays = Arrays::default();
    rows.into_iter().for_each(|row| arrays.push(row));
    let written: Vec<Vec<u8>> = sqlx::query_scalar(
        "INSERT INTO results (id, test, test_version, location, started_at, outcome, code, duration_ms, delay_ms, \
         triggered_by, body) SELECT * FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], \
         $6::bigint[], $7::text[], $8::double precision[], $9::double precision[], $10::bigint[], $11::text[]) \
         ON CONFLICT (id) DO NOTHING RETURNING id",
    )
    .bind(arrays.ids)
    .bind(arrays.tests)
    .bind(arrays.test_versions)
    .bind(arrays.locations)
    .bind(arrays.started_at)
    .bind(arrays.outcomes)
    .bind(arrays.codes)
    .bind(arrays.durations_ms)
    .bind(arrays.delays_ms)
    .bind(arrays.triggers)
    .bind(arrays.bodies)
    .fetch_all(connection)
    .await?;
    Ok(written.into_iter().collect())
}

/// Rows by column.
#[derive(Default)]
struct Arrays {
    ids: Vec<Vec<u8>>,
    tests: Vec<String>,
    test_versions: Vec<i64>,
    locations: Vec<String>,
    started_at: Vec<i64>,
    outcomes: Vec<i64>,
    codes: Vec<Option<String>>,
    durations_ms: Vec<f64>,
    delays_ms: Vec<f64>,
    triggers: Vec<i64>,
    bodies: Vec<String>,
}

impl Arrays {
    fn push(&mut self, row: ResultRecord) {
        self.ids.push(row.id.as_bytes().to_vec());
        self.tests.push(kept(row.test));
        self.test_versions.push(row.test_version);
        self.locations.push(kept(row.location));
        self.started_at.push(row.started_at.millis());
        self.outcomes.push(columns::outcome_number(row.outcome));
        self.codes.push(row.code.map(kept));
        self.durations_ms.push(finite(row.duration_ms));
        self.delays_ms.push(finite(row.delay_ms));
        self.triggers.push(columns::trigger_number(row.trigger));
        self.bodies.push(kept(row.body));
    }
}

pub(super) async fn one(pool: &PgPool, id: Uuid) -> Result<Option<ResultRecord>, StoreError> {
    let query = sqlx::query("SELECT * FROM results WHERE id = $1").bind(id.as_bytes().to_vec());
    query.fetch_optional(pool).await?.as_ref().map(columns::result).transpose()
}

pub(super) async fn page(pool: &PgPool, query: ResultQuery) -> Result<Page<ResultRecord>, StoreError> {
    let limit = query.limit;
    let rows = Select::<Postgres>::results(query).build().fetch_all(pool).await?;
    select::page(&rows, limit, columns::result)
}
