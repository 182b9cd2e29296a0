//! What the writer does while the disk is full, or the database away. It waits for what happens, not for a time.

use super::place::{Inside, Place};
use super::{TEN, cluster, result};
use crate::store::{RawObject, ResultQuery, ResultRecord, StoreError, Writer, WriterLimits, Written};
use faultfinder_net::Clock;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

const ROOM: WriterLimits = WriterLimits { records: 120, bytes: usize::MAX };

fn large() -> ResultRecord {
    let mut row = result("a", TEN);
    row.body = RawObject::of(&json!({ "large": "x".repeat(4_000) })).unwrap();
    row
}

/// Writes until there is no room left, and demands that nothing of it is written meanwhile.
async fn fill(writer: &Writer) -> Vec<(ResultRecord, Written)> {
    let mut commits = writer.commits();
    let mut waiting = Vec::new();
    while let Ok(permit) = writer.reserve() {
        let row = large();
        waiting.push((row.clone(), permit.write(row)));
    }
    assert_eq!(waiting.len(), ROOM.records);
    commits.wait_for(|commits| commits.failed >= 2).await.unwrap();
    let stats = writer.stats();
    assert_eq!((stats.buffered, stats.commits.written), (ROOM.records, 0));
    assert!(stats.commits.away_since.is_some() && writer.reserve().is_err());
    waiting
}

/// Demands that all is written, each once.
async fn all_written(place: &Place, writer: Writer, waiting: Vec<(ResultRecord, Written)>) {
    let mut wanted = BTreeSet::new();
    for (row, written) in waiting {
        written.await.unwrap();
        wanted.insert(row.id);
    }
    assert_eq!(writer.stats().commits.away_since, None);
    assert_eq!(writer.close(Duration::from_secs(30)).await, 0);
    let query = ResultQuery { limit: 500, ..ResultQuery::default() };
    let rows = place.store.results(query).await.unwrap().rows;
    assert_eq!(rows.len(), wanted.len());
    assert_eq!(rows.iter().map(|row| row.id).collect::<BTreeSet<_>>(), wanted);
}

/// Allows the database of SQLite so many pages, also on connections to come.
async fn allow_pages(place: &Place, pages: i64) {
    let Inside::Sqlite(store) = &place.inside else { panic!("not SQLite") };
    let options = store.writer().connect_options();
    store.writer().set_connect_options(options.as_ref().clone().pragma("max_page_count", pages.to_string()));
    let pragma = AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    sqlx::query(pragma).execute(store.writer()).await.unwrap();
}

#[tokio::test]
async fn results_wait_while_the_disk_of_sqlite_is_full() {
    let place = Place::sqlite().await;
    allow_pages(&place, place.number("PRAGMA page_count").await + 20).await;
    let writer = Writer::start(Arc::clone(&place.store), Clock::system(), ROOM);
    let waiting = fill(&writer).await;
    assert!(writer.stats().commits.last_error.unwrap().contains("full"), "{:?}", writer.stats());
    let error = place.write((0..30).map(|_| large())).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    // What is there can be read all the same.
    assert_eq!(
        place.store.results(ResultQuery { limit: 9, ..ResultQuery::default() }).await.unwrap().rows,
        []
    );
    allow_pages(&place, 1_000_000).await;
    all_written(&place, writer, waiting).await;
}

#[tokio::test]
async fn results_wait_while_postgres_is_away() {
    let Some(mut cluster) = cluster::own() else { return };
    let place = Place::on(&cluster.new_database().await).await;
    cluster.stop();
    let writer = Writer::start(Arc::clone(&place.store), Clock::system(), ROOM);
    let waiting = fill(&writer).await;
    for error in [
        place.store.ping().await.unwrap_err(),
        place.store.results(ResultQuery::default()).await.map(drop).unwrap_err(),
        crate::store::open(&place.url)
            .await
            .map(drop)
            .map_err(|error| match error {
                crate::store::OpenError::Store(error) => error,
                other => panic!("{other:?}"),
            })
            .unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
    cluster.run();
    all_written(&place, writer, waiting).await;
}

#[tokio::test]
async fn results_wait_while_the_disk_of_postgres_is_full() {
    let Some(cluster) = cluster::with_small_disk() else { return };
    let place = Place::on(&cluster.new_database_on_small_disk().await).await;
    let ballast = cluster.fill_small_disk();
    let writer = Writer::start(Arc::clone(&place.store), Clock::system(), ROOM);
    let waiting = fill(&writer).await;
    assert!(writer.stats().commits.last_error.unwrap().contains("No space left"), "{:?}", writer.stats());
    let error = place.write([large()]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    // What is there can be read all the same.
    let rows = place.store.results(ResultQuery { limit: 9, ..ResultQuery::default() }).await.unwrap().rows;
    assert_eq!(rows, []);
    std::fs::remove_file(ballast).unwrap();
    all_written(&place, writer, waiting).await;
}

#[tokio::test]
async fn results_wait_while_another_process_has_the_file_of_sqlite() {
    let place = Place::sqlite().await;
    let file = place.url.strip_prefix("sqlite://").unwrap();
    let mut other =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let writer = Writer::start(Arc::clone(&place.store), Clock::system(), ROOM);
    let waiting = fill(&writer).await;
    assert!(writer.stats().commits.last_error.unwrap().contains("locked"), "{:?}", writer.stats());
    let error = place.store.ping().await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    let rows = place.store.results(ResultQuery { limit: 9, ..ResultQuery::default() }).await.unwrap().rows;
    assert_eq!(rows, []);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    all_written(&place, writer, waiting).await;
}
