//! Tests that depend on others: nothing is sent about them while one of these has an alert.

use crate::alerts::{Peer, alerts};
use crate::served::{ADMIN, Served};
use faultfinder_service::Config;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Makes a test of this URL, and yields its id.
async fn made(served: &Served, name: &str, url: &str, every: Option<&str>, depends_on: &[&str]) -> String {
    let mut test = json!({
        "name": name, "http": { "url": url }, "assert": ["status is 200"], "alert": { "depends_on": depends_on },
    });
    if let Some(every) = every {
        test["every"] = json!(every);
    }
    let body = json!({ "definition": { "tests": [test] } });
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.body["id"].as_str().unwrap().to_owned()
}

async fn run(served: &Served, test: &str) {
    let answer = served.call("POST", &format!("/api/v1/tests/{test}/run"), Some(ADMIN), None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

fn health(peer: &Arc<Peer>) -> String {
    format!("http://{}/health", peer.address)
}

/// The event of each notice, and of which test it is.
fn events(peer: &Peer, notices: &[(String, Value)]) -> Vec<String> {
    assert_eq!(peer.events().len(), notices.len());
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    notices
        .iter()
        .map(|(_, body)| format!("{} {}", word(&body["event"]), word(&body["test"]["name"])))
        .collect()
}

#[tokio::test]
async fn one_alert_names_the_tests_that_depend_on_it() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let gateway = made(&served, "gateway", &health(&peer), None, &[]).await;
    let shop = made(&served, "shop", &health(&peer), None, &["gateway"]).await;
    let cart = made(&served, "cart", &health(&peer), None, &[&shop]).await;
    peer.health.store(503, Ordering::SeqCst);
    for test in [&gateway, &shop, &cart] {
        run(&served, test).await;
    }
    let notices = peer.notices(1).await;
    assert_eq!(notices[0].1["dependents"], json!(["shop", "cart"]), "{notices:?}");
    // They go on failing after the other one has recovered: now that is news.
    peer.health.store(200, Ordering::SeqCst);
    run(&served, &gateway).await;
    peer.health.store(503, Ordering::SeqCst);
    run(&served, &shop).await;
    let notices = peer.notices(3).await;
    assert_eq!(events(&peer, &notices), ["alert gateway", "recovery gateway", "alert shop"]);
    peer.health.store(200, Ordering::SeqCst);
    run(&served, &cart).await;
    run(&served, &shop).await;
    let notices = peer.notices(4).await;
    assert_eq!(events(&peer, &notices).last().unwrap(), "recovery shop");
}

#[tokio::test]
async fn a_test_that_fails_before_the_one_that_it_depends_on_waits_for_it() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let gateway = made(&served, "gateway", &health(&peer), Some("7d"), &[]).await;
    run(&served, &gateway).await;
    let shop = made(&served, "shop", &health(&peer), None, &["gateway"]).await;
    peer.health.store(503, Ordering::SeqCst);
    run(&served, &shop).await;
    // The gateway is asked although it is not its time.
    let notices = peer.notices(1).await;
    run(&served, &shop).await;
    assert_eq!(events(&peer, &notices), ["alert gateway"]);
    assert_eq!(alerts(&served, "").await.len(), 1);
}

#[tokio::test]
async fn a_test_that_fails_alone_waits_until_the_one_that_it_depends_on_has_passed() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let gateway = made(&served, "gateway", &health(&peer), Some("7d"), &[]).await;
    run(&served, &gateway).await;
    let shop = made(&served, "shop", "http://127.0.0.1:1/", None, &["gateway"]).await;
    run(&served, &shop).await;
    let notices = peer.notices(1).await;
    assert_eq!(events(&peer, &notices), ["alert shop"]);
    let results = served.call("GET", &format!("/api/v1/results?test={gateway}"), Some(ADMIN), None).await;
    let ran = results.body["items"][0]["startedAt"].as_str().unwrap();
    assert!(notices[0].1["at"].as_str().unwrap() >= ran, "{notices:?} {results:?}");
}

#[tokio::test]
async fn a_test_that_depends_on_a_job_does_not_wait_for_its_report() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let job = json!({ "name": "backup", "every": "1d", "heartbeat": {} });
    let body = json!({ "definition": { "tests": [job] } });
    assert_eq!(served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await.status, 201);
    let shop = made(&served, "shop", "http://127.0.0.1:1/", None, &["backup"]).await;
    run(&served, &shop).await;
    let notices = peer.notices(1).await;
    let seconds = |field: &str| {
        let at = notices[0].1[field].as_str().unwrap();
        let at = time::OffsetDateTime::parse(at, &time::format_description::well_known::Rfc3339);
        at.unwrap().unix_timestamp()
    };
    assert!(seconds("at") - seconds("since") < 30, "{notices:?}");
}

#[tokio::test]
async fn a_test_is_on_its_own_when_the_one_that_it_depends_on_is_deleted() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let gateway = made(&served, "gateway", &health(&peer), None, &[]).await;
    let shop = made(&served, "shop", &health(&peer), None, &["gateway"]).await;
    peer.health.store(503, Ordering::SeqCst);
    run(&served, &gateway).await;
    run(&served, &shop).await;
    let deleted = served.call("DELETE", &format!("/api/v1/tests/{gateway}"), Some(ADMIN), None).await;
    assert_eq!(deleted.status, 200, "{deleted:?}");
    run(&served, &shop).await;
    let notices = peer.notices(3).await;
    assert_eq!(events(&peer, &notices), ["alert gateway", "recovery gateway", "alert shop"]);
}

#[tokio::test]
async fn tests_that_depend_on_each_other_are_sent_all_the_same() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let one = made(&served, "one", &health(&peer), None, &["two"]).await;
    let two = made(&served, "two", &health(&peer), None, &["three"]).await;
    made(&served, "three", &health(&peer), None, &["one"]).await;
    peer.health.store(503, Ordering::SeqCst);
    run(&served, &one).await;
    run(&served, &two).await;
    let notices = peer.notices(2).await;
    assert_eq!(events(&peer, &notices), ["alert one", "alert two"]);
}

#[tokio::test]
async fn the_page_of_a_test_says_what_keeps_its_alert_back() {
    let peer = Peer::start().await;
    let served = Served::start(Config { admin_token: None, ..peer.config("") }).await;
    let test = |name: &str, depends_on: Value| {
        let http = json!({ "url": health(&peer) });
        let alert = json!({ "depends_on": depends_on });
        json!({ "definition": { "tests": [{ "name": name, "http": http, "assert": ["status is 200"], "alert": alert }] } })
    };
    let id = async |body: Value| {
        let made = served.post("/api/v1/tests", body).await;
        made.body["id"].as_str().unwrap().to_owned()
    };
    let shop = id(test("shop", json!(["gateway <b>", "nowhere"]))).await;
    let gateway = id(test("gateway <b>", json!([]))).await;
    peer.health.store(503, Ordering::SeqCst);
    let page = async || served.get(&format!("/tests/{shop}")).await.text;
    assert!(page().await.contains("It depends on “nowhere”"), "{}", page().await);
    assert!(!page().await.contains("which has an alert"));
    served.post(&format!("/api/v1/tests/{gateway}/run"), json!({})).await;
    peer.notices(1).await;
    let page = page().await;
    let link =
        format!("It depends on <a href=\"/tests/{gateway}\">gateway &#60;b&#62;</a>, which has an alert");
    assert!(page.contains(&link), "{page}");
}
