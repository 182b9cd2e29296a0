//! The list of tests: what is wrong first, page by page.

use super::browser::Browser;
use crate::served::{Served, connecting, unbounded};
use faultfinder_net::Clock;
use faultfinder_service::store::{self, Origin, Outcome, RawObject, ResultRecord, TestRecord};
use faultfinder_service::{Config, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Keeps a test, runs it, and yields its id.
async fn ran(served: &Served, definition: Value) -> String {
    let made = served.post("/api/v1/tests", json!({ "definition": definition })).await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.body["id"].as_str().unwrap().to_owned();
    let run = served.call("POST", &format!("/api/v1/tests/{id}/run"), None, None).await;
    assert_eq!(run.status, 200, "{run:?}");
    id
}

/// The part of a list that is about a test.
fn row<'a>(page: &'a str, id: &str) -> &'a str {
    let row = page.split("<tr role=\"row\" class=\"row-").find(|row| row.contains(id));
    row.unwrap_or_else(|| panic!("no {id} in {page}"))
}

#[tokio::test]
async fn a_test_without_results_for_long_never_looks_as_if_it_passed() {
    const DAY: Duration = Duration::from_secs(86_400);
    let folder = tempfile::tempdir().unwrap();
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let now = Timestamp::from(Clock::system().now());
    let url = format!("sqlite://{}", folder.path().join("service.db").display());
    let before = store::open(&url).await.unwrap();
    // Rarely enough that the schedule runs none of them now.
    for (id, every, days) in
        [("late", Some(7), 22), ("in-time", Some(7), 20), ("on-demand", None, 22), ("never-ran", Some(7), 0)]
    {
        let at = now.before(DAY * days);
        let written = every.map(|days| format!("{days}d"));
        let definition = RawObject::of(&connecting(&peer, written.as_deref())).unwrap();
        let record = TestRecord {
            id: id.to_owned(),
            version: 1,
            name: id.to_owned(),
            tags: Vec::new(),
            every: every.map(|days| DAY * days),
            definition: Some(definition),
            sealed: None,
            origin: Origin::Api,
            paused: false,
            restricted: false,
            owner: "local".to_owned(),
            created_at: now.before(DAY * 22),
            updated_at: now.before(DAY * 22),
            deleted_at: None,
        };
        before.create_test(record).await.unwrap();
        if days > 0 {
            let result = ResultRecord { test: id.to_owned(), ..ResultRecord::new(at, Outcome::Passed) };
            before.write_results(&[Arc::new(result)]).await.unwrap();
        }
    }
    before.close().await;
    let served = Served::start_in(folder, Config { rates: unbounded(), ..Config::default() }).await;
    let browser = Browser::new(&served);
    let page = browser.open("/tests").await;
    for (id, expected) in
        [("late", "stale"), ("in-time", "passed"), ("on-demand", "passed"), ("never-ran", "stale")]
    {
        let row = row(&page, &format!("/tests/{id}"));
        assert!(row.starts_with(expected), "{id}: {row}");
        assert_eq!(row.contains("state-passed"), expected == "passed", "{id}: {row}");
        let shown = browser.open(&format!("/tests/{id}")).await;
        assert!(shown.contains(&format!("state state-{expected}")), "{id}: {shown}");
    }
    assert!(page.contains("2 of 4 tests in trouble"), "{page}");
    assert!(browser.open("/tests?state=trouble").await.contains("/tests/late"));
    assert!(!browser.open("/tests?state=passed").await.contains("/tests/late"));
}

#[tokio::test]
async fn a_list_has_pages_and_what_is_wrong_comes_first() {
    let served = Served::unthrottled().await;
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let named = |name: &str, port: u16, tags: Value| json!({ "version": 1, "tests": [{ "name": name, "tags": tags, "tcp": { "host": "127.0.0.1", "port": port } }] });
    let port = peer.local_addr().unwrap().port();
    let good = ran(&served, named("a good one", port, json!(["front"]))).await;
    let bad = ran(&served, named("z bad one", 1, json!(["front", "back"]))).await;
    for number in 0..120 {
        let body = json!({ "definition": named(&format!("new {number:03}"), 1, json!([])) });
        assert_eq!(served.post("/api/v1/tests", body).await.status, 201);
    }
    let browser = Browser::new(&served);
    let first = browser.open("/tests").await;
    assert!(first.contains("1 of 122 tests in trouble") && first.contains("1 to 100 of 122"), "{first}");
    assert!(first.find(&bad).unwrap() < first.find("new 000").unwrap() && !first.contains(&good), "{first}");
    assert!(
        first.contains("href=\"/tests?page=2\"") && row(&first, &bad).contains("/codes/CONNREFUSED"),
        "{first}"
    );
    let second = browser.open("/tests?page=2").await;
    assert!(second.contains("101 to 122 of 122") && second.contains(&good), "{second}");
    assert!(second.contains("href=\"/tests\"") && !second.contains("page=3"), "{second}");
    assert!(browser.open("/tests?page=9").await.contains("No test matches"));
    for (query, found, missing) in [
        ("state=failed", &bad, Some(&good)),
        ("state=trouble", &bad, Some(&good)),
        ("state=passed", &good, Some(&bad)),
        ("tag=back", &bad, Some(&good)),
        ("code=CONNREFUSED", &bad, Some(&good)),
        ("search=A+GOOD", &good, Some(&bad)),
        ("search=one&group=tag", &good, None),
    ] {
        let page = browser.open(&format!("/tests?{query}")).await;
        assert!(page.contains(found), "{query}: {page}");
        assert!(missing.is_none_or(|missing| !page.contains(missing)), "{query}: {page}");
    }
    let grouped = browser.open("/tests?search=one&group=tag").await;
    let (back, front) = (grouped.find(">back <span"), grouped.find(">front <span"));
    assert!(back.is_some() && back < front, "{grouped}");
    assert!(
        grouped.contains("1 of 2 tests in trouble") && grouped.matches(&format!("/tests/{bad}")).count() == 2,
        "{grouped}"
    );
    for query in ["state=x", "page=0", "page=x", "group=x", "colour=red", "tag=a&tag=b"] {
        assert_eq!(browser.get(&format!("/tests?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_file_with_mistakes_is_named_where_its_tests_are_missed() {
    let definitions = tempfile::tempdir().unwrap();
    std::fs::write(definitions.path().join("a.yaml"), "tests: [{ name: a, tcp: { host: a.test } }]").unwrap();
    let config =
        Config { definitions: vec![definitions.path().to_owned()], rates: unbounded(), ..Config::default() };
    let served = Served::start(config).await;
    let list = Browser::new(&served).open("/tests").await;
    assert!(
        list.contains("1 definition file has mistakes") && list.contains("href=\"/definitions\""),
        "{list}"
    );
    assert!(!list.contains("Write a definition file"), "{list}");
    drop(served);
    let served = Served::open().await;
    let list = Browser::new(&served).open("/tests").await;
    assert!(list.contains("Write a definition file") && !list.contains("mistakes"), "{list}");
}
