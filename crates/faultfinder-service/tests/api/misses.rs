//! Runs that did not happen.

use crate::served::{BOUND, Served, connecting};
use faultfinder_service::store::{Outcome, ResultRecord};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

#[tokio::test]
async fn consecutive_misses_are_one_record_and_one_line_when_the_test_runs_again() {
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let accepted = async || tokio::time::timeout(BOUND, peer.accept()).await.unwrap().unwrap().0;
    let served = Served::unthrottled().await;
    let mut definition = connecting(&peer, Some("1s"));
    for (field, value) in [("send", "x"), ("expect", "yes"), ("timeout", "60s")] {
        definition["tests"][0]["tcp"][field] = json!(value);
    }
    let made = served.post("/api/v1/tests", json!({ "definition": definition })).await;
    assert_eq!(made.status, 201, "{made:?}");
    let mut first = accepted().await;
    let still_running = "faultfinder_schedule_missed_runs_total{reason=\"still_running\"}";
    let missed = async { while served.metric(still_running, None).await < 2 {} };
    tokio::time::timeout(BOUND, missed).await.expect("the test is due while it runs");
    first.write_all(b"yes").await.unwrap();
    let _second = accepted().await;
    let is_missed = |record: &ResultRecord| record.outcome == Outcome::Missed;
    let missed = tokio::time::timeout(BOUND, served.store.written(is_missed)).await.expect("it is kept");
    let body: Value = serde_json::from_str(missed.body.as_str()).unwrap();
    assert_eq!(body["reason"], json!("still_running"));
    assert!(body["count"].as_u64().unwrap() >= 2, "{body}");
    assert_eq!(served.logged("runs did not happen").len(), 1);
}
