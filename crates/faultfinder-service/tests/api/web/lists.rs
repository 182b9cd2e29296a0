//! The list of tests: what is wrong first, page by page.

use super::browser::Browser;
use crate::served::{Served, connecting, unbounded};
use faultfinder_net::Clock;
use faultfinder_service::Config;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
    let ahead = Arc::new(AtomicU64::new(0));
    let clock = {
        let (ahead, system) = (Arc::clone(&ahead), Clock::system());
        Clock::from_fn(move || system.now() + Duration::from_secs(ahead.load(Ordering::SeqCst)))
    };
    let config = Config { rates: unbounded(), ..Config::default() };
    let served = Served::with(tempfile::tempdir().unwrap(), config, clock).await;
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (scheduled, on_demand) =
        (ran(&served, connecting(&peer, Some("7d"))).await, ran(&served, connecting(&peer, None)).await);
    let browser = Browser::new(&served);
    let page = browser.open("/tests").await;
    assert!(page.contains("none in trouble"), "{page}");
    for id in [&scheduled, &on_demand] {
        assert!(row(&page, id).starts_with("passed"), "{page}");
    }
    // Too short for the schedule to notice, and longer than three intervals.
    ahead.store(22 * 86_400, Ordering::SeqCst);
    let page = browser.open("/tests").await;
    let stale = row(&page, &scheduled);
    if stale.starts_with("stale") {
        assert!(stale.contains("No results") && !stale.contains("state-passed"), "{stale}");
        assert!(page.contains("1 of 2 tests in trouble"), "{page}");
        let page = browser.open(&format!("/tests/{scheduled}")).await;
        assert!(page.contains("state state-stale") && page.contains("<title>No results: connects"), "{page}");
        assert!(browser.open("/tests?state=trouble").await.contains(&scheduled));
        assert!(!browser.open("/tests?state=passed").await.contains(&scheduled));
    } else {
        // The schedule was faster: it ran again when the clock was set forward.
        assert!(stale.starts_with("passed"), "{stale}");
    }
    assert!(row(&page, &on_demand).starts_with("passed") || !page.contains("role=\"row\""), "{page}");
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
