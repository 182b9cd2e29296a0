//! The page of a test, and its buttons.

use super::browser::Browser;
use crate::served::{ADMIN, Served, connecting, definition};
use serde_json::json;
use tokio::net::TcpListener;

#[tokio::test]
async fn buttons_do_what_calls_of_the_api_do() {
    let served = Served::locked().await;
    let browser = Browser::signed_in(&served, ADMIN).await;
    let body = json!({ "definition": definition(Some("7d")) });
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    let id = made.body["id"].as_str().unwrap();
    let page = format!("/tests/{id}");
    let answer = browser.press(&page, &format!("{page}/run")).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let result = browser.open(answer.header("location").unwrap()).await;
    assert!(result.contains("CONNREFUSED") && result.contains("What to do"), "{result}");
    let shown = browser.open(&page).await;
    for expected in ["state-failed", "Uptime", "0.00 %", "/codes/CONNREFUSED", "127.0.0.1:1", "every 7 d"] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    // It may have run by itself, too, because it is new.
    let runs = ["last 1 run: 1 failed", "last 2 runs: 2 failed"];
    assert!(runs.iter().any(|runs| shown.contains(runs)), "{shown}");
    let paused = || async {
        served.call("GET", &format!("/api/v1{page}"), Some(ADMIN), None).await.body["paused"].clone()
    };
    for (action, is_paused) in [("pause", true), ("resume", false)] {
        let answer = browser.press(&page, &format!("{page}/{action}")).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some(page.as_str())), "{answer:?}");
        assert_eq!(paused().await, json!(is_paused));
        assert_eq!(browser.open("/tests").await.contains("state state-paused"), is_paused);
    }
    let log = served.call("GET", &format!("/api/v1/audit?subject={id}"), Some(ADMIN), None).await.body;
    let actions: Vec<&str> =
        log["items"].as_array().unwrap().iter().filter_map(|one| one["action"].as_str()).collect();
    assert_eq!(actions, ["tests.resume", "tests.pause", "tests.run", "tests.create"]);
}

#[tokio::test]
async fn results_are_listed_page_by_page_and_by_outcome() {
    let served = Served::unthrottled().await;
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let made = served.post("/api/v1/tests", json!({ "definition": connecting(&peer, None) })).await;
    let id = made.body["id"].as_str().unwrap();
    for _ in 0..30 {
        served.call("POST", &format!("/api/v1/tests/{id}/run"), None, None).await;
    }
    let browser = Browser::new(&served);
    let page = browser.open(&format!("/tests/{id}")).await;
    assert!(
        page.contains("100 %")
            && page.contains("Duration of runs that passed")
            && page.contains("Phases of the latest runs"),
        "{page}"
    );
    let count = |page: &str| page.matches("<tr><td><a class=\"state state-").count();
    assert_eq!(count(&page), 25);
    let older = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split_once('"')).unwrap().0;
    let older = browser.open(&older.replace("&#38;", "&").replace("#results", "")).await;
    assert_eq!(count(&older), 5, "{older}");
    assert!(older.contains(">Latest<") && !older.contains("Older"), "{older}");
    let failed = browser.open(&format!("/tests/{id}?status=failed")).await;
    assert!(count(&failed) == 0 && failed.contains("No results of this kind"), "{failed}");
    for query in ["status=x", "cursor=x", "x=y"] {
        assert_eq!(browser.get(&format!("/tests/{id}?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_test_of_a_file_says_where_it_is_and_is_not_paused_here() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yaml");
    std::fs::write(&file, "tests:\n  - name: of a file\n    tcp: { host: 127.0.0.1, port: 1 }\n").unwrap();
    let config = faultfinder_service::Config { definitions: vec![file], ..Default::default() };
    let served = Served::start(config).await;
    let browser = Browser::new(&served);
    let list = served.get("/api/v1/tests").await;
    let page = format!("/tests/{}", list.body["items"][0]["id"].as_str().unwrap());
    let shown = browser.open(&page).await;
    assert!(shown.contains("a.yaml:2") && shown.contains("Run now") && !shown.contains("Pause"), "{shown}");
    let token = super::browser::csrf(&shown).unwrap();
    let answer = browser.post(&format!("{page}/pause"), &[("csrf", token)]).await;
    assert!(answer.status == 400 && answer.text.contains("change it there"), "{answer:?}");
}
