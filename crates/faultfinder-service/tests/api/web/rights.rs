//! What a session may see and do.

use super::browser::{Browser, csrf};
use crate::served::{ADMIN, Served, definition};
use serde_json::json;

#[tokio::test]
async fn a_session_sees_what_its_token_may_see() {
    let served = Served::locked().await;
    let body = json!({ "definition": definition(None) });
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    let test = made.body["id"].as_str().unwrap().to_owned();
    let run = served.call("POST", &format!("/api/v1/tests/{test}/run"), Some(ADMIN), None).await;
    let result = format!("/results/{}", run.body["id"].as_str().unwrap());
    let test = format!("/tests/{test}");
    for (scopes, allowed, first) in [
        (&["tests:read"][..], &["/tests", "/definitions", &test, "/codes"][..], "/tests"),
        (&["results:read"], &["/events", "/alerts", "/silences", &result, "/codes"], "/events"),
        (&["runs:execute"], &["/codes"], "/codes"),
        (
            &["tests:read", "results:read"],
            &["/tests", "/definitions", &test, "/codes", "/events", "/alerts", "/silences", &result],
            "/tests",
        ),
    ] {
        let token = served.token(scopes).await;
        let browser = Browser::signed_in(&served, &token).await;
        assert_eq!(browser.get("/").await.header("location"), Some(first), "{scopes:?}");
        for path in ["/tests", "/definitions", &test, "/codes", "/events", "/alerts", "/silences", &result] {
            let answer = browser.get(path).await;
            let expected = if allowed.contains(&path) { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{scopes:?} {path}: {answer:?}");
            if expected == 403 {
                assert!(answer.text.contains("does not have the scope"), "{answer:?}");
            }
        }
        let page = browser.get(&test).await.text;
        let sees_results = scopes.contains(&"results:read");
        assert!(page.contains("Uptime") == (sees_results && scopes.len() > 1), "{scopes:?}: {page}");
        assert!(!page.contains("Run now") && !page.contains("Pause"), "{scopes:?}: {page}");
        // The token of its session, so that only the scope is missing.
        let page = browser.open("/codes").await;
        let token = csrf(&page).unwrap();
        let of_test = ["run", "pause", "resume"].map(|action| format!("{test}/{action}"));
        let others =
            ["/alerts/x/acknowledge", "/notifiers/x/test", "/silences", "/silences/x/end"].map(str::to_owned);
        for action in of_test.iter().chain(&others) {
            let answer = browser.post(action, &[("csrf", token)]).await;
            assert_eq!(answer.status, 403, "{scopes:?}: {action}: {answer:?}");
            assert!(!answer.text.contains("not from a page"), "{scopes:?}: {action}: {answer:?}");
        }
    }
}
