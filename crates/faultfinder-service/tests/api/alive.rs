//! The time that a service was off.

use crate::served::{ADMIN, Served, definition};
use faultfinder_net::Clock;
use faultfinder_service::{Config, TokenHash, store};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

#[tokio::test]
async fn the_time_that_a_service_was_off_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("service.db").display());
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = || {
        let ahead = Arc::clone(&ahead);
        let began = Clock::system().now();
        Clock::from_fn(move || {
            began + Duration::from_secs(u64::try_from(ahead.load(Ordering::SeqCst)).unwrap())
        })
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
    let Served { running, folder, .. } = second;
    // What did not happen is kept at the end at the latest.
    running.shut_down().await;
    let store = store::open(&url).await.unwrap();
    let page = store.results(Default::default()).await.unwrap();
    let missed: Vec<_> = page.rows.iter().filter(|row| row.body.as_str().contains("not_running")).collect();
    assert_eq!(missed.len(), 1, "one record for all of them: {:?}", page.rows);
    assert_eq!(missed[0].test, made.body["id"].as_str().unwrap());
    let body: Value = serde_json::from_str(missed[0].body.as_str()).unwrap();
    assert!((9..=11).contains(&body["count"].as_u64().unwrap()), "{body}");
    drop(folder);
}
