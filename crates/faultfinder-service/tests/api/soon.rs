//! Tests that are new run at once, whatever their interval is: their authors see what comes of it.

use crate::served::{BOUND, Served, definition};
use faultfinder_service::Config;
use serde_json::{Value, json};

/// Waits until a test has so many results, and yields how each came about.
async fn triggers(served: &Served, test: &str, count: usize) -> Vec<Value> {
    let path = format!("/api/v1/results?test={test}");
    let listed = async {
        loop {
            let listed = served.get(&path).await;
            let items = listed.body["items"].as_array().cloned().unwrap_or_default();
            if items.len() >= count {
                return items;
            }
        }
    };
    let items = tokio::time::timeout(BOUND, listed).await.expect("it runs");
    items.iter().map(|item| item["trigger"].clone()).collect()
}

#[tokio::test]
async fn a_test_of_the_api_runs_when_it_is_made() {
    let served = Served::unthrottled().await;
    let made = served.post("/api/v1/tests", json!({ "definition": definition(Some("7d")) })).await;
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(triggers(&served, id, 1).await, [json!("schedule")]);
    // One that is paused, or has no interval, waits.
    let mut others = Vec::new();
    for (every, paused) in [(Some("7d"), true), (None, false)] {
        let body = json!({ "definition": definition(every), "paused": paused });
        let made = served.post("/api/v1/tests", body).await;
        others.push(made.body["id"].as_str().unwrap().to_owned());
    }
    let made = served.post("/api/v1/tests", json!({ "definition": definition(Some("7d")) })).await;
    triggers(&served, made.body["id"].as_str().unwrap(), 1).await;
    for other in others {
        let listed = served.get(&format!("/api/v1/results?test={other}")).await;
        assert_eq!(listed.body["items"], json!([]), "{listed:?}");
    }
}

#[tokio::test]
async fn a_test_of_a_file_runs_at_the_first_start_and_when_it_is_added() {
    let text = |names: &[&str]| {
        let tests: String = names
            .iter()
            .map(|name| format!("  - name: {name}\n    every: 7d\n    tcp: {{ host: 127.0.0.1, port: 1 }}\n"))
            .collect();
        format!("tests:\n{tests}")
    };
    let definitions = tempfile::tempdir().unwrap();
    let file = definitions.path().join("probes.yaml");
    std::fs::write(&file, text(&["first"])).unwrap();
    let config = || Config { definitions: vec![definitions.path().to_owned()], ..Config::default() };
    let served = Served::start(config()).await;
    let id = async |served: &Served, name: &str| -> Option<String> {
        let listed = served.get("/api/v1/tests").await;
        let items = listed.body["items"].as_array().cloned().unwrap_or_default();
        items.iter().find(|item| item["name"] == name).map(|item| item["id"].as_str().unwrap().to_owned())
    };
    let first = id(&served, "first").await.unwrap();
    triggers(&served, &first, 1).await;
    std::fs::write(&file, text(&["first", "second"])).unwrap();
    let second = async {
        loop {
            if let Some(id) = id(&served, "second").await {
                return id;
            }
        }
    };
    let second = tokio::time::timeout(BOUND, second).await.expect("it is read");
    triggers(&served, &second, 1).await;
    // Not again at the next start.
    let Served { running, folder, store, .. } = served;
    running.shut_down().await;
    drop(store);
    std::fs::write(&file, text(&["first", "second", "third"])).unwrap();
    let served = Served::start_in(folder, config()).await;
    triggers(&served, &id(&served, "third").await.unwrap(), 1).await;
    assert_eq!(triggers(&served, &first, 1).await.len(), 1);
}
