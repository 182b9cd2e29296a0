//! The time that a service was off.

use crate::served::{ADMIN, Served, definition};
use faultfinder_net::Clock;
use faultfinder_service::store::{self, PAGE_MAX, ResultQuery};
use faultfinder_service::{Config, TokenHash};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The test that missed runs because the service was off, and how many, in one record.
async fn missed(database: &str) -> (String, u64) {
    let store = store::open(database).await.unwrap();
    // A test that is new runs at once, too.
    let query = ResultQuery { limit: PAGE_MAX, ..ResultQuery::default() };
    let page = store.results(query).await.unwrap();
    let missed: Vec<_> = page.rows.iter().filter(|row| row.body.as_str().contains("not_running")).collect();
    assert_eq!(missed.len(), 1, "one record for all of them: {:?}", page.rows);
    let body: Value = serde_json::from_str(missed[0].body.as_str()).unwrap();
    (missed[0].test.clone(), body["count"].as_u64().unwrap())
}

#[tokio::test]
async fn the_time_that_a_service_was_off_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let ahead = Arc::new(AtomicU64::new(0));
    let clock = || {
        let ahead = Arc::clone(&ahead);
        let began = Clock::system().now();
        Clock::from_fn(move || began + Duration::from_secs(ahead.load(Ordering::SeqCst)))
    };
    let config = || Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        admin_token: Some(TokenHash::of(ADMIN)),
        ..Config::default()
    };
    let first = Served::with(folder, config(), clock()).await;
    let body = json!({ "definition": definition(Some("60s")) });
    let made = first.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let paused = json!({ "definition": definition(Some("60s")), "paused": true });
    first.call("POST", "/api/v1/tests", Some(ADMIN), Some(&paused)).await;
    let Served { running, folder, .. } = first;
    running.shut_down().await;
    ahead.fetch_add(600, Ordering::SeqCst);
    let second = Served::with(folder, config(), clock()).await;
    let database = second.database();
    let Served { running, folder, .. } = second;
    // What did not happen is kept at the end at the latest.
    running.shut_down().await;
    let (test, count) = missed(&database).await;
    assert_eq!(test, made.body["id"].as_str().unwrap());
    assert!((9..=11).contains(&count), "{count}");
    drop(folder);
}

#[tokio::test]
async fn what_was_changed_while_the_service_was_off_was_not_due_before() {
    let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = files.path().join("a.json");
    std::fs::write(&path, definition(Some("60s")).to_string()).unwrap();
    let config = || Config { definitions: vec![files.path().to_owned()], ..Config::default() };
    let began = Clock::system().now();
    let served = Served::with(folder, config(), Clock::fixed(began)).await;
    let database = served.database();
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(began + Duration::from_secs(300)).unwrap();
    let later = Clock::fixed(began + Duration::from_secs(600));
    let Served { running, folder, .. } = Served::with(folder, config(), later).await;
    running.shut_down().await;
    let (_, count) = missed(&database).await;
    assert!((4..=6).contains(&count), "{count}");
    drop(folder);
}

#[tokio::test]
async fn a_service_says_that_it_lives_while_it_does_and_at_its_end() {
    let (ahead, began) = (Arc::new(AtomicU64::new(0)), Clock::system().now());
    let at = move |seconds: u64| began + Duration::from_secs(seconds);
    let clock = {
        let ahead = Arc::clone(&ahead);
        Clock::from_fn(move || at(ahead.load(Ordering::SeqCst)))
    };
    let served = Served::with(tempfile::tempdir().unwrap(), Config::default(), clock).await;
    served.store.alive_at(at(0).into()).await;
    ahead.store(100, Ordering::SeqCst);
    served.store.alive_at(at(100).into()).await;
    ahead.store(200, Ordering::SeqCst);
    let database = served.database();
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let last = store::open(&database).await.unwrap().last_alive().await.unwrap().unwrap();
    assert!(last >= at(200).into(), "{last}");
    drop(folder);
}
