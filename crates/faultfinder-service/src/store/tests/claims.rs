//! One service at a time on a database: claims, their ends, and their loss.

use super::over_both;
use super::place::{Inside, Place};
use crate::store::Store;
use std::sync::Arc;
use std::time::Duration;

over_both!(one_store_at_a_time_has_the_claim);

/// Another service on the same database.
async fn another(place: &Place) -> Arc<dyn Store> {
    crate::store::open(&place.url).await.unwrap()
}

async fn one_store_at_a_time_has_the_claim(place: &Place) {
    let second = another(place).await;
    assert!(place.store.claim().await.unwrap());
    assert!(!second.claim().await.unwrap());
    assert!(place.store.claim().await.unwrap(), "a claim is kept");
    place.store.close().await;
    assert!(second.claim().await.unwrap(), "the first has ended");
    let third = another(place).await;
    assert!(!third.claim().await.unwrap());
}

#[tokio::test]
async fn who_loses_the_connection_to_postgres_loses_the_claim_to_whom_comes_first() {
    let Some(place) = Place::postgres().await else { return };
    let Inside::Postgres(_) = &place.inside else { panic!("not PostgreSQL") };
    let second = another(&place).await;
    assert!(place.store.claim().await.unwrap());
    let ended = "SELECT count(pg_terminate_backend(pid))::BIGINT FROM pg_locks \
                 WHERE locktype = 'advisory' AND granted AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(place.number(ended).await, 1);
    // The server takes the lock back when the backend has ended, a moment later.
    let taken = async { while !second.claim().await.unwrap() {} };
    tokio::time::timeout(Duration::from_secs(30), taken).await.expect("the claim is free");
    assert!(!place.store.claim().await.unwrap(), "another service has taken it over");
    second.close().await;
    let back = async { while !place.store.claim().await.unwrap() {} };
    tokio::time::timeout(Duration::from_secs(30), back).await.expect("its turn comes again");
}
