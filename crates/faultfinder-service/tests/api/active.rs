//! Tests that run in some times of the week only.

use crate::served::Served;
use faultfinder_net::Clock;
use faultfinder_service::{Config, store};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

/// Monday, 2026-11-30T12:00:00Z.
const MONDAY_NOON: Duration = Duration::from_secs(1_796_040_000);

/// The definition of a test, by an interval and times of the week.
fn definition(every: &str, times: Option<&str>) -> Value {
    let mut test = json!({ "name": "a", "every": every, "tcp": { "host": "127.0.0.1", "port": 1 } });
    if let Some(times) = times {
        test["active_times"] = json!([times]);
        test["timezone"] = json!("Europe/Berlin");
    }
    json!({ "definition": { "version": 1, "tests": [test] } })
}

async fn kept(served: &Served, every: &str, times: Option<&str>) -> String {
    let answer = served.post("/api/v1/tests", definition(every, times)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.body["id"].as_str().unwrap().to_owned()
}

/// A clock that begins so long after Monday noon, and goes on.
fn clock(after: Duration) -> Clock {
    let (began, system) = (SystemTime::UNIX_EPOCH + MONDAY_NOON + after, Clock::system());
    let first = system.now();
    Clock::from_fn(move || began + system.now().duration_since(first).unwrap_or_default())
}

#[tokio::test]
async fn a_test_begins_with_its_active_times_and_rests_outside_of_them() {
    let folder = tempfile::tempdir().unwrap();
    // Two seconds before it is 13:00 in UTC, and 14:00 in Berlin.
    let config = Config { admin_token: None, ..Config::default() };
    let served = Served::with(folder, config, clock(Duration::from_secs(3_598))).await;
    let always = kept(&served, "1s", None).await;
    let resting = kept(&served, "1s", Some("mon 13:00-14:00")).await;
    let beginning = kept(&served, "1s", Some("mon 14:00-15:00")).await;
    let first = served.store.written(|record| record.test == beginning).await;
    let hour = SystemTime::UNIX_EPOCH + MONDAY_NOON + Duration::from_secs(3_600);
    assert!(first.started_at >= hour.into(), "{first:?}");
    // The one that always runs has run before it, and the third does not run any more.
    let before =
        served.store.written(|record| record.test == always && record.started_at < hour.into()).await;
    assert!(before.started_at < first.started_at);
    let last = first.started_at;
    served.store.written(|record| record.test == beginning && record.started_at > last).await;
    let results = served.get(&format!("/api/v1/results?test={resting}")).await;
    let late = results.body["items"].as_array().unwrap().iter();
    let late = late.filter(|result| result["startedAt"].as_str() >= Some("2026-11-30T13:00:01"));
    assert_eq!(late.count(), 0, "{results:?}");
}

#[tokio::test]
async fn what_was_not_due_while_the_service_was_off_is_not_missed() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("service.db").display());
    let served = Served::with(folder, Config::default(), clock(Duration::ZERO)).await;
    // Of the ten hours two are in these times: Berlin is an hour ahead.
    let test = kept(&served, "10m", Some("mon 20:00-22:00")).await;
    kept(&served, "10m", Some("tue-sun")).await;
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let ten_hours = Duration::from_secs(36_000);
    let Served { running, folder, .. } = Served::with(folder, Config::default(), clock(ten_hours)).await;
    running.shut_down().await;
    let page = store::open(&url).await.unwrap().results(Default::default()).await.unwrap();
    let missed = page.rows.iter().filter(|row| row.body.as_str().contains("not_running"));
    let missed: Vec<(&str, Value)> =
        missed.map(|row| (row.test.as_str(), serde_json::from_str(row.body.as_str()).unwrap())).collect();
    let [(id, body)] = missed.as_slice() else { panic!("one record: {missed:?}") };
    assert_eq!((*id, &body["count"]), (test.as_str(), &json!(12)), "{body}");
    drop(folder);
}
